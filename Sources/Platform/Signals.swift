internal import Base
internal import CSystem
internal import Glibc

/// The user's and the system's requests to stop, as a stream.
public enum InterruptSignals {
  private static let source = Locked<Int32?>(nil)

  /// Takes SIGINT and SIGTERM out of the usual way for the rest of the process's life; children are
  /// started with the usual one.
  public static func take() {
    source.withLock { source in
      if source == nil { source = csystem_interrupts() }
    }
  }

  /// The signals from now on, each as its number, to one of the streams. `take` must have been called.
  public static func stream() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      // A number of its own: a stream may begin before the reader of an earlier one has noticed its end,
      // and epoll refuses the same number twice.
      guard let source = source.withLock({ $0 }), source >= 0,
        case let copy = fcntl(source, F_DUPFD_CLOEXEC, 0), copy >= 0
      else {
        return continuation.finish()
      }
      let descriptor = SharedDescriptor(owning: copy)
      let token = Reactor.shared.watch(copy) { _ in
        while case let signal = csystem_read_interrupt(descriptor.raw), signal != 0 {
          continuation.yield(signal)
        }
      }
      continuation.onTermination = { _ in Reactor.shared.forget(token, descriptor.raw) }
    }
  }
}
