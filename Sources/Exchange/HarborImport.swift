public import Base
public import Facts
public import Interchange
public import Ledger
internal import Platform

/// Takes a job that Harbor ran into a lab, as a run of type `import`; nothing of it is run again.
public struct HarborImport: Sendable {
  /// What counts as the reward, and its range.
  public struct Scale: Sendable, Hashable {
    /// The key among the rewards; a single reward counts whatever its key.
    public var key = "reward"
    /// The reward that scores 0, and the one that scores 1.
    public var range: ClosedRange<Double> = 0...1

    /// `reward` from 0 to 1.
    public init() {}
  }

  /// What was recorded.
  public struct Summary: Sendable, Hashable {
    /// The run.
    public let run: RunID
    /// The suite that was made of the job's tasks.
    public let suite: Digest
    /// The candidates, one per agent and model.
    public let candidates: [CandidateID]
    /// How many trials were recorded.
    public let trials: Int
    /// How many of them are scored.
    public let scored: Int
    /// Trial folders that could not be read, each with its reason.
    public let skipped: [HarborSkipped]
  }

  let job: HarborJob
  let scale: Scale
  /// At most so much of each file is kept.
  let fileLimit: Int

  /// An import of a job that was read.
  public init(_ job: HarborJob, scale: Scale = Scale(), fileLimit: Int = 8 << 20) {
    self.job = job
    self.scale = scale
    self.fileLimit = fileLimit
  }

  /// Records the job; one that the lab has already is refused, with the id of its run.
  public func record(
    in ledger: Ledger, known runs: [RunRecord], owner: ProcessOwner, command: String,
    now: Timestamp
  ) async throws -> Summary {
    // As text: a number that was kept and read again may have another type.
    let own = source.text()
    // An import that broke off is no copy of the job.
    if let earlier = runs.first(where: {
      $0.fact.settings["source"].text() == own && $0.end?.ending == .done
    }) {
      throw BelayError(
        .usage, "this job is in the lab already, as \(earlier.id)", place: job.folder,
        hint: "belay show \(earlier.id)")
    }
    guard !job.trials.isEmpty else {
      throw BelayError(
        .usage, "there is no trial with a result in this job", place: job.folder,
        hint: job.skipped.first.map { "\($0.name): \($0.reason)" })
    }
    let suite = suiteFact
    try await ledger.record(suite)
    var candidates: [HarborAgent: CandidateID] = [:]
    var order: [CandidateID] = []
    for trial in job.trials where candidates[HarborAgent(trial)] == nil {
      let agent = HarborAgent(trial)
      let id = try await ledger.candidate(harness: try await ledger.record(agent.fact))
      candidates[agent] = id
      order.append(id)
    }
    let start = job.startedAt ?? now
    let run = try await ledger.begin(
      RunFact(
        type: .imported, suite: suite.digest, settings: ["source": source],
        conditions: conditions, startedAt: start, owner: owner, command: command))
    let scored: Int
    do {
      scored = try await fill(run, of: candidates, in: ledger, start: start, now: now)
    } catch {
      try? await ledger.end(
        RunEndFact(run: run, at: now, ending: .failed, summary: ["reason": .string("\(error)")]))
      throw error
    }
    try await ledger.end(
      RunEndFact(
        run: run, at: job.finishedAt ?? now, ending: .done,
        summary: ["trials": .int(job.trials.count), "skipped": .int(job.skipped.count)]))
    return Summary(
      run: run, suite: suite.digest, candidates: order, trials: job.trials.count, scored: scored,
      skipped: job.skipped)
  }

  /// Records what happened in the job; says how many trials are scored.
  private func fill(
    _ run: RunID, of candidates: [HarborAgent: CandidateID], in ledger: Ledger, start: Timestamp,
    now: Timestamp
  ) async throws -> Int {
    for skipped in job.skipped {
      try await ledger.record(
        EventFact(
          run: run, at: now, kind: "warning",
          detail: ["trial": .string(skipped.name), "reason": .string(skipped.reason)]))
    }
    var scored = 0
    for trial in job.trials {
      guard let candidate = candidates[HarborAgent(trial)] else { continue }
      let ids = try await ledger.dispatch([
        TrialFact(
          run: run, candidate: candidate, task: Self.digest(of: trial), index: trial.attempt,
          seed: seed(of: trial), dispatchedAt: trial.startedAt ?? start)
      ])
      for id in ids {
        let attempt = attempt(trial, id, otherwise: start)
        if attempt.score != nil { scored += 1 }
        try await ledger.record(attempt)
      }
    }
    return scored
  }
}

extension HarborImport {
  // Harbor draws nothing from a seed: no two of its trials are a pair that saw the same draw.
  private func seed(of trial: HarborTrial) -> UInt64 {
    Digest.of("\(job.id ?? job.folder)\n\(trial.name)").number
  }
}

/// Who was run: the same agent, version and model is one harness.
struct HarborAgent: Hashable {
  let name: String
  let version: String?
  let model: String?

  init(_ trial: HarborTrial) {
    name = trial.agent
    version = trial.agentVersion
    model = trial.model
  }

  var definition: JSON {
    [
      "source": "harbor", "agent": .string(name), "version": .optional(version),
      "model": .optional(model),
    ]
  }

  // There are no files to hash: what Harbor says of the agent stands for it.
  var fact: HarnessFact {
    HarnessFact(
      digest: Digest.of(definition.text()), name: model.map { "\(name)+\($0)" } ?? name,
      kind: "harbor", definition: definition)
  }
}
