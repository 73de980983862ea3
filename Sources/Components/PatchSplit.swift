internal import Base
public import Harness

extension ComponentPatch {
  /// The patch as independent edits, each with one mechanism: what only works together stays together, and each
  /// edit alone makes a valid harness out of the base. One that cannot be taken apart comes back whole.
  public func split(on base: Harness) -> [ComponentPatch] {
    guard let tree = try? ComponentTree(base) else { return [self] }
    var pieces = Self.linked(Self.byWord(changes))
    // What is not valid alone takes in what it needs: another piece with which it is, or everything.
    var index = 0
    while index < pieces.count, pieces.count > 1 {
      if Self.isValid(pieces[index], base, tree) {
        index += 1
        continue
      }
      let piece = pieces.remove(at: index)
      let friend = pieces.indices.first { Self.isValid(piece + pieces[$0], base, tree) }
      guard let friend else { return [self] }
      pieces[friend] = piece + pieces[friend]
      index = 0
    }
    let patches = pieces.compactMap { Self($0) }
    // The pieces must make what the whole makes.
    guard patches.count == pieces.count, let whole = try? tree.applying(self),
      let again = try? tree.applying(patches), Self.same(whole, again)
    else { return [self] }
    return patches.sorted { $0.components.lexicographicallyPrecedes($1.components) }
  }

  /// The order of words in a list may differ.
  private static func same(_ one: ComponentTree, _ other: ComponentTree) -> Bool {
    guard one.names == other.names else { return false }
    return one.names.allSatisfy { name in
      if one[name] == other[name] { return true }
      let (left, right) = (WordList.words(one[name]), WordList.words(other[name]))
      return left != nil && left?.sorted() == right?.sorted()
    }
  }

  /// A list of words that gained or lost several is one change for each.
  private static func byWord(_ changes: [Change]) -> [Change] {
    changes.flatMap { change -> [Change] in
      guard let words = WordList.difference(change), words.count > 1, let before = change.before,
        let old = WordList.words(before), let new = WordList.words(change.after)
      else { return [change] }
      return words.compactMap { word in
        var list = old.filter { $0 != word }
        if !old.contains(word) {
          let above = new.firstIndex(of: word).flatMap { $0 > 0 ? new[$0 - 1] : nil }
          let at = above.flatMap { list.firstIndex(of: $0) }
          list.insert(word, at: at.map { $0 + 1 } ?? list.count)
        }
        return WordList.write(list, into: before).map {
          Change(component: change.component, before: before, after: $0)
        }
      }
    }
  }

  /// Groups of changes that speak of each other.
  private static func linked(_ changes: [Change]) -> [[Change]] {
    var group = Array(changes.indices)
    func root(_ index: Int) -> Int { group[index] == index ? index : root(group[index]) }
    for (left, one) in changes.enumerated() {
      for (right, other) in changes.enumerated().dropFirst(left + 1)
      where areLinked(one, other) || areLinked(other, one) {
        group[root(right)] = root(left)
      }
    }
    return Dictionary(grouping: changes.indices, by: root).sorted { $0.key < $1.key }
      .map { $0.value.map { changes[$0] } }
  }

  private static func areLinked(_ one: Change, _ other: Change) -> Bool {
    let file = ComponentName.file(one.component)
    if file == ComponentName.file(other.component) {
      // A file comes and goes as a whole, a table with its keys, and a part behind that which it follows.
      let isWhole =
        one.component == file
        && (one.before == nil || one.after == nil || file == "harness.toml")
      let isTable =
        other.component.hasPrefix("\(one.component).") && (one.before == nil || one.after == nil)
      if isWhole && file != "harness.toml" || isTable || other.place == one.component {
        return true
      }
      // A section under another title is the same section.
      return one.after == nil && other.before == nil && isAlike(one.before, other.after)
    }
    // `harness.toml` names what it uses: tools, skills, prompts and their sections.
    guard file == "harness.toml" else { return false }
    if let words = WordList.difference(one) {
      return words.contains { other.component == "tools/\($0)" }
    }
    let knob = one.component.hasPrefix("harness.toml#knobs.")
    let target = one.component.dropFirst("harness.toml#knobs.".count)
    if knob {
      return target == other.component
        || target.replacing("tools.", with: "tools/") == other.component
        || target.replacing("skills.", with: "skills/") == other.component
    }
    let isNew = other.before == nil || other.after == nil
    return isNew && other.component == ComponentName.file(other.component)
      && (one.added + one.removed).contains(ComponentName.path(other.component))
  }

  private static func isAlike(_ one: ComponentContent?, _ other: ComponentContent?) -> Bool {
    guard let left = one?.bytes, let right = other?.bytes else { return false }
    func body(_ bytes: [UInt8]) -> [[UInt8]] {
      Lines.of(bytes).dropFirst().filter { $0.contains { $0 > 0x20 } }
    }
    let (old, new) = (body(left), Set(body(right)))
    return !old.isEmpty && old.count(where: new.contains) * 2 >= max(old.count, new.count)
  }

  private static func isValid(_ changes: [Change], _ base: Harness, _ tree: ComponentTree) -> Bool {
    guard let patch = Self(changes), let edited = try? tree.applying(patch) else { return false }
    return Harness.check(files: edited.files(), named: base.name, near: base.origin).harness != nil
  }
}
