internal import CSystem
internal import Glibc

/// The process that this program runs in, as other processes can name it.
public enum ThisProcess {
  /// Its id.
  public static var pid: Int32 { getpid() }

  /// When it started, in clock ticks since boot.
  public static let startTicks: UInt64 = csystem_process_start(getpid())

  /// The machine's name.
  public static let hostName: String = {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(
      decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()
}
