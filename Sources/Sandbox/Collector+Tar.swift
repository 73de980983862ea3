internal import Archive
internal import Base
internal import Platform

extension Collector {
  /// The same as for a folder, out of the engine's tar stream: nothing is unpacked, links are noted and
  /// not followed, and what is not wanted is read past.
  func collect(
    from files: any TarredFiles, paths: [String],
    into sink: @escaping @Sendable (CollectedEntry, [UInt8]) throws -> Void
  ) async throws -> Collected {
    var walk = StreamWalk(budget: budget)
    for path in paths where walk.collection.cutBy == nil {
      let before = walk
      let after = try await files.read(path, wall: budget.time + .seconds(10)) { tar in
        var walk = before
        try walk.take(path, in: files, from: tar, sink)
        return walk
      }
      walk = after ?? before.missing(path)
    }
    return walk.collection
  }

  /// One file, as `file(_:in:limit:)` of a folder.
  package func file(_ path: String, in files: any TarredFiles, limit: Int) async throws -> [UInt8]?
  {
    guard !path.split(separator: "/").contains("..") else { return nil }
    let name = path.utf8.split(separator: 47).suffix(1).map { Array($0) }
    let found = try await files.read(path, wall: budget.time) { tar -> [UInt8]? in
      guard let entry = try tar.next(), entry.kind == .file, entry.size <= limit,
        StreamWalk.parts(entry.path) == name
      else { return nil }
      return try tar.content(limit: limit)
    }
    return found ?? nil
  }
}

private struct StreamWalk: Sendable {
  let budget: CollectBudget
  var collection = Collected()
  private var seen = 0
  private var files = 0
  private let began = ContinuousClock.now

  init(budget: CollectBudget) { self.budget = budget }

  static func parts(_ path: [UInt8]) -> [[UInt8]] {
    path.split(separator: 47).map { Array($0) }.filter { $0 != [46] }
  }

  func missing(_ path: String) -> StreamWalk {
    var walk = self
    walk.note(Array(path.utf8), .absent)
    return walk
  }

  mutating func take(
    _ path: String, in folder: any TarredFiles, from tar: TarStream,
    _ sink: (CollectedEntry, [UInt8]) throws -> Void
  ) throws {
    let start = Array(path.utf8.split(separator: 47).joined(separator: [47]))
    let last = (folder.base + "/" + path).utf8.split(separator: 47).last.map { Array($0) }
    guard !Self.parts(start).contains([46, 46]) else { return note(start, .absent) }
    var isFirst = true
    while within(), let entry = try tar.next() {
      let parts = Self.parts(entry.path)
      // A link at the path itself is followed by the engine, and shows itself by another name.
      guard let last, parts.first == last else {
        if isFirst { note(start, .link, entry) }
        return
      }
      isFirst = false
      seen += 1
      let below = Array(parts.dropFirst().joined(separator: [47]))
      let inner = below.isEmpty ? start : start.isEmpty ? below : start + [47] + below
      guard !parts.contains([46, 46]) else {
        note(inner, .unreadable, entry)
        continue
      }
      try visit(entry, at: inner, depth: parts.count - 1, tar, sink)
    }
  }

  private mutating func visit(
    _ entry: TarEntry, at path: [UInt8], depth: Int, _ tar: TarStream,
    _ sink: (CollectedEntry, [UInt8]) throws -> Void
  ) throws {
    // As in a walk: a folder at the limit is named, and what is in it is passed over.
    if entry.kind == .folder {
      if depth == budget.depth + 1 { note(path, .tooDeep, entry) }
      return
    }
    guard depth <= budget.depth + 1 else { return }
    switch entry.kind {
    case .link: return note(path, .link, entry)
    case .hardLink: return note(path, .hardLink, entry)
    case .special, .folder: return note(path, .special, entry)
    case .file: break
    }
    guard files < budget.files else { return cut("files") }
    let limit = min(budget.fileBytes, budget.bytes - collection.bytes)
    guard entry.size <= limit, let content = try tar.content(limit: limit) else {
      return note(path, .tooLarge, entry)
    }
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
    _ path: [UInt8], _ fate: CollectedEntry.Fate, _ entry: TarEntry? = nil
  ) {
    let target = entry?.target ?? []
    collection.entries.append(
      CollectedEntry(
        path: path, fate: fate, size: entry?.size ?? 0, mode: entry?.mode ?? 0,
        detail: target.isEmpty ? nil : String(decoding: target, as: UTF8.self).printable()))
  }
}
