public import Base
internal import Harness

/// What an edit changes, by component; it can be put on any harness that has those components.
public struct ComponentPatch: Sendable, Hashable {
  /// One component before and after.
  public struct Change: Sendable, Hashable {
    /// The component's name.
    public let component: String
    /// What it held where the edit was made; nil when it was not there.
    public let before: ComponentContent?
    /// What it holds afterwards; nil when it is gone.
    public let after: ComponentContent?
    /// The component of the same file that it comes behind, where it is new or moved.
    public let place: String?

    /// A change.
    public init(
      component: String, before: ComponentContent?, after: ComponentContent?, place: String? = nil
    ) {
      self.component = component
      self.before = before
      self.after = after
      self.place = place
    }

    /// The lines that are new in it.
    public var added: String { lines(from: before, to: after) }

    /// The lines that are gone from it.
    public var removed: String { lines(from: after, to: before) }

    private func lines(from old: ComponentContent?, to new: ComponentContent?) -> String {
      guard let new else { return "" }
      let before = Dictionary(
        (old?.files ?? []).map { ($0.path, $0.content) }, uniquingKeysWith: { $1 })
      var out: [UInt8] = []
      for file in new.files {
        let lines = Lines.of(file.content)
        for hunk in Lines.hunks(Lines.of(before[file.path] ?? []), lines) {
          for line in lines[hunk.new] { out += line }
        }
        if let last = out.last, last != 0x0A { out.append(0x0A) }
      }
      return String(decoding: out, as: UTF8.self)
    }
  }

  /// The changes, sorted by component; no two of one.
  public let changes: [Change]

  /// A patch; nil when it changes nothing or one component twice.
  public init?(_ changes: [Change]) {
    let changes = changes.filter { $0.before != $0.after || $0.place != nil }
      .sorted { $0.component.utf8.lexicographicallyPrecedes($1.component.utf8) }
    guard !changes.isEmpty, Set(changes.map(\.component)).count == changes.count else { return nil }
    self.changes = changes
  }

  /// The names of the changed components, sorted.
  public var components: [String] { changes.map(\.component) }

  /// What the edit lays hands on, sorted: two edits of which one touches what the other touches exclude each
  /// other. It is the components, but entry by entry where a list of words gained or lost some.
  public var touches: [String] {
    changes.flatMap { change in
      WordList.difference(change).map { words in words.map { "\(change.component):\($0)" } }
        ?? [change.component]
    }.sorted()
  }

  /// SHA-256 of the whole patch.
  public var digest: Digest { Digest.of(json.utf8()) }

  /// SHA-256 of what it makes, wherever it was made: two edits with the same are the same edit.
  public var effect: Digest {
    Digest.of(
      JSON.array(
        changes.map { [.string($0.component), .optional($0.after?.digest.hex)] }
      ).utf8())
  }

  /// The size in tokens of the lines that it adds and removes.
  public var size: Int {
    changes.reduce(0) {
      $0 + Tokens.count(Array($1.added.utf8)) + Tokens.count(Array($1.removed.utf8))
    }
  }

  /// All lines that it adds.
  public var added: String { changes.map(\.added).joined() }

  /// The patch as a record.
  public var json: JSON {
    [
      "changes": .array(
        changes.map { change in
          var record: JSON = ["component": .string(change.component)]
          if let before = change.before { record["before"] = before.json }
          if let after = change.after { record["after"] = after.json }
          if let place = change.place { record["place"] = .string(place) }
          return record
        })
    ]
  }

  /// Reads a record.
  public init(json: JSON) throws(BelayError) {
    var changes: [Change] = []
    for record in json["changes"].array ?? [] {
      let before = ComponentContent(json: record["before"])
      let after = ComponentContent(json: record["after"])
      guard let component = record["component"].string, !component.isEmpty,
        before != nil || record["before"].isNull, after != nil || record["after"].isNull
      else {
        throw BelayError(
          .usage, "not a patch: expected changes with component, before and after",
          place: record["component"].string?.printable())
      }
      changes.append(
        Change(
          component: component, before: before, after: after, place: record["place"].string))
    }
    guard let patch = ComponentPatch(changes) else {
      throw BelayError(.usage, "not a patch: it changes nothing, or one component twice")
    }
    self = patch
  }
}

extension ComponentTree {
  /// What makes another tree out of this one; nil when they are the same.
  public func difference(to edited: ComponentTree) -> ComponentPatch? {
    var changes: [ComponentPatch.Change] = []
    let before = order(), after = edited.order()
    for file in Set(before.keys).union(after.keys) {
      let old = before[file] ?? []
      let new = after[file] ?? []
      let kept = Set(old).intersection(new)
      // What stays where it was are the longest rows in the same order; the rest of the kept ones moved.
      let oldKept = old.filter(kept.contains)
      let newKept = new.filter(kept.contains)
      var moved: Set<String> = []
      for hunk in Lines.hunks(oldKept, newKept) { moved.formUnion(newKept[hunk.new]) }
      for name in old where !kept.contains(name) {
        changes.append(.init(component: name, before: self[name], after: nil))
      }
      for (index, name) in new.enumerated() {
        let isPlaced = index > 0 && (!kept.contains(name) || moved.contains(name))
        guard isPlaced || self[name] != edited[name] else { continue }
        changes.append(
          .init(
            component: name, before: self[name], after: edited[name],
            place: isPlaced ? new[index - 1] : nil))
      }
    }
    return ComponentPatch(changes)
  }

  private func order() -> [String: [String]] {
    var order: [String: [String]] = [:]
    for name in names { order[ComponentName.file(name), default: []].append(name) }
    return order
  }
}
