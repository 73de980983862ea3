public import Base
public import Facts
public import Suite

/// What a suite's own solutions, doing nothing and forging say of each of its tasks: a pure fold.
public struct SuiteAudit: Sendable {
  /// What is wrong with a task.
  public enum Flag: String, Sendable, CaseIterable {
    /// The task's own solution does not get the full reward.
    case unsolvable
    /// Doing nothing gets the full reward.
    case trivial
    /// Two runs of the same did not end the same.
    case flaky
    /// An agent that wrote the reward file itself gets the full reward.
    case forgeable
    /// The verifier gives no verdict on a place where nothing was done.
    case silent = "no_verdict"
    /// The solution takes long.
    case slow
    /// The task, its solution or its tests ask for a network.
    case network
    /// The sandbox cannot hold the task.
    case refused
    /// The task cannot be read.
    case invalid

    /// Whether the task cannot be trusted; the others are worth knowing.
    public var isFault: Bool { self != .slow && self != .network }
  }

  /// One task with all that was tried on it.
  public struct Row: Sendable {
    /// The name.
    public let name: String
    /// The split.
    public let split: Split?
    /// Scores of the solution; nil for one that was not scored.
    public let solution: [Double?]
    /// Scores of doing nothing.
    public let nothing: [Double?]
    /// The score of forging; nil when it was not scored.
    public let forged: Double?
    /// The slowest run of the solution with its verifier.
    public let wallMs: Int?
    /// What is wrong.
    public let flags: [Flag]
    /// Why, in words, where there is more to say; may hold untrusted text.
    public let detail: String

    /// The row as a record.
    public var json: JSON {
      [
        "task": .string(name), "split": .optional(split?.rawValue),
        "ok": .bool(!flags.contains(where: \.isFault)),
        "flags": .array(flags.map { .string($0.rawValue) }),
        "solution": .array(solution.map { .number($0) }),
        "nothing": .array(nothing.map { .number($0) }), "forged": .number(forged),
        "wall_ms": .optional(wallMs), "detail": .string(detail),
      ]
    }
  }

  /// The trials of the three harnesses, by task.
  public struct Trials: Sendable {
    let solution: [Digest: [TrialRecord]]
    let nothing: [Digest: [TrialRecord]]
    let forged: [Digest: [TrialRecord]]

    /// Trials as the ledger has them.
    public init(solution: [TrialRecord], nothing: [TrialRecord], forged: [TrialRecord]) {
      self.solution = Dictionary(grouping: solution, by: \.fact.task)
      self.nothing = Dictionary(grouping: nothing, by: \.fact.task)
      self.forged = Dictionary(grouping: forged, by: \.fact.task)
    }
  }

  /// The tasks, in order of name.
  public let rows: [Row]

  /// Judges every task of the suite; `refused` says why some were not run.
  public init(
    _ suite: Suite, tasks: [Task], trials: Trials, refused: [Digest: String], slow: Duration
  ) {
    var rows = tasks.map { Self.row($0, trials, refused: refused[$0.digest], slow: slow) }
    rows += suite.invalid.map {
      Row(
        name: $0.name, split: nil, solution: [], nothing: [], forged: nil, wallMs: nil,
        flags: [.invalid], detail: $0.reason)
    }
    self.rows = rows.sorted { $0.name < $1.name }
  }

  private init(rows: [Row]) { self.rows = rows.sorted { $0.name < $1.name } }

  /// Two audits as one.
  public func joined(_ other: SuiteAudit) -> SuiteAudit { SuiteAudit(rows: rows + other.rows) }

  /// Whether every task can be trusted.
  public var isClean: Bool { !rows.contains { $0.flags.contains(where: \.isFault) } }

  /// How many tasks have each flag.
  public var counts: [Flag: Int] {
    rows.reduce(into: [:]) { counts, row in
      for flag in row.flags { counts[flag, default: 0] += 1 }
    }
  }

  private static func row(_ task: Task, _ trials: Trials, refused: String?, slow: Duration) -> Row {
    let solution = trials.solution[task.digest, default: []]
    let nothing = trials.nothing[task.digest, default: []]
    let forged = trials.forged[task.digest, default: []].first
    let wall = solution.compactMap(\.latest?.usage.wallMs).max()
    var flags: [Flag] = []
    var detail = refused ?? ""
    if refused != nil {
      flags.append(.refused)
    } else {
      let scores = solution.map { $0.latest?.score }
      if scores.isEmpty || scores.contains(where: { $0 != 1 }) {
        flags.append(.unsolvable)
        let bad = solution.first { $0.latest?.score != 1 }?.latest
        detail =
          !task.hasSolution
          ? "there is no solution"
          : bad.map { $0.outcome.isScored ? "scores \($0.score ?? 0)" : $0.detail } ?? "not run"
      }
      if nothing.contains(where: { $0.latest?.score == 1 }) { flags.append(.trivial) }
      if differ(solution) || differ(nothing) { flags.append(.flaky) }
      if forged?.latest?.score == 1 { flags.append(.forgeable) }
      if nothing.contains(where: { gaveNoVerdict($0) }) { flags.append(.silent) }
      if let wall, Duration.milliseconds(wall) > slow { flags.append(.slow) }
    }
    if !task.networkCommands.isEmpty {
      flags.append(.network)
      if detail.isEmpty { detail = task.networkCommands.joined(separator: "; ") }
    }
    return Row(
      name: task.name, split: task.split, solution: solution.map { $0.latest?.score },
      nothing: nothing.map { $0.latest?.score }, forged: forged?.latest?.score, wallMs: wall,
      flags: flags, detail: detail)
  }

  private static func differ(_ trials: [TrialRecord]) -> Bool {
    Set(trials.map { $0.latest?.score }).count > 1
      || trials.contains { $0.latest?.flags.contains("verified_at_second_try") ?? false }
  }

  private static func gaveNoVerdict(_ trial: TrialRecord) -> Bool {
    trial.latest?.outcome == .brokeJudge || trial.latest?.outcome == .verifierFailed
  }
}
