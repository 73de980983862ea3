internal import Base
internal import Calls
internal import Facts
internal import Inspection
internal import Interchange
internal import Ledger

extension Export {
  /// The trials as OpenTelemetry's spans: a trace per attempt, and a line per trace, as its collectors read
  /// them from files. What was said is withheld unless `content` is asked for.
  public func otlp(
    version: String, content: Bool, _ write: (String) throws -> Void
  ) throws {
    try eachTrial { trial in
      let detail = try reader.trial(trial.id)
      for attempt in detail.attempts {
        try write(try trace(detail, attempt, version, content).json.text() + "\n")
      }
      // One that was killed before it ended: what it had done until then.
      if !trial.isFinished {
        let last = try trace(detail, nil, version, content)
        if !last.calls.isEmpty || !last.trajectories.isEmpty {
          try write(last.json.text() + "\n")
        }
      }
    }
  }

  private func trace(
    _ detail: TrialDetail, _ attempt: AttemptRecord?, _ version: String, _ content: Bool
  ) throws -> OtlpTrace {
    let fact = detail.trial.fact
    let number = attempt?.number ?? detail.attempts.count + 1
    var trajectories: [(part: String?, trajectory: Trajectory)] = []
    for file in attempt?.files ?? [] where file.role == "trajectory" {
      let reading = Atif.read(try reader.blob(file.blob), file: file.path)
      if let trajectory = reading.trajectory, reading.isValid {
        trajectories.append((Trace.part(of: file.path), trajectory))
      }
    }
    if trajectories.isEmpty,
      let recorded = try RecordedSteps.trajectory(reader, detail, attempt)
    {
      trajectories.append((nil, recorded))
    }
    let cancelled = detail.attempts.count { $0.number < number && $0.outcome == .cancelled }
    let records = try reader.calls(
      CallFilter(run: fact.run, trial: detail.trial.id, attempt: number - cancelled),
      limit: Int.max)
    let calls = try records.map { record in
      var asked = OtlpTrace.Asked(record: record)
      if let reply = record.end?.reply { asked.reply = try JSON.parse(try reader.blob(reply)) }
      if content, let added = try reader.request(of: record.id).last {
        asked.request = try JSON.parse(added)
      }
      return asked
    }
    return OtlpTrace(
      trial: detail.trial, attempt: attempt, number: number, run: run(fact.run),
      candidate: candidate(fact.candidate), trajectories: trajectories, calls: calls,
      content: content, version: version)
  }
}
