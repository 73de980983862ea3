package import Base
package import Facts

extension TrialRecord {
  /// The trial as it stands; what the agent may have written only on request.
  package func json(content: Bool) -> JSON {
    [
      "trial": .string("\(id)"), "run": .string("\(fact.run)"),
      "candidate": .string("\(fact.candidate)"), "task": .string(taskName),
      "task_digest": .string(fact.task.hex), "split": .optional(split?.rawValue),
      "index": .int(fact.index), "seed": .string("\(fact.seed)"),
      "dispatched_at": .string("\(fact.dispatchedAt)"), "attempts": .int(attempts),
      "finished": .bool(isFinished), "outcome": .optional(latest?.outcome.rawValue),
      "score": .number(isFinished ? latest?.score : nil),
      "wall_ms": .optional(latest?.usage.wallMs),
    ]
  }
}

extension AttemptRecord {
  /// What it came to, in a word.
  var verdict: String {
    score.map { $0 == 1 ? "PASS" : $0 == 0 ? "FAIL" : "PARTIAL" } ?? "NOT SCORED"
  }

  /// The sentence about the ending, unless it may quote the agent and content was not asked for.
  func sentence(content: Bool) -> String? {
    guard !detail.isEmpty else { return nil }
    return content || !outcome.isScored ? detail : nil
  }

  /// The attempt with its files; what the agent may have written only on request.
  package func json(content: Bool) -> JSON {
    [
      "attempt": .int(number), "final": .bool(isFinal), "outcome": .string(outcome.rawValue),
      "detail": .optional(sentence(content: content)), "limit": .optional(limit),
      "exit_code": .optional(exitCode), "reward": .number(reward), "score": .number(score),
      "metrics": .object(metrics.mapValues { .number($0) }),
      "phases": .array(
        phases.map { ["name": .string($0.name), "ms": .double($0.duration.inMilliseconds)] }),
      "usage": usage.json, "flags": .array(flags.map(JSON.string)), "steps": steps,
      "started_at": .string("\(startedAt)"), "ended_at": .string("\(endedAt)"),
      "files": .array(files.map(\.json)),
    ]
  }
}

extension FileRecord {
  var json: JSON {
    [
      "role": .string(role), "path": .string(path), "bytes": .int(bytes),
      "total_bytes": .int(totalBytes), "blob": .string(blob.hex),
    ]
  }
}

extension Usage {
  var json: JSON {
    [
      "wall_ms": .int(wallMs), "cpu_ms": .int(cpuMs),
      "peak_memory_bytes": .optional(peakMemoryBytes), "input_tokens": .optional(inputTokens),
      "cached_tokens": .optional(cachedTokens), "output_tokens": .optional(outputTokens),
      "cost_usd": .number(costUSD),
    ]
  }
}

extension Duration {
  /// Milliseconds with a fraction down to the microsecond.
  package var inMilliseconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000
  }
}
