internal import Base

/// Answers an agent's requests until its input ends; what a call does never ends the server.
public struct ToolServer: Sendable {
  /// What the server bears at once.
  public struct Limits: Sendable {
    /// Calls that run side by side.
    public var calls = 4
    /// Calls that wait for their turn, and messages of a batch.
    public var waiting = 64
    /// The longest message.
    public var messageBytes = 4 << 20
    /// How long a call may take.
    public var wall: Duration = .seconds(120)
    /// How long calls may go on when the input has ended.
    public var grace: Duration = .seconds(2)

    /// The usual limits.
    public init() {}
  }

  private let identity: ServerIdentity
  private let tools: [Tool]
  private let limits: Limits
  private let pause: @Sendable (Duration) async throws -> Void

  /// A server of these tools; `pause` is how it waits.
  public init(
    _ identity: ServerIdentity, tools: [Tool], limits: Limits = Limits(),
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.identity = identity
    self.tools = tools
    self.limits = limits
    self.pause = pause
  }

  /// Serves: `read` answers the next piece of the input, and an empty one at its end; `write` takes one line.
  ///
  /// Ends with the input; calls under way have a moment to end, and are cancelled then.
  public func serve(
    read: @escaping @Sendable () async throws -> [UInt8],
    write: @escaping @Sendable (String) async -> Void
  ) async throws {
    let desk = Desk(Session(identity, tools, limits), write)
    var splitter = LineSplitter(limit: limits.messageBytes)
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        let piece = try await read()
        for line in piece.isEmpty ? splitter.finish() : splitter.take(piece) {
          for call in await desk.receive(line) {
            group.addTask { await work(call, desk) }
          }
        }
        if piece.isEmpty { break }
      }
      group.addTask {
        try? await pause(limits.grace)
        await desk.cancelAll()
      }
      await desk.idle()
      group.cancelAll()
    }
  }

  // Does a call, and then those that waited for its place.
  private func work(_ first: ToolCall, _ desk: Desk) async {
    var calls = [first]
    while let call = calls.popLast() {
      calls += await desk.finish(call, await answer(call, desk))
    }
  }

  private func answer(_ call: ToolCall, _ desk: Desk) async -> ToolAnswer? {
    guard let tool = tools.first(where: { $0.name == call.tool }) else { return nil }
    let (withdrawals, withdrawal) = AsyncStream<Never>.makeStream()
    await desk.hold(call.id, withdrawal)
    return await withTaskGroup { group in
      group.addTask { Optional(await tool.run(call.arguments)) }
      group.addTask {
        for await _ in withdrawals {}
        return nil
      }
      group.addTask {
        do { try await pause(limits.wall) } catch { return nil }
        return ToolAnswer(
          BelayError(
            .interrupted, "took longer than \(limits.wall.components.seconds) seconds",
            hint: "ask for less: a smaller limit, one run, one task"))
      }
      let answer = await group.next() ?? nil
      group.cancelAll()
      return answer
    }
  }
}

/// Keeps the session and its running calls, and writes what is to be said, line by line.
actor Desk {
  private var session: Session
  private let write: @Sendable (String) async -> Void
  private var withdrawals: [JSON: AsyncStream<Never>.Continuation] = [:]
  private var withdrawn: Set<JSON> = []
  private var isClosed = false
  private var idlers: [CheckedContinuation<Void, Never>] = []

  init(_ session: Session, _ write: @escaping @Sendable (String) async -> Void) {
    self.session = session
    self.write = write
  }

  /// Takes a message in and answers the calls that begin by it.
  func receive(_ line: LineSplitter.Line) async -> [ToolCall] { await act(session.receive(line)) }

  /// Takes the end of a call in and answers the calls that begin by it.
  func finish(_ call: ToolCall, _ answer: ToolAnswer?) async -> [ToolCall] {
    withdrawals[call.id] = nil
    let isWithdrawn = withdrawn.remove(call.id) != nil
    let steps = answer.flatMap { isWithdrawn ? nil : session.finish(call, $0) }
    let begun = await act(steps ?? session.drop(call))
    if session.isIdle, begun.isEmpty { wake() }
    return begun
  }

  /// Takes in how a call is told that it was taken back.
  func hold(_ id: JSON, _ withdrawal: AsyncStream<Never>.Continuation) {
    if withdrawn.contains(id) { return withdrawal.finish() }
    withdrawals[id] = withdrawal
  }

  /// Takes all calls back.
  func cancelAll() {
    for id in session.open { cancel(id) }
  }

  /// Waits until no call is under way.
  func idle() async {
    if session.isIdle { return }
    await withCheckedContinuation { idlers.append($0) }
  }

  private func wake() {
    for idler in idlers { idler.resume() }
    idlers = []
  }

  private func cancel(_ id: JSON) {
    withdrawn.insert(id)
    withdrawals[id]?.finish()
  }

  private func act(_ steps: [Step]) async -> [ToolCall] {
    var calls: [ToolCall] = []
    for step in steps {
      switch step {
      case .send(let message): await write(message.text() + "\n")
      case .start(let call): calls.append(call)
      case .cancel(let id): cancel(id)
      }
    }
    return calls
  }
}
