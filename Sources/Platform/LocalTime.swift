internal import Glibc

/// The clock on the wall.
public enum LocalTime {
  /// How far it is ahead of UTC by now, in seconds.
  public static var offset: Int {
    var now = time(nil)
    var local = tm()
    guard unsafe localtime_r(&now, &local) != nil else { return 0 }
    return unsafe local.tm_gmtoff
  }
}
