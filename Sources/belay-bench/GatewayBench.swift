import Base
import Dialect
import Gateway
import Glibc
import Harness
import Http
import Metering
import Model
import Platform
import Transport
import Trial

/// The promise of the gateway: how much later an event of a stream comes through it than past it. Both ways
/// lead to the same server, a process of its own that writes into each event when it was sent.
enum GatewayBench {
  private static let streams = 4
  private static let events = 400
  private static let rounds = 4
  private static let pause = Duration.milliseconds(5)

  // The median and the slowest in a hundred.
  private static func shown(_ delays: Delays) -> String {
    "\(Int(delays.quantile(0.5)))/\(Int(delays.quantile(0.99)))"
  }

  static let latency = Benchmark(name: "gateway") {
    let program = try Files.real("/proc/self/exe")
    let output = try StreamSocket.pair()
    let upstream = try Child.spawn(
      program, [program, "gateway-provider"], descriptors: [1: output.far.raw])
    defer { upstream.signal(SIGKILL) }
    let port = try await CallsBench.firstNumber(output.own)
    let server = try HTTPServer()
    let provider = Provider(
      name: "bench", baseURL: "http://127.0.0.1:\(port)/v1", dialect: .chat)
    let client = ModelClient(backends: [
      "bench": HTTPBackend(provider, key: nil, http: HTTPClient(HTTPClient.Settings()))
    ])
    let name = ModelName(provider: "bench", model: "m")
    let gateway = Gateway(
      server: server, models: ServedModels(["task": name]), asking: MeteredAsking(client))
    let socket = try Listening()
    let lease = try await gateway.lease(
      ModelVisit(attempt: nil, seed: 1, step: 0, limits: HarnessLimits()),
      on: SharedDescriptor(owning: dup(socket.raw)))
    let key = lease.variables["OPENAI_API_KEY"] ?? ""
    // In turns, and the best of each, so that the neighbours' noise is not taken for the way's own.
    var (direct, through): ([Delays], [Delays]) = ([], [])
    for _ in 0..<rounds {
      direct.append(try await hear("http://127.0.0.1:\(port)/v1/chat/completions", key: ""))
      through.append(
        try await hear("http://127.0.0.1:\(socket.port)/v1/chat/completions", key: key))
    }
    _ = await lease.close()
    await server.stop()
    guard let past = direct.min(by: { $0.quantile(0.99) < $1.quantile(0.99) }),
      let by = through.min(by: { $0.quantile(0.99) < $1.quantile(0.99) })
    else { return [] }
    let added = by.quantile(0.99) - past.quantile(0.99)
    return [
      BenchRow(
        what: "latency that the gateway adds to an event, p99 of \(streams * events)",
        measured: "\(Int(added)) us (\(shown(by)), direct \(shown(past)))", target: "<= 1000 us",
        isMet: added <= 1000)
    ]
  }

  /// The provider: says its port, and serves until it is killed.
  static func serve() async {
    guard let server = try? HTTPServer(),
      let (_, port) = try? server.serve(loopback: 0, { _ in speaking })
    else { return }
    print(port)
    fflush(nil)
    try? await Task.sleep(for: .seconds(600))
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static var speaking: HTTPServerResponse {
    HTTPServerResponse(
      status: 200, headers: [("content-type", "text/event-stream")],
      body: .stream { writer in
        for _ in 0..<events {
          try await Task.sleep(for: pause)
          try await writer.write(event(#"{"content":"\#(now)"}"#, end: "null"))
        }
        try await writer.write(event("{}", end: #""stop""#))
        try await writer.write(Array("data: [DONE]\n\n".utf8))
      })
  }

  private static func event(_ delta: String, end: String) -> [UInt8] {
    let head = #"{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"#
    return Array(
      "data: \(head)\"index\":0,\"delta\":\(delta),\"finish_reason\":\(end)}]}\n\n".utf8)
  }

  /// The delays of the events of several streams at once.
  private static func hear(_ address: String, key: String) async throws -> Delays {
    try await withThrowingTaskGroup(of: [Double].self) { group in
      for number in 0..<streams {
        group.addTask {
          // Side by side and not in step.
          try await Task.sleep(for: pause * number / streams)
          let stream = try await HTTPClient.shared.open(
            HTTPRequest(
              "POST", address,
              headers: ["content-type": "application/json", "authorization": "Bearer \(key)"],
              body: Array(
                #"{"model":"task","stream":true,"messages":[{"role":"user","content":"hi"}]}"#.utf8)
            ))
          var delays: [Double] = []
          while let bytes = try await stream.next() {
            let arrived = now
            let text = String(decoding: bytes, as: UTF8.self)
            for piece in text.split(separator: #""content":""#).dropFirst() {
              let sent = Int64(piece.prefix { $0.isNumber }) ?? 0
              delays.append(Double(arrived - sent) / 1000)
            }
          }
          guard delays.count == events else {
            throw BelayError(.internal, "\(delays.count) of \(events) events came")
          }
          return delays
        }
      }
      return Delays(try await group.reduce(into: []) { $0 += $1 })
    }
  }

  /// A socket of this machine's loopback, as a sandbox would hand one out.
  private final class Listening {
    let raw: Int32
    let port: UInt16

    init() throws {
      raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let raw = raw
      let done = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          bind(raw, generic, length) == 0 && listen(raw, 64) == 0
            && getsockname(raw, generic, &length) == 0
        }
      }
      guard done else { throw BelayError(.internal, "no port of the loopback is free") }
      port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(raw) }
  }
}
