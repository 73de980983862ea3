public import Base
internal import Glibc

/// One entry of a walked tree.
public struct TreeEntry: Sendable, Hashable {
  /// The path below the root, with slashes.
  public let path: String
  /// What it is.
  public let kind: FileKind
  /// Bytes of a regular file.
  public let size: Int
  /// Permission bits.
  public let mode: UInt32
}

extension Files {
  /// Every entry below a folder that the user owns, sorted by path bytes; links are listed, never followed.
  public static func walk(_ root: String, limit: Int = 200_000) throws(BelayError) -> [TreeEntry] {
    var entries: [TreeEntry] = []
    var pending = [""]
    while let folder = pending.popLast() {
      for name in try names(in: folder.isEmpty ? root : Path.join(root, folder)) {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        var status = stat()
        guard lstat(Path.join(root, path), &status) == 0 else {
          let code = errno
          let place = Path.join(root, path)
          // Bytes that are no text were replaced, so that nothing has the name any more.
          guard code != ENOENT || !name.contains("\u{FFFD}") else {
            throw BelayError(.usage, "its name is not valid UTF-8", place: place)
          }
          throw .system("lstat", code, place: place)
        }
        let kind = kind(status.st_mode)
        entries.append(
          TreeEntry(
            path: path, kind: kind, size: Int(status.st_size), mode: status.st_mode & 0o7777))
        if kind == .directory { pending.append(path) }
        guard entries.count <= limit else {
          throw BelayError(.usage, "more than \(limit) files", place: root)
        }
      }
    }
    return entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// The target of a symbolic link.
  public static func linkTarget(_ path: String) throws(BelayError) -> String {
    var buffer = [CChar](repeating: 0, count: 4097)
    let count = readlink(path, &buffer, 4096)
    guard count >= 0 else { throw .system("readlink", errno, place: path) }
    return String(decoding: buffer[0..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
