internal import Base
internal import Glibc

/// The keys of the terminal one by one, unseen and without a return key, until `end`.
///
/// Ctrl-C stays a signal; Ctrl-Z does nothing, since a stopped program could not give the terminal back.
public final class RawKeys: Sendable {
  private let before: Locked<termios?>

  private init(_ before: termios) { self.before = Locked(before) }

  /// Takes the terminal of standard input; nil where there is none. With `isSilent` Ctrl-C is a key as well.
  public static func begin(isSilent: Bool = false) -> RawKeys? {
    var now = termios()
    guard isatty(0) == 1, tcgetattr(0, &now) == 0 else { return nil }
    let keys = RawKeys(now)
    now.c_lflag &= ~tcflag_t(ICANON | ECHO)
    if isSilent { now.c_lflag &= ~tcflag_t(ISIG | IEXTEN) }
    // VSUSP, VMIN and VTIME of this system, whose array Swift sees as a tuple.
    now.c_cc.10 = 0
    now.c_cc.6 = 1
    now.c_cc.5 = 0
    guard tcsetattr(0, TCSANOW, &now) == 0 else { return nil }
    return keys
  }

  /// The keys from now on, as bytes; ends with the input.
  public func stream() -> AsyncStream<UInt8> {
    AsyncStream { continuation in
      // A number of its own, as epoll refuses the same one twice.
      guard case let copy = fcntl(0, F_DUPFD_CLOEXEC, 0), copy >= 0 else {
        return continuation.finish()
      }
      let descriptor = SharedDescriptor(owning: copy)
      let token = Reactor.shared.watch(copy) { token in
        var bytes = [UInt8](repeating: 0, count: 64)
        let got = read(descriptor.raw, &bytes, bytes.count)
        guard got > 0 else {
          Reactor.shared.forget(token, descriptor.raw)
          return continuation.finish()
        }
        for byte in bytes.prefix(got) { continuation.yield(byte) }
      }
      continuation.onTermination = { _ in Reactor.shared.forget(token, descriptor.raw) }
    }
  }

  /// Gives the terminal back as it was; more than once is once.
  public func end() {
    before.withLock { before in
      if var settings = before { tcsetattr(0, TCSADRAIN, &settings) }
      before = nil
    }
  }

  deinit { end() }
}
