public import Base
internal import Glibc

/// A lock file that is held as long as this value lives; the kernel gives it back when its process ends.
public final class FileLock: Sendable {
  private let file: Descriptor

  private init(_ file: consuming Descriptor) { self.file = file }

  // The note goes while the lock is still held. Closing alone would not give it back: a child of another
  // thread holds a copy of the descriptor between clone and exec, and the lock is the open file's.
  deinit {
    ftruncate(file.raw, 0)
    flock(file.raw, LOCK_UN)
  }

  /// Takes the lock and leaves a note about the holder in it; nil when somebody else holds it.
  public static func take(_ path: String, note: [UInt8]) throws(BelayError) -> FileLock? {
    let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
    while flock(file.raw, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK: return nil
      case let code: throw .system("flock", code, place: path)
      }
    }
    guard ftruncate(file.raw, 0) == 0 else { throw .system("ftruncate", errno, place: path) }
    try file.write(note, place: path)
    return FileLock(file)
  }

  /// What the holder wrote; stale when nobody holds the lock.
  public static func note(_ path: String) -> [UInt8]? { try? Files.read(path, limit: 64 * 1024) }
}
