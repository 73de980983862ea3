import Base
import Climb
import Facts
import Glibc
import Layout
import Ledger
import NightLog
import NightPages
import Platform

/// The promise of the screens of a night: at once, however many trials it has, and within little memory.
enum NightBench {
  static let screens = Benchmark(name: "night-screens") { try await rows(trials: 100_000) }
  static let large = Benchmark(name: "night-screens-million") { try await rows(trials: 1_000_000) }

  /// The word by which this program starts itself to show one screen of a lab's night.
  static let screenWord = "night-screen"

  private static let pages = ["status", "report", "tree", "gate list"]

  private static func rows(trials: Int) async throws -> [BenchRow] {
    let path = "/var/tmp/belay-bench-\(Files.randomName())"
    defer { try? Files.removeTree(path) }
    let (run, night) = try await NightLabMaker(path: path, trials: trials).make()
    let what = "\(trials) trials, \(night.candidates.count) candidates"
    let fold = try await child(["status", path, "\(run)"])
    var rows = [
      BenchRow(
        what: "first screen of a night that nobody has read, \(what)",
        measured: "\(milliseconds(fold.time)), \(fold.peak >> 20) MB", target: "-", isMet: true)
    ]
    for page in pages {
      let cold = try await child([page, path, "\(run)"])
      rows.append(
        BenchRow(
          what: "\(page), cold", measured: "\(milliseconds(cold.time)), \(cold.peak >> 20) MB",
          target: "<= 1 s", isMet: cold.time <= .seconds(1)))
    }
    return rows + (try warm(Lab.create(at: path), run))
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
      let view = try NightView.read(reader, run: run, clock: .system)
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
    return [
      BenchRow(
        what: "the slowest of them, warm", measured: milliseconds(slowest), target: "<= 100 ms",
        isMet: slowest <= .milliseconds(100))
    ]
  }

  private static func milliseconds(_ time: Duration) -> String {
    "\(((time / .milliseconds(1)) * 10).rounded() / 10) ms"
  }
}

/// Writes a night with its trials into a new lab, through the ledger that nights are written through.
private struct NightLabMaker {
  let path: String
  let trials: Int

  private static let slots = 64
  private static let atOnce = 2000

  func make() async throws -> (run: RunID, world: World) {
    let lab = try Lab.create(at: path)
    let ledger = try await lab.open()
    var night = BenchNight(trials: trials, slots: Self.slots, keepsFacts: true)
    let suite = SuiteFact(
      digest: Digest.of("bench night"), name: "bench", path: "/bench", definition: [:],
      tasks: night.world.rules.tasks.map {
        TaskFact(name: $0.name, digest: Digest.of("night \($0.name)"), split: $0.split)
      })
    try await ledger.record(suite)
    let now = WallClock.system.now
    let run = try await ledger.begin(
      RunFact(
        type: .night, suite: suite.digest, settings: [:], conditions: [:], startedAt: now,
        owner: ProcessOwner(
          pid: ProcessIdentity.pid,
          startTicks: ProcessIdentity.start(of: ProcessIdentity.pid) ?? 0,
          host: Machine.hostName),
        command: "bench"))
    var written = 0
    var known = Bench(ledger: ledger, run: run, suite: suite)
    var until = 0
    while night.world.phase != .over {
      until += Self.atOnce
      _ = night.run(until: until)
      var facts: [NightFact] = []
      for fact in night.takeFacts() {
        facts.append(fact)
        if case .issued(.run(let order)) = fact,
          let assembled = try await known.assemble(order.candidate)
        {
          facts.insert(assembled, at: facts.count - 1)
        }
      }
      try await known.keep(facts)
      let records = try facts.enumerated().map { offset, fact in
        NightRecord(
          number: written + 1 + offset, at: WallClock.system.now, kind: fact.word,
          body: try JSON.encoding(fact).text())
      }
      for start in stride(from: 0, to: records.count, by: Self.atOnce) {
        try await ledger.append(
          Array(records[start..<min(start + Self.atOnce, records.count)]), to: run)
      }
      written += records.count
    }
    try await ledger.close()
    return (run, night.world)
  }

  /// What the lab knows of the night's candidates and trials.
  private struct Bench {
    let ledger: Ledger
    let run: RunID
    let suite: SuiteFact
    var ids: [CandidateID: CandidateID] = [:]
    var orders: [TrialID: TrialOrder] = [:]

    /// The fact that a candidate was put together; nil when it was before.
    mutating func assemble(_ candidate: CandidateID) async throws -> NightFact? {
      guard ids[candidate] == nil else { return nil }
      let digest = Digest.of("bench \(candidate)")
      let harness = try await ledger.record(
        HarnessFact(digest: digest, name: "bench", kind: "program", definition: [:]))
      let id = try await ledger.candidate(harness: harness)
      ids[candidate] = id
      return .assembled(candidate, harness: digest.hex, candidate: id)
    }

    /// Records the trials that were dispatched and came back.
    mutating func keep(_ facts: [NightFact]) async throws {
      let now = WallClock.system.now
      var trials: [TrialFact] = []
      var numbers: [TrialID] = []
      var scores: [TrialID: Double] = [:]
      for fact in facts {
        if case .issued(.run(let order)) = fact, let candidate = ids[order.candidate] {
          trials.append(
            TrialFact(
              run: run, candidate: candidate, task: suite.tasks[order.task].digest,
              index: order.id.number, seed: 0, dispatchedAt: now))
          numbers.append(order.id)
        } else if case .finished(let id, .scored(let score), _) = fact {
          scores[id] = score
        }
      }
      guard !trials.isEmpty else { return }
      let made = try await ledger.dispatch(trials)
      let ledger = ledger
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, id) in zip(numbers, made) {
          guard let score = scores[number] else { continue }
          group.addTask {
            try await ledger.record(
              AttemptFact(
                trial: id, number: 1, isFinal: true, outcome: .completed,
                detail: "the agent ended with 0", exitCode: 0, reward: score, score: score,
                phases: [], usage: Usage(wallMs: 21, cpuMs: 9, peakMemoryBytes: 4_000_000),
                startedAt: now, endedAt: now, files: []))
          }
        }
        try await group.waitForAll()
      }
    }
  }
}

extension NightFact {
  // The night's own words for them; only one is ever looked for.
  fileprivate var word: String {
    switch self {
    case .opened: "opened"
    case .issued(.openVault): "open_vault"
    case .issued(.run): "run"
    case .issued: "command"
    case .finished: "finished"
    case .assembled: "assembled"
    default: "fact"
    }
  }
}
