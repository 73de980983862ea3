import Base
import Facts
import Score

/// Facts and records that a test states in a few words.
enum Fixture {
  static let suite = Digest.of("suite")

  static func tally(
    _ scores: [Double], unscored: [Outcome] = [], pending: Int = 0, limit: Int = 0,
    cost: Double? = nil
  ) -> Tally {
    var tally = Tally()
    tally.trials = scores.count + unscored.count + pending
    tally.finished = scores.count + unscored.count
    tally.scored = scores.count
    tally.passes = scores.count { $0 == 1 }
    tally.scoreSum = scores.reduce(0, +)
    tally.scoreSquares = scores.reduce(0) { $0 + $1 * $1 }
    if scores.count > limit { tally.byOutcome[.completed] = scores.count - limit }
    if limit > 0 { tally.byOutcome[.limit] = limit }
    for outcome in unscored { tally.byOutcome[outcome, default: 0] += 1 }
    tally.wallMs = 1000 * tally.finished
    tally.cpuMs = 100 * tally.finished
    if let cost {
      tally.costKnown = tally.finished
      tally.costSum = cost * Double(tally.finished)
    }
    return tally
  }

  static func task(
    _ name: String, _ scores: [Double], unscored: [Outcome] = [], split: Split? = .dev
  ) -> TaskScore {
    TaskScore(
      task: Digest.of(name), name: name, split: split, tally: tally(scores, unscored: unscored))
  }

  static func cell(
    run: Int = 1, candidate: Int = 1, _ name: String, _ tally: Tally, split: Split? = .dev
  ) -> Cell {
    Cell(
      run: RunID(run), candidate: CandidateID(candidate), task: Digest.of(name), taskName: name,
      split: split, tally: tally)
  }

  static func run(
    _ id: Int = 1, conditions: JSON = ["trials": 3], opensVault: Bool = false,
    startedAt: Int64 = 0, wallMs: Int64? = 187_000, ending: RunEnding = .done,
    candidates: [Int] = [1], suite: Digest = Fixture.suite, type: RunType = .eval,
    settings: JSON = [:]
  ) -> RunRecord {
    let fact = RunFact(
      type: type, suite: suite, settings: settings, conditions: conditions,
      opensVault: opensVault, startedAt: Timestamp(milliseconds: startedAt),
      owner: ProcessOwner(pid: 1, startTicks: 1, host: "here"), command: "belay eval oracle")
    let end = wallMs.map {
      RunEndFact(
        run: RunID(id), at: Timestamp(milliseconds: startedAt + $0), ending: ending, summary: [:])
    }
    return RunRecord(
      id: RunID(id), fact: fact, suiteName: "shell", end: end, trials: 0, finished: 0,
      candidates: candidates.map { CandidateID($0) })
  }

  static func candidate(_ id: Int = 1, name: String = "oracle") -> CandidateRecord {
    CandidateRecord(
      id: CandidateID(id), harness: Digest.of("harness \(id)"), name: name, kind: "program")
  }
}

extension Fixture {
  /// A row's sums from the scores of its tasks.
  static func standing(
    run: Int, candidate: Int, _ tasks: [[Double]], split: Split? = .dev, lost: Int = 0
  ) -> Standing {
    let means = tasks.filter { !$0.isEmpty }.map { $0.reduce(0, +) / Double($0.count) }
    let counts = tasks.map(\.count)
    return Standing(
      run: RunID(run), candidate: CandidateID(candidate), split: split, tasks: tasks.count,
      scoredTasks: means.count, meanSum: means.reduce(0, +),
      meanSquares: means.reduce(0) { $0 + $1 * $1 }, lowestMean: means.min(),
      highestMean: means.max(), fewestTrials: counts.min() ?? 0, mostTrials: counts.max() ?? 0,
      tally: tally(
        tasks.flatMap { $0 }, unscored: Array(repeating: .sandboxFailed, count: lost)))
  }

  /// The tasks `t0`, `t1`, … of a suite.
  static func tasks(_ count: Int) -> [TaskFact] {
    (0..<count).map { TaskFact(name: "t\($0)", digest: Digest.of("t\($0)"), split: .dev) }
  }

  /// The cells behind a standing.
  static func cells(run: Int, candidate: Int, _ tasks: [[Double]]) -> [Cell] {
    tasks.enumerated().map { cell(run: run, candidate: candidate, "t\($0)", tally($1)) }
  }
}
