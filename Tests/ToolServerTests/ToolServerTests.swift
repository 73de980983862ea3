import Base
import Testing

@testable import ToolServer

/// The server over its input and output.
@Suite struct ToolServerTests {
  /// What an agent sends and is told; the input goes on for as long as the test wants.
  struct Wire: Sendable {
    let said = Locked<[JSON]>([])
    let pieces: AsyncStream<[UInt8]>
    let input: AsyncStream<[UInt8]>.Continuation
    let changes: AsyncStream<Void>
    let changed: AsyncStream<Void>.Continuation

    init() {
      (pieces, input) = AsyncStream.makeStream()
      (changes, changed) = AsyncStream.makeStream()
    }

    func send(_ line: String) { input.yield(Array((line + "\n").utf8)) }

    func call(_ id: Int, _ tool: String) {
      send(
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)"}}"#)
    }

    func serve(_ server: ToolServer) async throws {
      let pieces = Locked(pieces.makeAsyncIterator())
      let source = Source(pieces.withLock { $0 })
      try await server.serve(read: { await source.next() }) { line in
        let message = (try? JSON.parse(line)) ?? .null
        said.withLock { $0.append(message) }
        changed.yield()
      }
    }

    /// Waits until this many messages came.
    func wait(for count: Int) async {
      for await _ in changes where said.withLock({ $0.count }) >= count { return }
    }

    func answer(_ id: Int) -> JSON {
      said.withLock { $0.first { $0["id"].int == id } ?? .null }
    }
  }

  actor Source {
    private var iterator: AsyncStream<[UInt8]>.AsyncIterator

    init(_ iterator: AsyncStream<[UInt8]>.AsyncIterator) { self.iterator = iterator }

    func next() async -> [UInt8] {
      var copy = iterator
      let piece = await copy.next(isolation: self)
      iterator = copy
      return piece ?? []
    }
  }

  static func tool(_ name: String, _ run: @escaping @Sendable () async -> ToolAnswer) -> Tool {
    Tool(name: name, title: name, description: name, inputSchema: ["type": "object"]) { _ in
      await run()
    }
  }

  /// Waits until its task is cancelled.
  static func hang() async {
    let (stream, _) = AsyncStream<Void>.makeStream()
    for await _ in stream {}
  }

  static func server(
    _ tools: [Tool],
    pause: @escaping @Sendable (Duration) async throws -> Void = { _ in
      await hang()
      throw CancellationError()
    }
  ) -> ToolServer {
    ToolServer(
      ServerIdentity(name: "s", version: "1", instructions: ""), tools: tools, pause: pause)
  }

  @Test func `a slow call holds up no other, and ends with an error at its limit`() async throws {
    let wire = Wire()
    let limits = Locked<[AsyncStream<Void>.Continuation]>([])
    let server = Self.server([
      Self.tool("slow") {
        await Self.hang()
        return ToolAnswer(["cancelled": true])
      },
      Self.tool("quick") { ToolAnswer(["ok": true]) },
    ]) { _ in
      let (limit, passed) = AsyncStream<Void>.makeStream()
      limits.withLock { $0.append(passed) }
      for await _ in limit { return }
      throw CancellationError()
    }
    async let served: Void = wire.serve(server)
    wire.call(1, "slow")
    wire.call(2, "quick")
    await wire.wait(for: 1)
    #expect(wire.answer(2)["result"]["structuredContent"]["ok"] == true)
    #expect(wire.answer(1).isNull)
    for passed in limits.withLock({ $0 }) { passed.yield() }
    await wire.wait(for: 2)
    let error = wire.answer(1)["result"]
    #expect(error["isError"] == true)
    #expect(error["structuredContent"]["error"]["kind"] == "interrupted")
    wire.input.finish()
    try await served
  }

  @Test func `a call that is taken back is cancelled and says nothing`() async throws {
    let wire = Wire()
    let cancelled = Locked(false)
    let server = Self.server([
      Self.tool("slow") {
        await Self.hang()
        cancelled.withLock { $0 = Task.isCancelled }
        return ToolAnswer([:])
      },
      Self.tool("quick") { ToolAnswer([:]) },
    ])
    async let served: Void = wire.serve(server)
    wire.call(1, "slow")
    wire.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
    wire.call(2, "quick")
    await wire.wait(for: 1)
    wire.input.finish()
    try await served
    #expect(cancelled.withLock { $0 })
    #expect(wire.said.withLock { $0.map { $0["id"] } } == [2])
  }

  @Test func `at the end of the input calls may end, and are cancelled after a moment`()
    async throws
  {
    let wire = Wire()
    let server = Self.server([
      Self.tool("quick") { ToolAnswer([:]) },
      Self.tool("slow") {
        await Self.hang()
        return ToolAnswer([:])
      },
    ]) { duration in
      guard duration != .seconds(2) else { return }
      await Self.hang()
      throw CancellationError()
    }
    wire.call(1, "slow")
    wire.send("no json")
    wire.input.yield(Array(#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#.utf8))
    wire.input.finish()
    try await wire.serve(server)
    #expect(wire.answer(3)["result"] == [:])
    #expect(wire.answer(1).isNull)
  }

  @Test func `what comes in at once is answered whole, each in a line of its own`() async throws {
    let wire = Wire()
    let server = Self.server([Self.tool("quick") { ToolAnswer(["text": "a\nb\u{2028}"]) }])
    for id in 1...40 { wire.call(id, "quick") }
    wire.input.finish()
    try await wire.serve(server)
    #expect(Set(wire.said.withLock { $0.compactMap { $0["id"].int } }) == Set(1...40))
  }
}
