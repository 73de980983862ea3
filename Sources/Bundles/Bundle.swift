public import Base
internal import Calls
internal import Facts
internal import Harness
public import Ledger
internal import NightLog
public import Signing

/// Packs a run as something that others can check without the lab.
public struct BundleWriter {
  private let reader: LedgerReader
  private let run: RunRecord
  private let version: String
  private let candidate: CandidateID?

  /// A writer of one run, or of one candidate in it; `version` is Belay's.
  public init(
    _ reader: LedgerReader, run: RunID, candidate: CandidateID? = nil, version: String
  ) throws {
    self.reader = reader
    self.run = try reader.run(run)
    self.version = version
    self.candidate = candidate
    guard self.run.end != nil else {
      throw BelayError(
        .usage, "\(run) has not ended: what it found is not settled", hint: "belay status \(run)")
    }
    if let candidate, !self.run.candidates.contains(candidate) {
      throw BelayError(
        .notFound, "\(candidate) has no trial in \(run)", hint: "belay show \(run)")
    }
  }

  /// The bundle: run, facts, trials, harnesses and what is claimed, signed when there is a key.
  public func pack(key: SigningKey?) throws -> BundleArchive {
    try BundleArchive.admit(lines: run.trials, of: 300, "trial")
    var contents: [String: [UInt8]] = [:]
    let facts = try reader.night(run.id)
    contents["facts.jsonl"] = Self.lines(facts.map(\.json))
    let trials = try trials()
    contents["trials.jsonl"] = Self.lines(trials)
    let head = try head()
    contents["run.json"] = head.utf8()
    let replay = try NightReplay(facts)
    var told = replay?.told ?? run.candidates
    if let candidate, !told.contains(candidate) { told.append(candidate) }
    for candidate in told {
      let record = try reader.harness(try reader.candidate(candidate).harness.harnessID)
      contents["harness/\(record.digest.hex).json"] = Self.json(record, candidate).utf8()
      for file in record.files {
        contents["blobs/\(file.blob.hex)"] = try reader.blob(file.blob)
      }
    }
    let costs = BundleCosts(calls: try calls(), lists: try prices())
    if let calls = costs.files.calls { contents[BundleArchive.callsName] = calls }
    if let prices = costs.files.prices { contents[BundleArchive.pricesName] = prices }
    let claims = BundleClaims(run: head, trials: trials, replay: replay, costs: costs)
    contents["claims.json"] = claims.json.utf8()
    return try BundleArchive.make(
      contents,
      about: [
        "belay": .string(version), "run": .string("\(run.id)"),
        "suite": .string(run.fact.suite.hex), "rehearsal": .optional(run.fact.rehearsal),
        "candidate": head["candidate"],
      ], key: key)
  }

  private func head() throws -> JSON {
    let suite = try reader.suite(run.fact.suite.hex)
    var candidates: [JSON] = []
    for id in run.candidates {
      let harness = try reader.candidate(id).harness
      candidates.append(["candidate": .string("\(id)"), "harness": .string(harness.hex)])
    }
    return [
      "run": .string("\(run.id)"), "type": .string(run.fact.type.rawValue),
      "suite": ["name": .string(run.suiteName), "digest": .string(run.fact.suite.hex)],
      "tasks": .array(
        suite.tasks.sorted { ($0.name, $0.digest) < ($1.name, $1.digest) }.map {
          [
            "name": .string($0.name), "digest": .string($0.digest.hex),
            "split": .optional($0.split?.rawValue),
          ]
        }),
      "candidates": .array(candidates), "settings": run.fact.settings,
      "conditions": run.fact.conditions, "opens_vault": .bool(run.fact.opensVault),
      "started_at": .string("\(run.fact.startedAt)"),
      "ended_at": .optional(run.end.map { "\($0.at)" }),
      "ending": .optional(run.end?.ending.rawValue),
      "rehearsal": .optional(run.fact.rehearsal), "belay": .string(version),
      "candidate": .optional(candidate.map { "\($0)" }),
    ]
  }

