public import Base
internal import CSystem
internal import Glibc

/// How a child process ended and what it used.
public struct ChildExit: Sendable, Hashable {
  /// The exit code; nil when a signal ended it, and when the system does not say how it ended.
  public let code: Int32?
  /// The signal that ended it, or nil.
  public let signal: Int32?
  /// CPU time of the child and of what it waited for.
  public let cpu: Duration
  /// The largest resident size.
  public let maxRSSBytes: Int
}

/// A child process of our own: started by posix_spawn, reaped by the reactor through its pidfd.
///
/// Never by fork: a fork copies page tables, and at 1 GB of resident size that is 22 starts a second
/// against 2,200 (measured).
public final class Child: Sendable {
  /// The process id, valid until `wait` has returned.
  public let pid: Int32
  private let pidfd: Int32
  private static let keepsExits: Void = csystem_keep_exits()
  private let exit = Locked(Exit.unknown)

  private enum Exit {
    case unknown
    case watched([CheckedContinuation<ChildExit, Never>])
    case over(ChildExit)
  }

  private init(pid: Int32, pidfd: Int32) {
    self.pid = pid
    self.pidfd = pidfd
  }

  deinit { close(pidfd) }

  /// Starts a program. `descriptors` maps the child's numbers to ours; 0, 1 and 2 are /dev/null unless
  /// given, and nothing else is inherited. The environment is empty unless given. In a session of its own it
  /// outlives the terminal, and the keys pressed there do not reach it.
  public static func spawn(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    folder: String? = nil, ownSession: Bool = false, descriptors: [Int32: Int32] = [:]
  ) throws(BelayError) -> Child {
    let null = try Descriptor.open("/dev/null", O_RDWR)
    var map = descriptors
    for number in 0...2 where map[Int32(number)] == nil { map[Int32(number)] = null.raw }
    let targets = map.keys.sorted()
    let sources = targets.compactMap { map[$0] }
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var pid: pid_t = 0
    Self.keepsExits
    let failed = CStrings.with(arguments) { argv in
      CStrings.with(variables) { envp in
        csystem_spawn(
          &pid, path, argv, envp, folder, ownSession ? 1 : 0, sources, targets, targets.count)
      }
    }
    guard failed == 0 else { throw .system("posix_spawn", failed, place: path) }
    let pidfd = csystem_pidfd_open(pid)
    guard pidfd >= 0 else {
      let code = errno
      csystem_abandon_child(pid)
      throw .system("pidfd_open", code, place: path)
    }
    return Child(pid: pid, pidfd: pidfd)
  }

  /// Sends a signal; a child that is already over is none.
  ///
  /// By its pidfd: between the reaping and our knowing of it, its number may be somebody else's.
  public func signal(_ number: Int32) { _ = csystem_pidfd_signal(pidfd, number) }

  /// Waits until the child is over; the end of its output plays no part. Not cut short by cancellation.
  public func wait() async -> ChildExit {
    await withCheckedContinuation { continuation in
      let known = exit.withLock { state -> (exit: ChildExit?, first: Bool) in
        switch state {
        case .unknown:
          state = .watched([continuation])
          return (nil, true)
        case .watched(let waiting):
          state = .watched(waiting + [continuation])
          return (nil, false)
        case .over(let exit): return (exit, false)
        }
      }
      if let over = known.exit { continuation.resume(returning: over) }
      if known.first { Reactor.shared.watch(pidfd) { [self] token in reap(token) } }
    }
  }

  private func reap(_ token: Reactor.Token) {
    var report = csystem_exit()
    let reaped = csystem_reap(pidfd, &report)
    guard reaped != 0 else { return }
    Reactor.shared.forget(token, pidfd)
    let signal = report.status & 0x7f
    let code = signal == 0 ? (report.status >> 8) & 0xff : nil
    // What somebody else has reaped (-1) did not succeed as far as anybody knows.
    let over = ChildExit(
      code: reaped < 0 ? nil : code, signal: signal == 0 ? nil : signal,
      cpu: .nanoseconds(Int64(report.user_ns + report.system_ns)),
      maxRSSBytes: Int(report.max_rss_bytes))
    let waiting = exit.withLock { state -> [CheckedContinuation<ChildExit, Never>] in
      defer { state = .over(over) }
      if case .watched(let waiting) = state { return waiting }
      return []
    }
    for continuation in waiting { continuation.resume(returning: over) }
  }
}

/// Argument vectors for C.
enum CStrings {
  static func with<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}
