public import Base
public import Facts
public import Layout
public import Ledger
internal import Score

/// One attempt at a trial, step by step; text that the agent wrote is withheld unless asked for.
public struct Trace: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.trace/1"

  /// What to show of a trial.
  public struct Request: Sendable, Hashable {
    /// The trial.
    public var trial: TrialID
    /// Which attempt; nil is the latest.
    public var attempt: Int?
    /// Whether to show what the agent wrote.
    public var content: Bool
    /// Shows the last so many steps only.
    public var tail: Int?
    /// The longest text of one step or log, in bytes; what is longer is cut in the middle.
    public var textLimit: Int
    /// Another trial of the same task, to see where the two part.
    public var against: Against?

    /// Asks for the latest attempt without content.
    public init(
      trial: TrialID, attempt: Int? = nil, content: Bool = false, tail: Int? = nil,
      textLimit: Int = 4000, against: Against? = nil
    ) {
      self.trial = trial
      self.attempt = attempt
      self.content = content
      self.tail = tail
      self.textLimit = textLimit
      self.against = against
    }
  }

  /// Another trial to set one against.
  public struct Against: Sendable, Hashable {
    /// The trial.
    public var trial: TrialID
    /// Why that one, where it was chosen and not named.
    public var reason: String?

    /// Sets a trial against this one.
    public init(trial: TrialID, reason: String?) {
      self.trial = trial
      self.reason = reason
    }
  }

  /// A log that was kept, for content.
  public struct Log: Sendable, Hashable {
    /// The file.
    public let file: FileRecord
    /// Its text, where content was asked for.
    public let text: String?
  }

  /// What was asked for.
  public let request: Request
  /// The trial.
  public let trial: TrialRecord
  /// The attempt; nil while there is none.
  public let attempt: AttemptRecord?
  /// How many attempts there are.
  public let attempts: Int
  /// The candidate.
  public let candidate: CandidateRecord
  /// Which trial of its run it is: the repeat of its task, or the night's order.
  public let place: String
  /// Says that simulated models answered; nil when none of them did.
  public let rehearsal: String?
  /// The steps of its trajectory; empty for a program that wrote none.
  public let allSteps: [TraceStep]
  /// Why a trajectory that was left cannot be shown.
  public let fault: String?
  /// Logs of agent and verifier.
  public let logs: [Log]
  /// Where it parts from another trial, where one was named.
  public let divergence: Divergence?
  /// The trials before and after it with the same task, run and candidate.
  public let siblings: [TrialID]
  /// Whether its task is not told, nor what came of it: then its steps and times are all that is shown.
  public private(set) var isWithheld = false

  /// Reads a trial and the trajectory that it left.
  public static func read(
    _ reader: LedgerReader, _ request: Request, withholding: Withholding = { _ in false }
  ) throws -> Trace {
    let detail = try reader.trial(request.trial)
    guard try withholding(detail.trial) else { return try read(reader, request, detail) }
    var request = request
    request.content = false
    request.against = nil
    return try read(reader, request, detail).discreet()
  }

  private func discreet() -> Trace {
    var trace = Trace(
      request: request, trial: trial.discreet(), attempt: attempt?.discreet(), attempts: attempts,
      candidate: candidate, place: place, rehearsal: rehearsal,
      allSteps: allSteps.map { $0.discreet() }, fault: nil, logs: [], divergence: nil, siblings: [])
    trace.isWithheld = true
    return trace
  }

  private static func read(
    _ reader: LedgerReader, _ request: Request, _ detail: TrialDetail
  ) throws -> Trace {
    let attempt =
      request.attempt.map { number in
        detail.attempts.first { $0.number == number }
      } ?? detail.attempts.last
    if let number = request.attempt, attempt == nil {
      throw BelayError(
        .notFound, "the trial has no attempt \(number), only \(detail.attempts.count)",
        place: "\(request.trial)", hint: "belay trace \(request.trial)")
    }
    let (steps, fault) = try Self.steps(reader, detail, attempt)
    let logs = try (attempt?.files ?? []).filter { $0.role.hasSuffix("_log") }.map { file in
      Log(
        file: file,
        text: request.content
          ? Self.cut(try reader.blob(file.blob), to: request.textLimit) : nil)
    }
    let fact = detail.trial.fact
    let same = try reader.trials(
      TrialFilter(run: fact.run, candidate: fact.candidate, task: fact.task), limit: 1000)
    let divergence = try request.against.map { against -> Divergence in
      let other = try reader.trial(against.trial)
      guard other.trial.fact.task == fact.task else {
        throw BelayError(
          .usage, "the two are trials of different tasks",
          place: "\(request.trial) and \(against.trial)",
          hint: "belay trace \(request.trial) --against sibling")
      }
      let read = try Self.steps(reader, other, other.attempts.last)
      return Divergence(
        steps, with: other.trial, read.steps, seed: fact.seed, reason: against.reason,
        place: Self.place(of: other.trial, in: try reader.head(other.trial.fact.run).fact.type))
    }
    let run = try reader.head(fact.run).fact
    return Trace(
      request: request, trial: detail.trial, attempt: attempt, attempts: detail.attempts.count,
      candidate: try reader.candidate(fact.candidate),
      place: Self.place(of: detail.trial, in: run.type), rehearsal: run.rehearsal, allSteps: steps,
      fault: fault, logs: logs,
      divergence: divergence, siblings: same.map(\.id).filter { $0 != request.trial })
  }

  // A night numbers its trials, whatever the task.
  private static func place(of trial: TrialRecord, in type: RunType) -> String {
    type == .night ? "order \(trial.fact.index)" : "repeat \(trial.fact.index + 1)"
  }

  private static func steps(
    _ reader: LedgerReader, _ detail: TrialDetail, _ attempt: AttemptRecord?
  ) throws -> (steps: [TraceStep], fault: String?) {
    var steps: [TraceStep] = []
    var fault: String?
    for file in attempt?.files ?? [] where file.role == "trajectory" {
      let read = TraceStep.read(try reader.blob(file.blob), part: Self.part(of: file.path))
      steps += read.steps
      if let wrong = read.fault {
        fault =
          file.bytes < file.totalBytes
          ? "the trajectory was cut at \(Figure.bytes(file.bytes))" : wrong
      }
    }
    if !(attempt?.files ?? []).contains(where: { $0.role == "trajectory" }),
      let recorded = try RecordedSteps.trajectory(reader, detail, attempt)
    {
      steps = TraceStep.steps(of: recorded, part: nil)
    }
    return (steps, fault)
  }

  /// `steps/<name>/agent/trajectory.json` belongs to that step of a multi-step task.
  package static func part(of path: String) -> String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "steps" ? String(parts[1]) : nil
  }

  // The beginning says what was tried and the end how it ended: the middle goes.
  static func cut(_ bytes: [UInt8], to limit: Int) -> String {
    guard bytes.count > limit else { return String(decoding: bytes, as: UTF8.self) }
    let half = limit / 2
    let left = bytes.count - 2 * half
    return String(decoding: bytes.prefix(half), as: UTF8.self)
      + "\n[… \(left) bytes left out; --full shows them …]\n"
      + String(decoding: bytes.suffix(half), as: UTF8.self)
  }

  /// The steps that are shown.
  public var steps: [TraceStep] {
    request.tail.map { Array(allSteps.suffix(max(0, $0))) } ?? allSteps
  }

  /// Whether earlier steps are not shown.
  public var isTruncated: Bool { steps.count < allSteps.count }
  /// Whole counts.
  public var counts: [String: Int] {
    ["steps": allSteps.count, "attempts": attempts, "logs": logs.count]
  }
  /// One record per step.
  public var items: [JSON] { steps.map { $0.json(content: request.content) } }

  /// The trial and the attempt, beside the steps.
  public var fields: [String: JSON] {
    [
      "trial": trial.json(content: request.content, isWithheld: isWithheld),
      "attempt": attempt?.json(content: request.content) ?? .null,
      "harness": candidate.json, "rehearsal": .bool(rehearsal != nil),
      "trajectory_fault": .optional(fault),
      "logs": .array(
        logs.map { log in
          [
            "role": .string(log.file.role), "path": .string(log.file.path),
            "bytes": .int(log.file.bytes), "total_bytes": .int(log.file.totalBytes),
            "blob": .string(log.file.blob.hex), "text": .optional(log.text),
          ]
        }),
      "siblings": .array(siblings.prefix(50).map { .string("\($0)") }),
      "content_withheld": .bool(!request.content),
      "withheld_because": .optional(isWithheld ? trial.split.whyWithheld : nil),
      "against": divergence?.json ?? .null,
    ]
  }

  /// Commands that lead on.
  public var hints: [String] {
    var hints: [String] = []
    if !request.content { hints.append("belay trace \(trial.id) --content") }
    if let next = siblings.first(where: { $0 > trial.id }) ?? siblings.first {
      hints.append("belay trace \(next)")
    }
    return hints
  }
}