  private func trials() throws -> [JSON] {
    var records: [JSON] = []
    try reader.eachTrial(TrialFilter(run: run.id)) { trial in
      let latest = trial.latest
      records.append([
        "trial": .string("\(trial.id)"), "number": .int(trial.fact.index),
        "candidate": .string("\(trial.fact.candidate)"), "task": .string(trial.taskName),
        "digest": .string(trial.fact.task.hex), "split": .optional(trial.split?.rawValue),
        "seed": .string("\(trial.fact.seed)"), "attempts": .int(trial.attempts),
        "final": .bool(trial.isFinished), "outcome": .optional(latest?.outcome.rawValue),
        "reward": .number(latest?.reward), "score": .number(latest?.score),
        "flags": .array((latest?.flags ?? []).map(JSON.string)),
        "input_tokens": .optional(latest?.usage.inputTokens),
        "output_tokens": .optional(latest?.usage.outputTokens),
        "cost_usd": .number(latest?.usage.costUSD),
        "started_at": .optional(latest.map { "\($0.startedAt)" }),
        "ended_at": .optional(latest.map { "\($0.endedAt)" }),
      ])
    }
    return records
  }

  // What was asked and answered stays in the lab: a bundle holds no traces.
  private func calls() throws -> [JSON] {
    var calls: [JSON] = []
    var last = 0
    while true {
      let page = try reader.calls(CallFilter(run: run.id), after: last, limit: 5000)
      guard let end = page.last else { return calls }
      last = end.id
      try BundleArchive.admit(lines: calls.count + page.count, of: 200, "call")
      calls += page.map { call in
        let usage = call.end?.usage
        return [
          "call": .int(call.id), "trial": .optional(call.fact.trial.map { "\($0)" }),
          "role": .string(call.fact.role), "model": .string(call.end?.model ?? call.fact.model),
          "answered": .bool(call.end?.reply != nil), "input": .optional(usage?.inputUncached),
          "cache_read": .optional(usage?.cacheRead), "cache_write": .optional(usage?.cacheWrite),
          "cache_write_long": .optional(usage?.cacheWriteLong),
          "output": .optional(usage?.output), "reasoning": .optional(usage?.reasoning),
          // What never ended counts at its ceiling, as on every screen.
          "cost_usd": .number(call.end == nil ? call.fact.ceilingUSD : usage?.costUSD),
          "basis": .string(call.end == nil ? "estimated" : usage?.costBasis ?? "unknown"),
        ]
      }
    }
  }

  // One for each time that the run was begun or gone on with.
  private func prices() throws -> [JSON] {
    try reader.events(run: run.id, limit: .max).filter { $0.fact.kind == EventFact.prices }.map {
      var list = $0.fact.detail
      list["at"] = .string("\($0.fact.at)")
      return list
    }
  }

  private static func json(_ record: HarnessRecord, _ candidate: CandidateID) -> JSON {
    [
      "candidate": .string("\(candidate)"), "digest": .string(record.digest.hex),
      "name": .string(record.name), "kind": .string(record.kind),
      "definition": record.files.isEmpty ? record.definition : .null,
      "files": .array(
        record.files.map {
          [
            "path": .string($0.path), "executable": .bool($0.mode & 0o100 != 0),
            "sha256": .string($0.blob.hex),
          ]
        }),
    ]
  }

  static func lines(_ values: [JSON]) -> [UInt8] {
    values.flatMap { $0.utf8() + [0x0A] }
  }
}

extension NightRecord {
  var json: JSON {
    [
      "number": .int(number), "at": .int(Int(at.milliseconds)), "kind": .string(kind),
      "body": .string(body),
    ]
  }

  init?(_ json: JSON) {
    guard let number = json["number"].int, let at = json["at"].int,
      let kind = json["kind"].string, let body = json["body"].string
    else { return nil }
    self.init(
      number: number, at: Timestamp(milliseconds: Int64(at)), kind: kind, body: body)
  }
}
