internal import CSystem
internal import Glibc

/// What this machine is and has.
public enum Machine {
  /// The processor's architecture, as `uname -m` says it.
  public static var architecture: String { field(\.machine) }

  /// The machine's name.
  public static var hostName: String { field(\.nodename) }

  /// The kernel's release.
  public static var kernel: String { field(\.release) }

  /// Processors that this process may use.
  public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Bytes of memory.
  public static var memoryBytes: Int {
    Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// The number of this process.
  public static var processID: Int32 { getpid() }

  /// When a process started, in clock ticks since boot: with its number this names it for ever; nil when
  /// there is none.
  public static func startTicks(of process: Int32) -> UInt64? {
    let ticks = csystem_process_start(process)
    return ticks == 0 ? nil : ticks
  }

  /// Whether this process is the host's root.
  public static var isRoot: Bool { geteuid() == 0 }

  private static func field<Field>(_ path: WritableKeyPath<utsname, Field>) -> String {
    var names = utsname()
    uname(&names)
    return unsafe withUnsafeBytes(of: &names[keyPath: path]) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
