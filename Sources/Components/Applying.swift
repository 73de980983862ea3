public import Base
public import Harness

extension ComponentTree {
  /// The tree with all these edits; their order plays no part. Where an edit was made against another text,
  /// both changes are brought together line by line; where that cannot be, the error names the component.
  public func applying(_ patches: [ComponentPatch]) throws(BelayError) -> ComponentTree {
    var waiting = patches.map { (patch: $0, digest: $0.digest) }.sorted { $0.digest < $1.digest }
    var tree = self
    while !waiting.isEmpty {
      // An edit that was made on top of another one finds its text only when that one is in.
      let next = waiting.firstIndex { tree.fits($0.patch) } ?? 0
      tree = try tree.applying(waiting.remove(at: next).patch)
    }
    return tree
  }

  /// The tree with one edit.
  public func applying(_ patch: ComponentPatch) throws(BelayError) -> ComponentTree {
    var parts = FileParts(self)
    try parts.apply(patch)
    let components = parts.files.values.flatMap(\.self)
    let rough = try ComponentTree(components)
    // What was put together must be read back as the same parts.
    let tree = try ComponentTree(files: rough.files())
    for name in Set(rough.names).symmetricDifference(tree.names).sorted() {
      throw Self.conflict(name, "is not a component of the tree that the edit makes")
    }
    for (made, read) in zip(rough.names, tree.names) where made != read {
      throw Self.conflict(made, "does not stand where the edit puts it")
    }
    return tree
  }

  /// The components on which two edits cannot be brought together on this tree.
  public func conflicts(_ one: ComponentPatch, _ other: ComponentPatch) -> [String] {
    let shared = Set(one.components).intersection(other.components).sorted()
    do throws(BelayError) {
      _ = try applying([one, other])
      return []
    } catch {
      return shared.isEmpty ? error.place.map { [$0] } ?? other.components : shared
    }
  }

  /// Whether every changed component stands as it did where the edit was made.
  public func fits(_ patch: ComponentPatch) -> Bool {
    patch.changes.allSatisfy { self[$0.component] == $0.before }
  }

  static func conflict(_ name: String, _ message: String) -> BelayError {
    BelayError(
      .usage, message, place: name.printable(),
      hint: "make the edit again on the harness as it is now")
  }
}

extension Harness {
  /// The harness with these edits, checked exactly as one that is read from a folder.
  public func applying(_ patches: [ComponentPatch]) throws(BelayError) -> Harness {
    let tree = try ComponentTree(self).applying(patches)
    return try Harness.load(files: tree.files(), named: name, near: origin)
  }
}

/// The parts of each file, in order, while an edit is put on them.
private struct FileParts {
  var files: [String: [ComponentTree.Component]] = [:]

  init(_ tree: ComponentTree) {
    for component in tree.components {
      files[ComponentName.file(component.name), default: []].append(component)
    }
  }

  mutating func apply(_ patch: ComponentPatch) throws(BelayError) {
    var placed: [ComponentPatch.Change] = []
    for change in patch.changes {
      let now = self[change.component]
      guard let settled = try settle(change, now) else {
        remove(change.component)
        continue
      }
      if now != nil, change.place == nil || change.before == nil {
        replace(change.component, settled)
        continue
      }
      remove(change.component)
      placed.append(
        .init(
          component: change.component, before: change.before, after: settled, place: change.place))
    }
    try insert(placed)
    try checkHeads(patch)
  }

  /// What a component holds with a change.
  private func settle(_ change: ComponentPatch.Change, _ now: ComponentContent?)
    throws(BelayError) -> ComponentContent?
  {
    if now == change.before || now == change.after { return change.after }
    guard let now else {
      throw ComponentTree.conflict(change.component, "is changed by the edit and is not there")
    }
    guard let before = change.before else {
      throw ComponentTree.conflict(
        change.component, "is added by the edit and is there with another text")
    }
    guard let after = change.after else {
      throw ComponentTree.conflict(
        change.component, "is removed by the edit and has another text by now")
    }
    if let merged = WordList.merge(change, into: now) { return merged }
    guard let merged = Self.merge(before, now, after) else {
      throw ComponentTree.conflict(
        change.component, "has other changes in the lines that the edit changes")
    }
    return merged
  }

