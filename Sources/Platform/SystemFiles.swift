public import Base
internal import CSystem
internal import Glibc

/// Files of /proc, /sys and control groups: written in place, one value at a time.
public enum SystemFiles {
  /// Writes a value to a file that exists.
  public static func set(_ value: String, in path: String) throws(BelayError) {
    guard csystem_overwrite(path, value) == 0 else { throw .system("write", errno, place: path) }
  }

  /// Makes one folder; one that is there already is an error.
  public static func makeGroup(_ path: String) throws(BelayError) {
    guard mkdir(path, 0o755) == 0 else { throw .system("mkdir", errno, place: path) }
  }

  /// Removes a folder that the kernel counts as empty, whatever control files it shows.
  public static func removeGroup(_ path: String) throws(BelayError) {
    guard rmdir(path) == 0 || errno == ENOENT else { throw .system("rmdir", errno, place: path) }
  }
}
