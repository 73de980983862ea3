internal import Base
internal import Platform

/// Takes files out of a place that untrusted commands wrote to, when all of them are dead.
///
/// It walks by descriptors, follows no link, opens nothing but regular files with one name, and stops at
/// its budget. What it does not take is listed with the reason.
public struct Collector: Sendable {
  /// What it may take.
  public var budget: CollectBudget

  /// A collector with a budget.
  public init(budget: CollectBudget = CollectBudget()) { self.budget = budget }

  /// Collects the given paths below a folder, or all of it. `sink` is given the path (as bytes, for a
  /// manifest, never for the host) and the content of each file; it runs on a thread that may wait.
  public func collect(
    from folder: SandboxFolder, paths: [String] = [""],
    into sink: @escaping @Sendable (CollectedEntry, [UInt8]) throws -> Void
  ) async throws -> Collected {
    if case .container(let files) = folder.source {
      return try await collect(from: files, paths: paths, into: sink)
    }
    guard case .folder(let descriptor) = folder.source else {
      return Collected(absent: paths)
    }
    return try await BlockingWork.run {
      var walk = Walk(budget: budget, sink: sink)
      for path in paths { try walk.start(path, from: FolderReader(descriptor)) }
      return walk.collection
    }
  }

  /// One file below a folder, by its exact path; nil when it is not a plain file of at most `limit` bytes.
  public func file(_ path: String, in folder: SandboxFolder, limit: Int) async throws -> [UInt8]? {
    if case .container(let files) = folder.source {
      return try await file(path, in: files, limit: limit)
    }
    guard case .folder(let descriptor) = folder.source else { return nil }
    return try await BlockingWork.run {
      let parts = path.utf8.split(separator: 47).map { Array($0) }
      guard let last = parts.last else { return nil }
      var reader = FolderReader(descriptor)
      for part in parts.dropLast() {
        guard part != [46, 46], reader.entry(part)?.kind == .directory else { return nil }
        reader = try reader.folder(part)
      }
      guard last != [46, 46], let entry = reader.entry(last), entry.kind == .regular,
        entry.links == 1, entry.size <= limit
      else { return nil }
      return try reader.file(last, limit: limit)
    }
  }
}

private struct Walk {
  let budget: CollectBudget
  let sink: @Sendable (CollectedEntry, [UInt8]) throws -> Void
  var collection = Collected()
  private var seen = 0
  private var files = 0
  private let began = ContinuousClock.now

  init(
    budget: CollectBudget, sink: @escaping @Sendable (CollectedEntry, [UInt8]) throws -> Void
  ) {
    self.budget = budget
    self.sink = sink
  }

  mutating func start(_ path: String, from root: FolderReader) throws {
    var reader = root
    var walked: [UInt8] = []
    let parts = path.utf8.split(separator: 47).map { Array($0) }
    for (index, part) in parts.enumerated() {
      walked += (walked.isEmpty ? [] : [47]) + part
      guard part != [46, 46], part != [46], let entry = reader.entry(part) else {
        return note(walked, .absent)
      }
      if index == parts.count - 1, entry.kind != .directory {
        return try visit(part, entry, in: reader, at: walked)
      }
      guard entry.kind == .directory else { return note(walked, .absent, entry) }
      reader = try reader.folder(part)
    }
    try enter(reader, at: walked, depth: 0)
  }

  private mutating func enter(_ folder: FolderReader, at path: [UInt8], depth: Int) throws {
    guard depth <= budget.depth else { return note(path, .tooDeep) }
    let (names, complete) = try folder.names(limit: max(0, budget.entries - seen))
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard within() else { return }
      seen += 1
      let inner = path.isEmpty ? name : path + [47] + name
      guard let entry = folder.entry(name) else {
        note(inner, .unreadable)
        continue
      }
      if entry.kind == .directory {
        if let next = try? folder.folder(name) {
          try enter(next, at: inner, depth: depth + 1)
        } else {
          note(inner, .unreadable, entry)
        }
      } else {
        try visit(name, entry, in: folder, at: inner)
      }
    }
    if !complete { cut("entries") }
  }

  private mutating func visit(
    _ name: [UInt8], _ entry: FolderReader.Entry, in folder: FolderReader, at path: [UInt8]
  ) throws {
    switch entry.kind {
    case .link: return note(path, .link, entry, String(decoding: folder.link(name), as: UTF8.self))
    case .special, .directory: return note(path, .special, entry)
    case .regular: break
    }
    if entry.links > 1 { return note(path, .hardLink, entry) }
    guard files < budget.files else { return cut("files") }
    // The claim is looked at first: a sparse giant is not read at all.
    let limit = min(budget.fileBytes, budget.bytes - collection.bytes)
    guard entry.size <= limit else { return note(path, .tooLarge, entry) }
    let content: [UInt8]?
    do {
      content = try folder.file(name, limit: limit)
    } catch {
      return note(path, .unreadable, entry, "\(error)")
    }
    guard let content else { return note(path, .tooLarge, entry) }
    files += 1
    collection.bytes += content.count
    let taken = CollectedEntry(
      path: path, fate: .taken, size: content.count, mode: entry.mode, detail: nil)
    collection.entries.append(taken)
    try sink(taken, content)
  }

  private mutating func within() -> Bool {
    if collection.cutBy != nil { return false }
    if seen >= budget.entries { cut("entries") }
    if ContinuousClock.now - began > budget.time { cut("time") }
    return collection.cutBy == nil
  }

  private mutating func cut(_ what: String) {
    if collection.cutBy == nil { collection.cutBy = what }
  }

  private mutating func note(
    _ path: [UInt8], _ fate: CollectedEntry.Fate, _ entry: FolderReader.Entry? = nil,
    _ detail: String? = nil
  ) {
    collection.entries.append(
      CollectedEntry(
        path: path, fate: fate, size: entry?.size ?? 0, mode: entry?.mode ?? 0,
        detail: detail?.printable()))
  }
}
