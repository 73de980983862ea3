internal import Base
internal import Facts

/// One line of comma-separated values.
struct CSVLine {
  let values: [String]

  init(_ values: [String]) { self.values = values }

  /// The line with its end; RFC 4180 asks for CR LF.
  var text: String { values.map(Self.field).joined(separator: ",") + "\r\n" }

  // A spreadsheet runs what begins like a formula, and names come from outside: an apostrophe makes it text.
  static func field(_ value: String) -> String {
    let shown = value.printable()
    let isNumber = Double(shown) != nil
    let begins = shown.first.map { "=+-@".contains($0) } ?? false
    let safe = begins && !isNumber ? "'" + shown : shown
    guard
      safe.contains(where: { $0 == "," || $0 == "\"" }) || safe.hasPrefix(" ")
        || safe.hasSuffix(" ")
    else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}

/// The columns of a trial.
enum TrialColumns {
  static let names = [
    "run", "candidate", "harness", "harness_id", "suite", "suite_digest", "task", "task_digest",
    "split", "trial", "repeat", "seed", "attempts", "finished", "outcome", "limit", "exit_code",
    "score", "reward", "wall_ms", "cpu_ms", "peak_memory_bytes", "input_tokens", "cached_tokens",
    "output_tokens", "cost_usd", "dispatched_at", "started_at", "ended_at", "flags", "metrics",
    "rehearsal",
  ]

  static func values(_ trial: TrialRecord, _ names: CandidateNames) -> [String] {
    let candidate = names.candidates[trial.fact.candidate]
    let run = names.runs[trial.fact.run]
    let attempt = trial.latest
    func text(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "" }
    func number(_ value: Double?) -> String { value.map { JSON.number($0).text() } ?? "" }
    let usage = attempt?.usage
    let metrics = attempt.map { JSON.object($0.metrics.mapValues { .number($0) }).text() }
    return [
      "\(trial.fact.run)", "\(trial.fact.candidate)", candidate?.name ?? "",
      candidate?.harness.harnessID ?? "", run?.suiteName ?? "", run?.fact.suite.hex ?? "",
      trial.taskName, trial.fact.task.hex, trial.split?.rawValue ?? "", "\(trial.id)",
      "\(trial.fact.index + 1)", "\(trial.fact.seed)", "\(trial.attempts)",
      "\(trial.isFinished)", attempt?.outcome.rawValue ?? "", attempt?.limit ?? "",
      text(attempt?.exitCode), number(trial.isFinished ? attempt?.score : nil),
      number(attempt?.reward), text(usage?.wallMs), text(usage?.cpuMs),
      text(usage?.peakMemoryBytes), text(usage?.inputTokens), text(usage?.cachedTokens),
      text(usage?.outputTokens), number(usage?.costUSD), "\(trial.fact.dispatchedAt)",
      text(attempt?.startedAt), text(attempt?.endedAt),
      (attempt?.flags ?? []).joined(separator: " "), metrics == "{}" ? "" : metrics ?? "",
      "\(run?.fact.rehearsal != nil)",
    ]
  }
}
