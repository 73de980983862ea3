import Base
import Glibc
import Platform
import Transport

/// The promises of the live page while a night records a thousand trials a second beside it: how long its
/// screens take, what asking them costs the night, what serving holds in memory, how large its first page is.
enum WebBench {
  // Fewer where the program was built for finding faults: the rows say what was reached.
  private static let rate =
    ProcessIdentity.environment("BELAY_BENCH_RATE").flatMap { Int($0) } ?? 1000
  private static let asks = 200
  private static let prefill = 20 * rate
  private static let pairs = 10

  /// The ten screens by what they ask for.
  private static let screens = [
    "status?run=r1", "document?run=r1", "tree?run=r1&limit=500&brief=1", "diff?run=r1&a=c1&b=c2",
    "matrix?run=r1&limit=200", "hypotheses?run=r1", "gates?run=r1", "trials?run=r1",
    "figure?run=r1&what=score", "leaderboard",
  ].map { "api/\($0)" }

  static let pages = Benchmark(name: "web") {
    let own = try Files.real("/proc/self/exe")
    let folder = "/var/tmp/belay-bench-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    let lab = Path.join(folder, "lab")
    try Files.makeDirectory(folder)
    let writer = try Talking(own, [own, NightWriter.word, lab, "1000000"])
    defer { writer.child.signal(SIGKILL) }
    _ = try await writer.go(rate: 0, trials: prefill)

    let belay = Path.join(Path.parent(own), "belay")
    let serve = try Talking(
      belay, ["belay", "serve", "--lab", lab, "--port", "0", "--json"])
    defer { serve.child.signal(SIGKILL) }
    guard let port = try JSON.parse(try await serve.line())["port"].int else {
      throw BelayError(.internal, "belay serve did not say its port")
    }
    let client = PageClient(port: port)
    let opened = try await client.look(screens)
    let first = try await client.firstPage(run: "r1", screens: Array(screens.prefix(2)))
    let before = try resident(serve.child.pid)

    async let written = writer.go(rate: rate, trials: 20 * rate)
    let seen = try await client.follow(screens, rate: asks, for: .seconds(10))
    let floor = try await client.follow(["icon.svg"], rate: asks, for: .seconds(7))
    // Meanwhile nobody looked at a screen: what a page finds that is opened again.
    let reopened = try await client.look(screens)
    let reached = try await written

    // In pairs, each the other way round than the one before, so that what a longer night costs falls on both.
    var (asked, quiet): ([NightWriter.Stretch], [NightWriter.Stretch]) = ([], [])
    for pair in 0..<pairs {
      for isAsked in pair % 2 == 0 ? [true, false] : [false, true] {
        async let stretch = writer.go(rate: rate, trials: 2 * rate)
        if isAsked {
          _ = try await client.follow(screens, rate: asks, for: .seconds(2))
          asked.append(try await stretch)
        } else {
          quiet.append(try await stretch)
        }
      }
    }
    let after = try resident(serve.child.pid)
    let cpu = change(asked.map(\.cpu), quiet.map(\.cpu))
    let commit = change(asked.map(\.commit), quiet.map(\.commit))
    let load = try Files.readText("/proc/loadavg").prefix { $0 != " " }
    let p99 = seen.quantile(0.99)
    return [
      BenchRow(
        what: "page data of a night of \(Int(reached.rate)) trials/s, \(asks) asks/s, p99",
        measured:
          "\(shown(p99)) (median \(shown(seen.quantile(0.5))), a file \(shown(floor.quantile(0.99)))), load \(load)",
        target: "<= 50 ms", isMet: p99 <= 50 && Double(reached.rate) >= 0.95 * Double(rate)),
      BenchRow(
        what: "the slowest screen after 7 s in which nobody looked",
        measured: "\(shown(reopened)) (\(shown(opened)) at the very first)", target: "<= 50 ms",
        isMet: reopened <= 50),
      BenchRow(
        what: "a trial's commit while pages are asked for, p99, median of \(pairs)",
        measured:
          "\(percent(commit)) (\(Int(median(asked.map(\.commit)))) us, unasked \(Int(median(quiet.map(\.commit)))))",
        target: "<= +2%", isMet: commit <= 0.02),
      BenchRow(
        what: "the night's CPU to record a trial meanwhile, median of \(pairs)",
        measured:
          "\(percent(cpu)) (\(Int(median(asked.map(\.cpu)))) us, unasked \(Int(median(quiet.map(\.cpu)))))",
        target: "<= +2%", isMet: cpu <= 0.02),
      BenchRow(
        what: "memory of serve after \(seen.count + pairs * 2 * asks) answers",
        measured: "\(after >> 20) MB, \(before >> 20) MB at first", target: "<= 100 MB, flat",
        isMet: after <= 100 << 20 && after - before <= max(before / 4, 16 << 20)),
      BenchRow(
        what: "first page, all its files and data", measured: "\(first >> 10) KB",
        target: "<= 300 KB", isMet: first <= 300 << 10),
    ]
  }

  private static func shown(_ milliseconds: Double) -> String {
    "\((milliseconds * 10).rounded() / 10) ms"
  }

  private static func percent(_ share: Double) -> String {
    "\(share < 0 ? "" : "+")\((share * 1000).rounded() / 10)%"
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  // The median over the pairs, so that a neighbour's burst falls on one of them and not on the figure.
  private static func change(_ asked: [Double], _ quiet: [Double]) -> Double {
    median(zip(asked, quiet).map { $0 / $1 - 1 })
  }
}

/// A child that is told lines and answers with lines.
final class Talking: Sendable {
  let child: Child
  private let socket: StreamSocket
  private let rest = Locked("")

  init(_ program: String, _ words: [String]) throws {
    let pair = try StreamSocket.pair()
    socket = pair.own
    child = try Child.spawn(
      program, words, environment: ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"],
      descriptors: [0: pair.far.raw, 1: pair.far.raw])
  }

  func go(rate: Int, trials: Int) async throws -> NightWriter.Stretch {
    try socket.send(Array("\(rate) \(trials)\n".utf8))
    let line = try await line()
    guard let stretch = NightWriter.Stretch(line: line) else {
      throw BelayError(.internal, "the night's writer said: \(line)")
    }
    return stretch
  }

  func line() async throws -> String {
    for _ in 0..<60_000 {
      switch socket.receive() {
      case .bytes(let bytes): rest.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
      case .nothing: try await Task.sleep(for: .milliseconds(10))
      case .closed: throw BelayError(.internal, "a child of the bench is gone")
      }
      let line = rest.withLock { rest -> String? in
        guard let end = rest.firstIndex(of: "\n") else { return nil }
        defer { rest = String(rest[rest.index(after: end)...]) }
        return String(rest[..<end])
      }
      if let line { return line }
    }
    throw BelayError(.internal, "a child of the bench says nothing")
  }
}
