public import Base
internal import Glibc

extension Files {
  /// Returns when the names in a folder are durable: a file that was made or renamed is found after power loss.
  public static func syncFolder(_ path: String) throws(BelayError) {
    let folder = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
    guard fsync(folder.raw) == 0 else { throw .system("fsync", errno, place: path) }
  }
}
