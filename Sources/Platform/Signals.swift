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

  /// The signals from now on, each as its number; one stream at a time. `take` must have been called.
  public static func stream() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      guard let descriptor = source.withLock({ $0 }), descriptor >= 0 else {
        return continuation.finish()
      }
      let token = Reactor.shared.watch(descriptor) { _ in
        while case let signal = csystem_read_interrupt(descriptor), signal != 0 {
          continuation.yield(signal)
        }
      }
      continuation.onTermination = { _ in Reactor.shared.forget(token, descriptor) }
    }
  }
}
