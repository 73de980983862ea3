internal import Base
internal import Platform

/// A new folder that an export fills; names from outside cannot leave it or act on a terminal.
struct ExportFolder {
  let path: String
  private(set) var summary: ExportSummary
  private var taken: Set<String> = []
  private var folders: Set<String> = []

  /// Takes a path where nothing stands yet, or an empty folder.
  init(_ path: String) throws {
    if Files.kind(path) != nil {
      guard Files.isDirectory(path), try Files.names(in: path).isEmpty else {
        throw BelayError(
          .usage, "something is there already; an export is written to a new or empty folder",
          place: path, hint: "name another folder")
      }
    }
    try Files.makeDirectory(path)
    self.path = path
    summary = ExportSummary(path: path)
  }

  mutating func countTrial(pending: Bool = false) {
    if pending { summary.pending += 1 } else { summary.trials += 1 }
  }

  /// Writes a file below the folder; the path may be hostile and is made harmless.
  mutating func write(_ bytes: [UInt8], _ below: String, in folder: String = "") throws {
    let place = free(Path.join(folder, Self.harmless(below)))
    taken.insert(place)
    let target = Path.join(path, place)
    try Files.makeDirectory(Path.parent(target))
    try Files.write(bytes, to: target, durable: false)
    summary.files += 1
    summary.bytes += bytes.count
  }

  // Paths that were made harmless may meet: as one file, or as a file where another needs a folder.
  private mutating func free(_ place: String) -> String {
    var parts: [String] = []
    for part in place.split(separator: "/").map(String.init) {
      let isLast = parts.count + 1 == place.split(separator: "/").count
      var name = part
      var count = 1
      while true {
        let path = (parts + [name]).joined(separator: "/")
        if !taken.contains(path), !isLast || !folders.contains(path) { break }
        count += 1
        name = "\(part)~\(count)"
      }
      parts.append(name)
      if !isLast { folders.insert(parts.joined(separator: "/")) }
    }
    return parts.joined(separator: "/")
  }

  mutating func write(_ record: JSON, _ name: String, in folder: String = "") throws {
    try write(record.utf8(pretty: true) + [0x0A], name, in: folder)
  }

  /// A relative path whose every part is a plain name of at most 200 bytes.
  static func harmless(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." && $0 != ".." }
      .map { part -> String in
        let shown = String(part).printable().replacing("\0", with: "")
        guard shown.utf8.count > 200 else { return shown }
        return String(decoding: shown.utf8.prefix(180), as: UTF8.self) + "~"
          + Digest.of(shown).short
      }
    guard !parts.isEmpty else { return "unnamed" }
    let whole = parts.joined(separator: "/")
    // The system takes at most 4096 bytes, the export's own folder included.
    return whole.utf8.count <= 1500 ? whole : "too-long/\(Digest.of(whole).short)"
  }
}
