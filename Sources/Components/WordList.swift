internal import Base

/// A key of `harness.toml` whose value is a list of words, such as `tools.enabled`: changes of it go together
/// entry by entry.
enum WordList {
  /// The entries that a change adds or removes; nil when it does anything else.
  static func difference(_ change: ComponentPatch.Change) -> [String]? {
    guard ComponentName.file(change.component) == "harness.toml", change.place == nil,
      let before = read(change.before), let after = read(change.after)
    else { return nil }
    let (old, new) = (Set(before.words), Set(after.words))
    let common = old.intersection(new)
    guard old != new, old.count == before.words.count, new.count == after.words.count,
      before.words.filter(common.contains) == after.words.filter(common.contains),
      before.around == after.around
    else { return nil }
    return old.symmetricDifference(new).sorted()
  }

  /// The list as it is now, with what a change does to it; nil when one of the three is no such list.
  static func merge(_ change: ComponentPatch.Change, into now: ComponentContent)
    -> ComponentContent?
  {
    guard difference(change) != nil, let before = read(change.before),
      let after = read(change.after), let current = read(now)
    else { return nil }
    var words = current.words.filter { !before.words.contains($0) || after.words.contains($0) }
    for (index, word) in after.words.enumerated()
    where !before.words.contains(word) && !words.contains(word) {
      let above = index > 0 ? words.firstIndex(of: after.words[index - 1]) : nil
      words.insert(word, at: above.map { $0 + 1 } ?? (index == 0 ? 0 : words.count))
    }
    return write(words, into: now)
  }

  /// The list with other words, what stands around it kept.
  static func write(_ words: [String], into content: ComponentContent) -> ComponentContent? {
    guard let list = read(content) else { return nil }
    let text = "[\(words.map { JSON.string($0).text() }.joined(separator: ", "))]"
    return ComponentContent(list.around[0] + Array(text.utf8) + list.around[1])
  }

  static func words(_ content: ComponentContent?) -> [String]? { read(content)?.words }

  private static func read(_ content: ComponentContent?) -> (words: [String], around: [[UInt8]])? {
    guard let bytes = content?.bytes, let items = TomlParts.items(bytes), items.count == 1,
      let item = items.first, !item.isHeader, let key = item.path.last
    else { return nil }
    let value = String(decoding: bytes[item.value], as: UTF8.self)
    guard let toml = try? TOML.parse("k = \(value)", file: ""), case .table(let table) = toml.value,
      let list = table["k"]?.json.array, !key.isEmpty
    else { return nil }
    let words = list.compactMap(\.string)
    guard words.count == list.count else { return nil }
    return (
      words, [Array(bytes[..<item.value.lowerBound]), Array(bytes[item.value.upperBound...])]
    )
  }
}
