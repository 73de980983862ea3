import Base
import Climb
import Facts
import Glibc
import Layout
import Ledger
import NightPages
import NightReading
import Platform

/// The promise of the screens of a night: at once, however many trials it has, and within little memory.
enum NightBench {
  // The promise is one for a million; so many are made where nobody says otherwise.
  private static let trials =
    ProcessIdentity.environment("BELAY_BENCH_TRIALS").flatMap { Int($0) } ?? 100_000

  static let screens = Benchmark(name: "night-screens") { try await rows(trials: trials) }

  /// The word by which this program starts itself to show one screen of a lab's night.
  static let screenWord = "night-screen"

  private static let pages = ["status", "report", "tree", "gate list"]

  private static func rows(trials: Int) async throws -> [BenchRow] {
    let path = "/var/tmp/belay-bench-\(Files.randomName())"
    defer { try? Files.removeTree(path) }
    let own = try Files.real("/proc/self/exe")
    let writer = try Talking(own, [own, NightWriter.word, path, "\(trials)"])
    // The last ones are the night's own to give out.
    _ = try await writer.go(rate: 0, trials: trials / 100 * 90)
    writer.child.signal(SIGKILL)
    _ = await writer.child.wait()
    let lab = try Lab.create(at: path)
    let run = RunID(1)
    let night = try lab.reader().run(run)
    let what = "\(night.trials) trials, \(night.candidates.count) candidates"
    let fold = try await child(["status", path, "\(run)"])
    var rows = [
      BenchRow(
        what: "first screen of a night that nobody has read, \(what)",
        measured: "\(milliseconds(fold.time)), \(fold.peak >> 20) MB",
        target: "<= 1 s + 0.1 ms each",
        isMet: fold.time <= .seconds(1) + .microseconds(100) * night.trials),
      try reading(),
    ]
    for page in pages {
      let cold = try await child([page, path, "\(run)"])
      rows.append(
        BenchRow(
          what: "\(page), cold", measured: "\(milliseconds(cold.time)), \(cold.peak >> 20) MB",
          target: "<= 1 s", isMet: cold.time <= .seconds(1)))
    }
    return rows + (try warm(lab, run))
  }

  /// What the facts of trials cost that are read without a tree of values, beside the reader of all facts.
  private static func reading() throws -> BenchRow {
    let texts = try (1...20_000).flatMap { number in
      let order = TrialOrder(
        id: TrialID(number), candidate: CandidateID(number % 97 + 1), task: number % 60,
        purpose: .screen(number: number), attempt: 1, draw: TrialDraw(stream: 1, visit: number))
      let spent = Spending(costUSD: Double(number % 1000) / 100_000, tokens: number)
      return try [
        NightFact.issued(.run(order)), .finished(order.id, .scored(Double(number % 2)), spent),
      ].map { try JSON.encoding($0).text() }
    }
    func time(_ read: (String) throws -> NightFact) rethrows -> Duration {
      let start = ContinuousClock.now
      for text in texts { _ = try read(text) }
      return (ContinuousClock.now - start) / texts.count
    }
    let plain = try time { try NightFact(recorded: $0, number: 1) }
    let book = try time { try JSON.parse($0).decode(NightFact.self) }
    return BenchRow(
      what: "a fact of a trial read, against the reader of all facts",
      measured: "\(Int(plain / .nanoseconds(1))) ns, \(Int(book / plain)) times as fast",
      target: ">= 3 times", isMet: book >= plain * 3)
  }

  /// A process of its own from its start to its end, and the most memory that it held.
  private static func child(_ words: [String]) async throws -> (time: Duration, peak: Int) {
    let own = try Files.real("/proc/self/exe")
    let start = ContinuousClock.now
    let exit = try await Child.spawn(own, [own, screenWord] + words).wait()
    let time = ContinuousClock.now - start
    guard exit.code == 0 else {
      throw BelayError(.internal, "the screen \(words[0]) could not be shown")
    }
    return (time, exit.maxRSSBytes)
  }

  /// Shows one screen of a night as a command does.
  static func show(_ words: [String]) {
    do {
      guard words.count == 3, let run = RunID(words[2]) else { exit(2) }
      let reader = try Lab.create(at: words[1]).reader()
      let view = try NightView.read(reader, run: run, keeping: true, clock: .system)
      guard try !text(words[0], view).isEmpty else { exit(1) }
    } catch {
      print(error)
      exit(1)
    }
  }

  private static func text(_ page: String, _ view: NightView) throws -> String {
    switch page {
    case "status": StatusPage(view).text(width: 100)
    case "report": MorningPage(view).text(width: 100)
    case "tree": try TreePage(view).text(width: 100)
    default: GateList(view).text(width: 100)
    }
  }

  /// A night as a server holds it: read once, then caught up with before each screen.
  private static func warm(_ lab: Lab, _ run: RunID) throws -> [BenchRow] {
    let reader = try lab.reader()
    var view = try NightView.read(reader, run: run, clock: .system)
    var slowest = Duration.zero
    for page in pages {
      for _ in 0..<5 {
        let start = ContinuousClock.now
        _ = try view.catchUp(reader, clock: .system)
        _ = try text(page, view)
        slowest = max(slowest, ContinuousClock.now - start)
      }
    }
    let kept = Path.join(lab.path, "cache/night-\(run)")
    let size = Files.isFile(kept) ? try Files.read(kept).count : 0
    let ledger = try Files.walk(lab.path).reduce(0) { $0 + $1.size } - size
    return [
      BenchRow(
        what: "what is kept for the next screen",
        measured: "\(size >> 10) KB beside \(ledger >> 20) MB", target: "<= 5%",
        isMet: size * 20 <= ledger),
      BenchRow(
        what: "the slowest of them, warm", measured: milliseconds(slowest), target: "<= 100 ms",
        isMet: slowest <= .milliseconds(100)),
    ]
  }

  private static func milliseconds(_ time: Duration) -> String {
    "\(((time / .milliseconds(1)) * 10).rounded() / 10) ms"
  }
}
