internal import CSystem
internal import Glibc

/// Room on a disk.
public enum DiskSpace {
  /// Bytes that this user may still write below a path; nil when nobody knows.
  public static func free(at path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
