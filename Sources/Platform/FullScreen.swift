public import Base
internal import CSystem
internal import Glibc

/// The terminal of this process as one screen that is drawn over and over, given back however the process ends,
/// but for SIGKILL.
public final class FullScreen: Sendable {
  /// What happens to the terminal beside its keys.
  public enum Change: Sendable, Hashable {
    /// It has another size.
    case resized
    /// Somebody wants the process to stop for a while.
    case stopped
    /// It goes on.
    case resumed
    /// It is gone.
    case lost
  }

  // The other screen, without a cursor and without wrapping; and back.
  private static let entering = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
  private static let leaving = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

  private let output: TextStream
  private let keys = Locked<RawKeys?>(nil)

  /// Takes the terminal; nil where standard input is none.
  public static func begin(_ output: TextStream) -> FullScreen? {
    let screen = FullScreen(output)
    return screen.enter() ? screen : nil
  }

  private init(_ output: TextStream) { self.output = output }

  private func enter() -> Bool {
    leavingGuard()
    guard let raw = RawKeys.begin(isSilent: true) else { return false }
    keys.withLock { $0 = raw }
    try? output.write(Self.entering)
    return true
  }

  private func leavingGuard() { _ = csystem_guard_terminal(Self.leaving) }

  /// Gives the terminal back as it was; more than once is once.
  public func end() {
    let raw = keys.withLock { keys in
      let raw = keys
      keys = nil
      return raw
    }
    guard let raw else { return }
    try? output.write(Self.leaving)
    raw.end()
    csystem_unguard_terminal()
  }

  deinit { end() }

  /// Gives the terminal back, stops this process as Ctrl-Z would, and takes the terminal again when it goes on;
  /// false when there is none any more.
  public func stopAndGoOn() -> Bool {
    end()
    csystem_stop_self()
    return enter()
  }

  /// Writes what draws on the screen.
  public func write(_ text: String) throws(BelayError) { try output.write(text) }

  /// The keys from now on, as bytes; ends with the input.
  public func bytes() -> AsyncStream<UInt8> {
    keys.withLock { $0 }?.stream() ?? AsyncStream { $0.finish() }
  }

  /// What happens to the terminal from now on.
  public static func changes() -> AsyncStream<Change> {
    AsyncStream { continuation in
      let source = csystem_terminal_changes()
      guard source >= 0, case let copy = fcntl(source, F_DUPFD_CLOEXEC, 0), copy >= 0 else {
        return continuation.finish()
      }
      let descriptor = SharedDescriptor(owning: copy)
      let token = Reactor.shared.watch(copy) { _ in
        while case let signal = csystem_read_interrupt(descriptor.raw), signal != 0 {
          switch signal {
          case SIGWINCH: continuation.yield(.resized)
          case SIGTSTP: continuation.yield(.stopped)
          case SIGCONT: continuation.yield(.resumed)
          default: continuation.yield(.lost)
          }
        }
      }
      continuation.onTermination = { _ in Reactor.shared.forget(token, descriptor.raw) }
    }
  }
}