  private static func merge(
    _ before: ComponentContent, _ now: ComponentContent, _ after: ComponentContent
  ) -> ComponentContent? {
    func files(_ content: ComponentContent) -> [String: HarnessFile] {
      Dictionary(content.files.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    }
    let (old, mine, theirs) = (files(before), files(now), files(after))
    var merged: [HarnessFile] = []
    for path in Set(mine.keys).union(theirs.keys) {
      let (base, one, two) = (old[path], mine[path], theirs[path])
      if one == two || base == two {
        if let one { merged.append(one) }
      } else if base == one {
        if let two { merged.append(two) }
      } else {
        guard let base, let one, let two,
          [base, one, two].allSatisfy({ String(validating: $0.content, as: UTF8.self) != nil }),
          let content = Lines.merge(base.content, one.content, two.content)
        else { return nil }
        let isExecutable =
          base.isExecutable == one.isExecutable ? two.isExecutable : one.isExecutable
        merged.append(HarnessFile(path: path, isExecutable: isExecutable, content: content))
      }
    }
    return merged.isEmpty ? nil : ComponentContent(files: merged)
  }

  /// Puts new and moved parts behind those that they are to follow.
  private mutating func insert(_ placed: [ComponentPatch.Change]) throws(BelayError) {
    var waiting = placed
    while !waiting.isEmpty {
      let ready = waiting.firstIndex { $0.place.map { self[$0] != nil } ?? true }
      let change = waiting.remove(at: ready ?? 0)
      guard let content = change.after else { continue }
      let file = ComponentName.file(change.component)
      let part = ComponentTree.Component(name: change.component, content: content)
      guard change.component != file else {
        files[file, default: []].insert(part, at: 0)
        continue
      }
      guard let parts = files[file] else {
        throw ComponentTree.conflict(change.component, "belongs into a file that is not there")
      }
      let above = ready == nil ? nil : parts.firstIndex { $0.name == change.place }
      guard let at = position(of: part, above: above, in: parts, file) else {
        throw ComponentTree.conflict(change.component, "belongs into a table that is not there")
      }
      files[file]?.insert(part, at: at)
    }
  }

  private func position(
    of part: ComponentTree.Component, above: Int?, in parts: [ComponentTree.Component],
    _ file: String
  ) -> Int? {
    guard file == "harness.toml" else { return above.map { $0 + 1 } ?? parts.count }
    func opens(_ index: Int) -> Bool { TomlParts.opensTable(parts[index].content.bytes ?? []) }
    guard !TomlParts.opensTable(part.content.bytes ?? []) else {
      // A new table must not come between another one and its keys.
      var at = above.map { $0 + 1 } ?? parts.count
      while at < parts.count, !opens(at) { at += 1 }
      return at
    }
    if let above { return above + 1 }
    let table = part.name.lastIndex(of: ".").map { String(part.name[..<$0]) }
    guard let table else { return parts.indices.first { opens($0) } ?? parts.count }
    return parts.lastIndex { $0.name == table || $0.name.hasPrefix("\(table).") }.map { $0 + 1 }
  }

  /// A file's parts cannot stand without its head, nor a table's keys without its header.
  private func checkHeads(_ patch: ComponentPatch) throws(BelayError) {
    for change in patch.changes where change.after == nil {
      let file = ComponentName.file(change.component)
      for part in files[file] ?? [] {
        let isLeft =
          change.component == file
          || (TomlParts.opensTable(change.before?.bytes ?? [])
            && part.name.hasPrefix("\(change.component)."))
        if isLeft {
          throw ComponentTree.conflict(
            part.name, "is left without '\(change.component.printable())', which the edit removes")
        }
      }
    }
  }

  private subscript(name: String) -> ComponentContent? {
    files[ComponentName.file(name)]?.first { $0.name == name }?.content
  }

  private mutating func remove(_ name: String) {
    let file = ComponentName.file(name)
    files[file]?.removeAll { $0.name == name }
    if files[file]?.isEmpty == true { files[file] = nil }
  }

  private mutating func replace(_ name: String, _ content: ComponentContent) {
    let file = ComponentName.file(name)
    guard let index = files[file]?.firstIndex(where: { $0.name == name }) else { return }
    files[file]?[index] = ComponentTree.Component(name: name, content: content)
  }
}
