public import Base

/// What a child printed and how it ended.
public struct ChildOutput: Sendable {
  /// How it ended.
  public let exit: ChildExit
  /// The beginning of its standard output, at most as much as was asked for.
  public let output: [UInt8]
  /// The end of its standard error.
  public let errors: [UInt8]

  /// What is known of a child that was talked to.
  public init(exit: ChildExit, output: [UInt8] = [], errors: [UInt8]) {
    self.exit = exit
    self.output = output
    self.errors = errors
  }

  /// The last lines of its standard error for people, escaped.
  public func lastErrors(_ count: Int) -> String {
    let text = String(decoding: errors, as: UTF8.self).printable(keepingLines: true)
    return text.split(separator: "\n").suffix(count).joined(separator: "\n")
  }
}

extension Child {
  /// Runs a program of the host to its end and keeps what it prints in memory, within bounds.
  ///
  /// The end is its own exit: a grandchild that holds its output plays no part. At `wall`, and with
  /// `isCancellable` when the task is cancelled, it is killed. With `asOne` both streams are kept as
  /// errors, in their order.
  public static func capture(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    folder: String? = nil, input: SharedDescriptor? = nil, outputLimit: Int = 4 << 20,
    errorLimit: Int = 64 << 10,
    wall: Duration? = nil, isCancellable: Bool = false, asOne: Bool = false
  ) async throws -> ChildOutput {
    let output = try ChildText(first: outputLimit)
    let errors = try ChildText(last: errorLimit)
    var descriptors: [Int32: Int32] = [
      1: asOne ? errors.far.raw : output.far.raw, 2: errors.far.raw,
    ]
    if let input { descriptors[0] = input.raw }
    let child = try spawn(
      path, arguments, environment: environment, folder: folder, descriptors: descriptors)
    let exit = await child.end(wall: wall, isCancellable: isCancellable)
    return ChildOutput(exit: exit, output: output.finish(), errors: errors.finish())
  }

  /// Waits for the end, which comes by SIGKILL at `wall` at the latest.
  public func end(wall: Duration?, isCancellable: Bool = false) async -> ChildExit {
    let limit = wall.map { wall in Reactor.shared.after(wall) { [self] in signal(9) } }
    defer { if let limit { Reactor.shared.cancel(limit) } }
    guard isCancellable else { return await wait() }
    return await withTaskCancellationHandler {
      await wait()
    } onCancel: {
      signal(9)
    }
  }
}

/// Bytes that a child writes to one of its descriptors, kept in memory up to a limit; the rest is read
/// and dropped.
public final class ChildText: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var token: Reactor.Token?
    var over = false
  }

  /// The end for the child.
  public let far: SharedDescriptor
  private let own: StreamSocket
  private let limit: Int
  private let keepsLast: Bool
  private let state = Locked(State())

  /// Keeps the first bytes.
  public convenience init(first limit: Int) throws(BelayError) {
    try self.init(limit, keepsLast: false)
  }

  /// Keeps the last bytes.
  public convenience init(last limit: Int) throws(BelayError) {
    try self.init(limit, keepsLast: true)
  }

  private init(_ limit: Int, keepsLast: Bool) throws(BelayError) {
    (own, far) = try StreamSocket.pair()
    self.limit = limit
    self.keepsLast = keepsLast
    let token = own.watch { [weak self, own] token in
      guard let self, self.read() != .closed else { return own.forget(token) }
    }
    state.withLock { $0.token = token }
  }

  deinit { if let token = state.withLock({ $0.token }) { own.forget(token) } }

  /// What was kept, with what is there now and was not read yet; to be called when the child is over.
  public func finish() -> [UInt8] {
    while read() == .some {}
    return state.withLock { state in
      if let token = state.token { own.forget(token) }
      state.token = nil
      state.over = true
      return keepsLast ? Array(state.bytes.suffix(limit)) : state.bytes
    }
  }

  private enum Found {
    case some, nothing, closed
  }

  private func read() -> Found {
    state.withLock { state in
      guard !state.over else { return .closed }
      switch own.receive() {
      case .closed: return .closed
      case .nothing: return .nothing
      case .bytes(let bytes):
        keep(bytes, &state.bytes)
        return .some
      }
    }
  }

  private func keep(_ bytes: [UInt8], _ kept: inout [UInt8]) {
    guard keepsLast else {
      kept += bytes.prefix(limit - kept.count)
      return
    }
    kept += bytes
    if kept.count > 2 * limit { kept.removeFirst(kept.count - limit) }
  }
}
