/// Everything that a value holds, whoever may see it, part by part down to the last: two values that are the same here
/// are the same to whatever reads them.
enum Content {
  /// Where two values first differ; nil where they do not.
  static func difference<Value>(
    _ value: Value, _ other: Value, apartFrom labels: Set<String> = []
  ) -> String? {
    let texts = [value, other].map { text(of: $0, labels) }
    guard texts[0] != texts[1] else { return nil }
    let same = zip(texts[0].utf8, texts[1].utf8).prefix { $0 == $1 }.count
    return texts.map {
      String(decoding: $0.utf8.dropFirst(max(same - 100, 0)).prefix(200), as: UTF8.self)
    }.joined(separator: "\nand not\n")
  }

  /// A value as text, without what is stored under some labels.
  private static func text(of value: Any, _ labels: Set<String>) -> String {
    let mirror = Mirror(reflecting: value)
    let children = mirror.children.lazy.filter { child in
      child.label.map { !labels.contains($0) } ?? true
    }
    switch mirror.displayStyle {
    case .dictionary, .set:
      // In one order: that of a table is another one each time.
      return "{\(children.map { text(of: $0.value, labels) }.sorted().joined(separator: ", "))}"
    case .none: return String(reflecting: value)
    default:
      guard !mirror.children.isEmpty else { return "\(value)" }
      let parts = children.map { child in
        (child.label.map { "\($0): " } ?? "") + text(of: child.value, labels)
      }
      return "(\(parts.joined(separator: ", ")))"
    }
  }
}
