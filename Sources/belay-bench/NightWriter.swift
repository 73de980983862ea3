import Base
import Climb
import Facts
import Fleet
import Glibc
import Harness
import Ledger
import NightLog
import Platform

/// A simulated night that records as a real one does, at the pace that it is told: a process of its own, so
/// that its CPU and its commits are nobody else's.
///
/// It is told `RATE TRIALS` line by line, and answers each with what that took.
struct NightWriter {
  static let word = "night-writer"

  /// What a stretch of the night took.
  struct Stretch {
    /// Trials a second that were reached.
    var rate: Double
    /// Microseconds of the slowest commit but one in a hundred.
    var commit: Double
    /// Microseconds of CPU that recording a trial took.
    var cpu: Double

    init(rate: Double, commit: Double, cpu: Double) {
      self.rate = rate
      self.commit = commit
      self.cpu = cpu
    }

    init?(line: String) {
      let words = line.split(separator: " ").compactMap { Double($0) }
      guard words.count == 3 else { return nil }
      self.init(rate: words[0], commit: words[1], cpu: words[2])
    }

    var line: String { "\(rate) \(commit) \(cpu)\n" }
  }

  private let ledger: Ledger
  private let run: RunID
  private let suite: SuiteFact
  private var night: BenchNight
  private var recorded = 0

  /// `LAB TRIALS`: a new lab, and the most trials of its night.
  static func serve(_ words: [String]) async {
    do {
      guard words.count == 2, let trials = Int(words[1]) else {
        throw BelayError(.usage, "\(word) LAB TRIALS")
      }
      var writer = try await NightWriter(words[0], trials: trials)
      while let line = readLine() {
        let told = line.split(separator: " ").compactMap { Int($0) }
        guard told.count == 2 else { throw BelayError(.usage, "RATE TRIALS") }
        print(try await writer.go(rate: told[0], trials: told[1]).line, terminator: "")
        fflush(nil)
      }
      try await writer.ledger.close()
    } catch {
      print("failed: \(error)")
    }
  }

  private init(_ path: String, trials: Int) async throws {
    night = BenchNight(trials: trials, slots: 64, keepsFacts: true)
    let lab = try Lab.create(at: path)
    ledger = try await lab.open()
    suite = SuiteFact(
      digest: Digest.of("bench night"), name: "bench", path: "/bench", definition: [:],
      tasks: night.world.rules.tasks.map { task in
        TaskFact(
          name: task.name, digest: Digest.of("night task \(task.name)"),
          split: task.split)
      })
    try await ledger.record(suite)
    run = try await ledger.begin(
      RunFact(
        type: .night, suite: suite.digest, settings: ["name": "bench"], conditions: [:],
        startedAt: WallClock.system.now, owner: .current, command: "belay-bench"))
  }

  /// So many trials, as fast as the rate says; 0 is as fast as they go.
  private mutating func go(rate: Int, trials: Int) async throws -> Stretch {
    // What a night decides costs much at some trials and little at others, and a candidate is put together once:
    // only what is recorded of each trial is the same all night long.
    var used = Duration.zero
    let began = ContinuousClock.now
    var commits: [Duration] = []
    var done = 0
    while done < trials {
      if rate > 0 {
        try await Task.sleep(until: began + .seconds(1) * done / rate, clock: .continuous)
      }
      night.decide()
      var since = ProcessIdentity.ownCPU
      commits.append(try await append())
      used += ProcessIdentity.ownCPU - since
      let orders = night.world.inFlight
      guard !orders.isEmpty || night.world.phase != .over else {
        throw BelayError(.internal, "the night is over after \(night.world.rollouts) trials")
      }
      try await assemble(
        Set(orders.map(\.candidate)).filter { night.world.assembled[$0] == nil }.sorted())
      since = ProcessIdentity.ownCPU
      commits += try await conduct(orders)
      used += ProcessIdentity.ownCPU - since
      for order in orders { night.finish(order) }
      done += orders.count
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    commits.sort()
    return Stretch(
      rate: Double(done) / seconds,
      commit: commits[min(commits.count - 1, commits.count * 99 / 100)] / .microseconds(1),
      cpu: used / .microseconds(1) / Double(done))
  }

  private mutating func append() async throws -> Duration {
    let now = WallClock.system.now
    let facts = night.takeFacts()
    let records = try facts.enumerated().map { place, fact in
      NightRecord(
        number: recorded + 1 + place, at: now, kind: "fact", body: try JSON.encoding(fact).text())
    }
    recorded += facts.count
    let began = ContinuousClock.now
    try await ledger.append(records, to: run)
    return ContinuousClock.now - began
  }

  /// Puts candidates together side by side, as many as a turn brings.
  private mutating func assemble(_ candidates: [CandidateID]) async throws {
    let made = try await withThrowingTaskGroup(of: NightFact.self) { group in
      for candidate in candidates {
        let harness = try Self.harness(candidate)
        group.addTask { [ledger] in
          try await ledger.record(HarnessFact(harness))
          return .assembled(
            candidate, harness: harness.digest.hex,
            candidate: try await ledger.candidate(harness: harness.digest))
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for fact in made { night.record(fact) }
  }

  private static func harness(_ candidate: CandidateID) throws -> Harness {
    let files = [
      "harness.toml": """
      schema = "belay.harness/1"
      name = "bench"
      kind = "native"
      surface = ["prompts/**"]

      [model]
      alias = "task"

      [tools]
      enabled = ["shell", "submit"]

      """, "prompts/system.md": "Candidate \(candidate.number): do the task.\n",
    ]
    return try Harness.load(
      files: files.map { HarnessFile(path: $0.key, content: Array($0.value.utf8)) },
      named: "bench")
  }

  /// The trials of one turn, side by side; how long each waited until it was durable.
  private func conduct(_ orders: [TrialOrder]) async throws -> [Duration] {
    try await withThrowingTaskGroup(of: Duration.self) { group in
      for order in orders {
        guard let candidate = night.world.assembled[order.candidate]?.candidate else { continue }
        let trial = TrialFact(
          run: run, candidate: candidate, task: suite.tasks[order.task].digest,
          index: order.id.number, seed: UInt64(order.id.number), dispatchedAt: WallClock.system.now)
        group.addTask {
          guard let id = try await ledger.dispatch([trial]).first else {
            throw BelayError(.internal, "the ledger gave no id to a trial")
          }
          let attempt = LedgerBench.attempt(id, order.id.number, log: nil)
          let began = ContinuousClock.now
          try await ledger.record(attempt)
          return ContinuousClock.now - began
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}
