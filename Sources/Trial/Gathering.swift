internal import Base
internal import Sandbox

/// A file that a trial left, as it was taken.
struct GatheredFile: Sendable {
  /// Its path below the place that was asked for; empty for that place itself.
  let path: String
  let mode: UInt32
  let content: [UInt8]
  /// Whether the path is what the file was called, and not what a text can show of it.
  var isNamedByText = true
}

/// What the collector took from one place, and what it left.
struct Gathering: Sendable {
  /// The place, an absolute path inside.
  let place: String
  var files: [GatheredFile] = []
  var left: [CollectedEntry] = []
  /// Which budget ended the walk early.
  var cutBy: String?
  /// Whether there was anything at all.
  var isAbsent = false

  static func of(_ place: String, in folder: SandboxFolder, budget: CollectBudget) async throws
    -> Gathering
  {
    let taken = Locked<[(CollectedEntry, [UInt8])]>([])
    let start = Array(place.utf8.split(separator: 47).joined(separator: [47]))
    let collection = try await Collector(budget: budget).collect(
      from: folder, paths: [String(decoding: start, as: UTF8.self)]
    ) { entry, content in taken.withLock { $0.append((entry, content)) } }
    var gathering = Gathering(place: place)
    gathering.cutBy = collection.cutBy
    gathering.left = collection.entries.filter { $0.fate != .taken && $0.fate != .absent }
    gathering.isAbsent = collection.entries.contains { $0.fate == .absent }
    for (entry, content) in taken.withLock({ $0 }) {
      let below = entry.path.dropFirst(start.count).drop { $0 == 47 }
      gathering.files.append(
        GatheredFile(
          path: String(decoding: below, as: UTF8.self), mode: entry.mode, content: content,
          isNamedByText: String(validating: below, as: UTF8.self) != nil))
    }
    return gathering
  }

  /// Files at the top of a folder, by their names.
  static func of(_ names: [String], in folder: SandboxFolder, budget: CollectBudget) async throws
    -> Gathering
  {
    var all = Gathering(place: "/")
    for name in names {
      let one = try await of("/\(name)", in: folder, budget: budget)
      all.files += one.files.map { GatheredFile(path: name, mode: $0.mode, content: $0.content) }
      all.left += one.left
    }
    return all
  }

  /// Why there is a doubt whether all of it was taken; nil when it was.
  var doubt: String? {
    cutBy.map { "cut by its budget of \($0)" } ?? left.first.map { "left \($0.name)" }
  }

  /// What was left, as records.
  var leftJSON: JSON {
    .array(
      left.prefix(200).map {
        [
          "path": .string($0.name), "reason": .string($0.fate.rawValue),
          "detail": .optional($0.detail),
        ]
      })
  }
}
