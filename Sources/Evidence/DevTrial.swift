public import Base
public import Facts

/// One trial of a dev task with what it left.
public struct DevTrial: Sendable {
  /// What was dispatched.
  public let record: TrialRecord
  /// The attempt that counts.
  public let attempt: AttemptRecord
  /// What its verifier printed: untrusted.
  public let verifier: String
  /// Its trajectory in ATIF's form; null when it left none.
  public let trajectory: JSON
  /// What its agent printed, when it left no trajectory: untrusted.
  public let log: String

  private static let fileBytes = 8 << 20

  init(_ record: TrialRecord, _ attempt: AttemptRecord, blob: (Digest) throws -> [UInt8]) throws {
    self.record = record
    self.attempt = attempt
    func text(_ role: String) throws -> String {
      try attempt.files.filter { $0.role == role && $0.bytes <= Self.fileBytes }
        .map { String(decoding: try blob($0.blob), as: UTF8.self) }.joined(separator: "\n")
    }
    verifier = try text("verifier_log")
    let found = attempt.files.first { $0.role == "trajectory" && $0.bytes <= Self.fileBytes }
    trajectory = try found.map { try blob($0.blob) }.flatMap { try? JSON.parse($0) } ?? .null
    log = trajectory.isNull ? try text("agent_log") : ""
  }

  /// Its score.
  public var score: Double { attempt.score ?? 0 }
  /// What its agent did.
  public var steps: TraceSteps { TraceSteps(trajectory) }
  /// Why it failed, as far as can be told.
  public var cause: FailureCause { FailureCause.of(attempt, verifier: verifier) }

  /// What its verifier or its ending complained of: untrusted.
  public var complaint: String {
    let lines = FailureCause.complaints(verifier)
    return Fence.cut(
      lines.isEmpty ? attempt.detail : lines.joined(separator: "\n"), to: 600)
  }

  /// All of it as one document of at most so many bytes.
  public func document(limit: Int) -> JSON {
    var fields: [String: JSON] = [
      "trial": .string("\(record.id)"), "candidate": .string("\(record.fact.candidate)"),
      "task": .string(record.taskName), "outcome": .string(attempt.outcome.rawValue),
      "score": .number(attempt.score), "detail": .string(Fence.cut(attempt.detail, to: 1_000)),
      "limit": .optional(attempt.limit), "exit_code": .optional(attempt.exitCode),
      "flags": .array(attempt.flags.map(JSON.string)),
      "verifier": .string(Fence.cut(verifier, to: 8_000)),
    ]
    if !trajectory.isNull { fields["trajectory"] = trajectory }
    if !log.isEmpty { fields["log"] = .string(Fence.cut(log, to: limit / 2)) }
    return Self.bounded(.object(fields), limit: limit)
  }

  /// The same document with its texts cut, and at last its middle steps left out, until it fits.
  static func bounded(_ document: JSON, limit: Int) -> JSON {
    if document.utf8().count <= limit { return document }
    for bytes in [8_000, 2_000, 600, 160] {
      let shorter = shortened(document, to: bytes)
      if shorter.utf8().count <= limit { return shorter }
    }
    var smallest = shortened(document, to: 160)
    guard case .object(var fields) = smallest, case .object(var trace) = smallest["trajectory"],
      let steps = trace["steps"]?.array
    else { return ["trial": document["trial"], "note": "too large to be shown"] }
    var kept = steps.count
    while kept > 2 {
      kept = kept * 2 / 3
      trace["steps"] = .array(Array(steps.prefix(kept / 2) + steps.suffix(kept - kept / 2)))
      trace["steps_left_out"] = .int(steps.count - kept)
      fields["trajectory"] = .object(trace)
      smallest = .object(fields)
      if smallest.utf8().count <= limit { return smallest }
    }
    fields["trajectory"] = nil
    fields["note"] = "the trajectory is too large to be shown"
    return .object(fields)
  }

  private static func shortened(_ value: JSON, to bytes: Int) -> JSON {
    switch value {
    case .string(let text): .string(Fence.cut(text, to: bytes))
    case .array(let elements): .array(elements.map { shortened($0, to: bytes) })
    case .object(let fields): .object(fields.mapValues { shortened($0, to: bytes) })
    default: value
    }
  }
}
