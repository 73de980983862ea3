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

  private static func field<Field>(_ path: WritableKeyPath<utsname, Field>) -> String {
    var names = utsname()
    uname(&names)
    return unsafe withUnsafeBytes(of: &names[keyPath: path]) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
