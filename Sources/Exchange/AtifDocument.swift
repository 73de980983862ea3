internal import Base
internal import Facts

/// A trajectory as it leaves the lab: the one that was left, if it is whole, else what was recorded.
enum AtifDocument {
  /// The version of a derived document; a recorded one keeps its own.
  static let version = "ATIF-v1.7"

  /// Two steps that say no more than is known: the task, and what the program printed and how it ended.
  static func minimal(
    _ trial: TrialRecord, _ attempt: AttemptRecord, _ candidate: CandidateRecord, log: FileRecord?,
    logText: String?
  ) -> JSON {
    let builtIn = candidate.kind == "oracle" || candidate.kind == "nop"
    var step: JSON = [
      "step_id": 2, "source": "agent", "timestamp": .string("\(attempt.endedAt)"),
      "message": .string(logText ?? ""),
      "extra": [
        "note": "one step for the whole program: it wrote no trajectory",
        "exit_code": .optional(attempt.exitCode),
        "log_bytes": .optional(log?.totalBytes), "log_bytes_kept": .optional(log?.bytes),
      ],
    ]
    // Zero calls may be claimed only of what certainly asks no model.
    if builtIn { step["llm_call_count"] = 0 }
    return [
      "schema_version": .string(version), "session_id": .string("\(trial.fact.run)"),
      "trajectory_id": .string("\(trial.id)"),
      "agent": [
        "name": .string(candidate.name), "version": .string(candidate.harness.harnessID),
      ],
      "notes": "Derived by belay from the record of a program that wrote no valid trajectory.",
      "steps": [
        [
          "step_id": 1, "source": "user", "timestamp": .string("\(attempt.startedAt)"),
          "message": .string("Task \(trial.taskName) (sha256:\(trial.fact.task.hex))"),
        ],
        step,
      ],
      "final_metrics": metrics(attempt.usage), "extra": ["belay": extra(trial, attempt)],
    ]
  }

  static func extra(_ trial: TrialRecord, _ attempt: AttemptRecord) -> JSON {
    [
      "trial": .string("\(trial.id)"), "attempt": .int(attempt.number),
      "task": .string(trial.taskName), "seed": .string("\(trial.fact.seed)"),
      "outcome": .string(attempt.outcome.rawValue), "limit": .optional(attempt.limit),
      "score": .number(attempt.score), "reward": .number(attempt.reward),
    ]
  }

  private static func metrics(_ usage: Usage) -> JSON {
    var known: [String: JSON] = ["total_steps": 2]
    if let tokens = usage.inputTokens { known["total_prompt_tokens"] = .int(tokens) }
    if let tokens = usage.outputTokens { known["total_completion_tokens"] = .int(tokens) }
    if let tokens = usage.cachedTokens { known["total_cached_tokens"] = .int(tokens) }
    if let cost = usage.costUSD { known["total_cost_usd"] = .number(cost) }
    return .object(known)
  }
}
