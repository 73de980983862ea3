internal import CSystem
internal import Glibc

/// Who this process is to the system.
public enum ProcessIdentity {
  /// Whether it has the host's root rights.
  public static var isRoot: Bool { geteuid() == 0 }
  /// Its user.
  public static var uid: UInt32 { geteuid() }
  /// Its number.
  public static var pid: Int32 { getpid() }

  /// The pid namespace that process numbers here belong to.
  public static var pidNamespace: UInt64 { namespace("pid") ?? 0 }

  /// The number of one of this process's namespaces, as /proc names them.
  public static func namespace(_ kind: String) -> UInt64? {
    guard let link = try? Files.linkTarget("/proc/self/ns/\(kind)") else { return nil }
    return UInt64(link.filter(\.isNumber))
  }

  /// Raises the number of files that this process may open to what the system allows it: a thousand
  /// trials at once need a few thousand, and the usual start is 1,024.
  public static func raiseFileLimit() {
    var limit = rlimit()
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(files, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(files, &limit)
  }

  /// Ends a process at once.
  public static func kill(_ pid: Int32) { _ = Glibc.kill(pid, SIGKILL) }

  /// When a process started, in clock ticks since boot; nil when there is none of that number.
  public static func start(of pid: Int32) -> UInt64? {
    let start = csystem_process_start(pid)
    return start == 0 ? nil : start
  }

  /// What tells the program of this process from every other build of it; nil where that cannot be said.
  public static var program: String? {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return nil }
    return "\(status.st_size)-\(status.st_mtim.tv_sec)-\(status.st_mtim.tv_nsec)"
  }

  /// A variable of this process's environment.
  public static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
  }

  /// The most memory that this process ever held.
  public static var peakMemoryBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// CPU time that this process itself has used, without its children.
  public static var ownCPU: Duration {
    var user: UInt64 = 0
    var system: UInt64 = 0
    csystem_own_cpu(&user, &system)
    return .nanoseconds(Int64(user + system))
  }
}

/// The kernel's numbers of resource limits.
public enum ResourceNumbers {
  /// CPU seconds.
  public static let cpu = number(RLIMIT_CPU)
  /// The largest file.
  public static let fileSize = number(RLIMIT_FSIZE)
  /// Private writable memory.
  public static let data = number(RLIMIT_DATA)
  /// Core dumps.
  public static let core = number(RLIMIT_CORE)
  /// Open files.
  public static let openFiles = number(RLIMIT_NOFILE)
  /// Memory that may be locked.
  public static let lockedMemory = number(__RLIMIT_MEMLOCK)
  /// Processes of a user.
  public static let processes = number(__RLIMIT_NPROC)
  /// Signals that wait.
  public static let pendingSignals = number(__RLIMIT_SIGPENDING)
  /// Bytes in message queues.
  public static let messageQueues = number(__RLIMIT_MSGQUEUE)
  /// The nice value.
  public static let nice = number(__RLIMIT_NICE)
  /// Real-time priority.
  public static let realTimePriority = number(__RLIMIT_RTPRIO)

  private static func number(_ resource: __rlimit_resource) -> UInt32 { resource.rawValue }
}
