import Base
import Dialect
import Glibc
import Model
import Platform
import Transport

/// The promises about calls of models: CPU and memory of a thousand that wait at once, against a bare
/// loop around libcurl in C and the official Python client, all calling the same slow server.
enum CallsBench {
  private static let calls = 1000
  private static let rounds = 4

  private struct Cost {
    /// Microseconds of CPU of one call.
    var cpu: Double
    /// Bytes that one more call in flight holds.
    var memory: Int

    init(cpu: Double, memory: Int) {
      self.cpu = cpu
      self.memory = memory
    }

    init(_ output: ChildOutput, _ what: String) throws {
      let words = String(decoding: output.output, as: UTF8.self).split { $0 == " " || $0 == "\n" }
      guard output.exit.code == 0, words.count == 2, let cpu = Double(words[0]),
        let memory = Int(words[1])
      else { throw BelayError(.internal, "\(what): \(output.lastErrors(3))") }
      (self.cpu, self.memory) = (cpu, memory)
    }

    var shown: String { "\(Int(cpu)) us, \(memory >> 10) KB" }
  }

  static let calling = Benchmark(name: "calls") {
    ProcessIdentity.raiseFileLimit()
    let program = Path.join(Path.parent(try Files.real("/proc/self/exe")), "bench-calls")
    let output = try StreamSocket.pair()
    let server = try Child.spawn(
      program, ["bench-calls", "serve", "2000"], descriptors: [1: output.far.raw])
    defer { server.signal(SIGKILL) }
    let port = try await firstNumber(output.own)

    let first = try await floor(program, port)
    var settings = HTTPClient.Settings()
    settings.keptConnections = calls
    let transport = try await bare(port, HTTPClient(settings))
    let client = try await whole(port, HTTPClient(settings))
    let again = try await bare(port, HTTPClient(settings))
    let second = try await floor(program, port)
    // The better of two runs of each, so that the neighbours' noise is not taken for their cost; the
    // memory is the first's, since the second finds what the first has left.
    let cpu = min(first.cpu, second.cpu)
    let ours = min(transport.cpu, again.cpu)
    let own = transport.memory
    return [
      BenchRow(
        what: "\(calls) calls in flight, CPU per call",
        measured: "\(Int(ours)) us, C \(Int(cpu)) us", target: "<= 1.5x of C",
        isMet: ours <= 1.5 * cpu),
      BenchRow(
        what: "\(calls) calls in flight, memory per waiting call",
        measured: "\(own >> 10) KB, C \(first.memory >> 10) KB", target: "<= 40 KB",
        isMet: own <= 40 << 10),
      BenchRow(
        what: "the same through dialect, retries and quota gate",
        measured: "\(client.shown) with its request", target: "-", isMet: true),
      BenchRow(
        what: "the same by Python's openai, asynchronous",
        measured: try await python(port)?.shown ?? "not installed", target: "-", isMet: true),
    ]
  }

  private static func floor(_ program: String, _ port: Int) async throws -> Cost {
    let words = ["bench-calls", "floor", "\(port)", "\(calls)", "\(rounds)"]
    return try Cost(try await Child.capture(program, words), "the floor")
  }

  private static func python(_ port: Int) async throws -> Cost? {
    guard let home = ProcessIdentity.environment("BELAY_COUNTERPARTS") else { return nil }
    let python = Path.join(home, "litellm/bin/python")
    let script = "Tests/Counterparts/bench_openai.py"
    guard Files.kind(python) != nil, Files.kind(script) != nil else { return nil }
    return try Cost(
      try await Child.capture(python, [python, script, "\(port)", "\(calls)", "1"]), script)
  }

  private static func bare(_ port: Int, _ http: HTTPClient) async throws -> Cost {
    let request = HTTPRequest(
      "POST", "http://127.0.0.1:\(port)/v1/chat/completions",
      headers: ["Content-Type": "application/json", "Authorization": "Bearer sk-bench"],
      body: [UInt8](repeating: UInt8(ascii: "x"), count: 8192))
    return try await measure {
      let response = try await http.send(request)
      guard response.head.status == 200, response.body.count == 2048 else {
        throw BelayError(.internal, "a call was not answered")
      }
    }
  }

  private static func whole(_ port: Int, _ http: HTTPClient) async throws -> Cost {
    let client = ModelClient(backends: [
      "bench": HTTPBackend(
        Provider(name: "bench", baseURL: "http://127.0.0.1:\(port)/v1", dialect: .chat), key: nil,
        http: http)
    ])
    let call = ModelCall(
      ModelRequest(model: "", turns: [.user(String(repeating: "x", count: 8000))]),
      of: ModelName(provider: "bench", model: "m"), for: Purpose(.task))
    return try await measure {
      guard try await client.ask(call).reply.stop == .done else {
        throw BelayError(.internal, "a call was not answered")
      }
    }
  }

  // CPU over all rounds; memory as it is while all calls of the first round wait.
  private static func measure(_ one: @escaping @Sendable () async throws -> Void) async throws
    -> Cost
  {
    let before = try resident()
    let start = ProcessIdentity.ownCPU
    var most = 0
    for round in 0..<rounds {
      most = try await withThrowingDiscardingTaskGroup { group in
        for _ in 0..<calls { group.addTask { try await one() } }
        guard round == 0 else { return most }
        try await Task.sleep(for: .milliseconds(1500))
        return try resident()
      }
    }
    let cpu = (ProcessIdentity.ownCPU - start) / (calls * rounds)
    return Cost(cpu: cpu / .nanoseconds(1000), memory: max(0, most - before) / calls)
  }

  /// The number that a child says first.
  static func firstNumber(_ socket: StreamSocket) async throws -> Int {
    var text = ""
    for _ in 0..<500 {
      if case .bytes(let bytes) = socket.receive() {
        text += String(decoding: bytes, as: UTF8.self)
      }
      if text.hasSuffix("\n"), let number = Int(text.dropLast()) { return number }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw BelayError(.internal, "a server did not say its port")
  }
}
