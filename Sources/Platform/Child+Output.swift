internal import Base
internal import Glibc

extension Child {
  // O_TMPFILE, a macro that the importer drops.
  private static let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY

  /// Runs a program of the host to its end and answers what it printed, both streams together.
  public static func output(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], limit: Int
  ) async throws -> [UInt8] {
    // A file without a name: a pipe could be held open by a grandchild.
    let file = try Descriptor.open("/tmp", Self.unnamed | O_RDWR)
    let child = try spawn(
      path, arguments, environment: environment, descriptors: [1: file.raw, 2: file.raw])
    _ = await child.wait()
    let again = try Descriptor.open("/proc/self/fd/\(file.raw)", O_RDONLY)
    return try again.readPrefix(limit: limit, place: path).bytes
  }
}
