internal import Base
internal import Platform
internal import Sandbox

/// Messages one after the other, to the first process of a container through its engine.
final class StreamLink: LauncherLink {
  private struct State {
    var received: [UInt8] = []
    var unsent: [UInt8] = []
    var isSending = false
  }

  /// A container that claims a longer message than any command may give is not listened to.
  private static let messageLimit = 64 << 20

  private let socket: StreamSocket
  private let state = Locked(State())

  init(_ socket: StreamSocket) { self.socket = socket }

  func send(_ bytes: [UInt8], descriptors: [Int32]) throws {
    let mustWait = state.withLock { state in
      if state.unsent.isEmpty && !state.isSending {
        state.unsent = Array(bytes.dropFirst(socket.sendNow(bytes)))
      } else {
        state.unsent += bytes
      }
      guard !state.unsent.isEmpty, !state.isSending else { return false }
      state.isSending = true
      return true
    }
    if mustWait { Task.detached { [self] in try? await BlockingWork.run { self.sendRest() } } }
  }

  private func sendRest() {
    while true {
      let bytes = state.withLock { state in
        defer { state.unsent = [] }
        state.isSending = !state.unsent.isEmpty
        return state.unsent
      }
      guard !bytes.isEmpty else { return }
      // A container that is gone is noticed by whoever waits for its answer.
      try? socket.send(bytes)
    }
  }

  func receive() -> [LauncherChannel.Answer]? {
    switch socket.receive() {
    case .nothing: return []
    case .closed: return nil
    case .bytes(let bytes):
      return state.withLock { state in
        state.received += bytes
        return Self.take(&state.received)
      }
    }
  }

  private static func take(_ bytes: inout [UInt8]) -> [LauncherChannel.Answer]? {
    var answers: [LauncherChannel.Answer] = []
    var at = 0
    while bytes.count - at >= 16 {
      let length = Int(WireMessage.number(bytes[at...], 0) as UInt32)
      guard length <= messageLimit else { return nil }
      guard bytes.count - at >= 16 + length else { break }
      guard let message = WireMessage(Array(bytes[at..<(at + 16 + length)])) else { return nil }
      answers.append(LauncherChannel.Answer(message: message, descriptors: []))
      at += 16 + length
    }
    bytes.removeFirst(at)
    return answers
  }

  func watch(_ ready: @escaping @Sendable (Reactor.Token) -> Void) -> Reactor.Token {
    socket.watch(ready)
  }

  func forget(_ token: Reactor.Token) { socket.forget(token) }

  func shut() { socket.shut() }
}
