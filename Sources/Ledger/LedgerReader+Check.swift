internal import Archive
internal import Base
internal import Database
internal import Facts

/// What `check` looked at and what it found.
public struct LedgerCheck: Sendable, Hashable {
  /// What is wrong, one sentence each; empty when the ledger is sound.
  public let faults: [String]
  /// Runs in the ledger.
  public let runs: Int
  /// Trials in the ledger.
  public let trials: Int
  /// Attempts in the ledger.
  public let attempts: Int
  /// Calls of models in the ledger.
  public let calls: Int
  /// Steps of agents in the ledger.
  public let steps: Int
  /// Blobs that were unpacked and hashed.
  public let blobs: Int
  /// Their length before packing.
  public let blobBytes: Int

  /// Whether nothing is wrong.
  public var isSound: Bool { faults.isEmpty }
}

extension LedgerReader {
  /// Proves the ledger: pages, references, every blob against its digest, the tally against the facts.
  public func check() throws -> LedgerCheck {
    try read { connection in
      var faults = try connection.integrityFaults()
      faults += try connection.attemptFaults()
      faults += try connection.tallyFaults()
      faults += try connection.callFaults()
      faults += try connection.searchFaults()
      let blobs = try connection.blobFaults()
      func count(_ table: String) throws -> Int {
        try connection.first("SELECT count(*) FROM \(raw: table)") { $0.int(0) } ?? 0
      }
      return LedgerCheck(
        faults: faults + blobs.faults, runs: try count("run"), trials: try count("trial"),
        attempts: try count("attempt"), calls: try count("model_call"), steps: try count("step"),
        blobs: blobs.count, blobBytes: blobs.bytes)
    }
  }
}

extension Connection {
  fileprivate func blobFaults() throws -> (faults: [String], count: Int, bytes: Int) {
    var faults: [String] = []
    var count = 0
    var bytes = 0
    try each("SELECT digest, bytes, frame FROM blob") { row in
      let digest = try row.digest(0)
      let content = try? Zstandard.decompress(row.blob(2), limit: row.int(1))
      if content.map({ $0.count == row.int(1) && Digest.of($0) == digest }) != true {
        faults.append("blob \(digest.hex) does not match its digest")
      }
      count += 1
      bytes += row.int(1)
      return faults.count < 100
    }
    return (faults, count, bytes)
  }

  fileprivate func attemptFaults() throws -> [String] {
    let twice = try rows(
      """
      SELECT trial FROM attempt GROUP BY trial HAVING sum(is_final) > 1
        OR (sum(is_final) = 1 AND max(number) <> max(CASE WHEN is_final THEN number END)) LIMIT 100
      """
    ) { "\(TrialID($0.int(0))) goes on behind its final attempt" }
    let strays = try rows(
      """
      SELECT trial.id FROM trial JOIN run ON run.id = trial.run
      WHERE NOT EXISTS (SELECT 1 FROM suite_task
        WHERE suite_task.suite = run.suite AND suite_task.task = trial.task) LIMIT 100
      """
    ) { "the task of \(TrialID($0.int(0))) is not in the suite of its run" }
    return twice + strays
  }

  /// The tally as it must be: the fold over trials and attempts in the order of recording.
  func folded() throws -> [CellKey: Tally] {
    var cells: [CellKey: Tally] = [:]
    func key(_ row: borrowing Row) -> CellKey {
      CellKey(
        run: row.int(0), candidate: row.int(1),
        split: row.optionalText(2).flatMap(Split.init(rawValue:)).number, task: row.int(3))
    }
    let place: SQL = """
      JOIN run ON run.id = trial.run
      LEFT JOIN suite_task ON suite_task.suite = run.suite AND suite_task.task = trial.task
      """
    try each(
      "SELECT trial.run, trial.candidate, suite_task.split, trial.task FROM trial \(place)"
    ) { row in
      cells[key(row), default: Tally()].trials += 1
      return true
    }
    try each(
      """
      SELECT trial.run, trial.candidate, suite_task.split, trial.task, is_final, outcome, score,
        wall_ms, cpu_ms, input_tokens, cached_tokens, output_tokens, cost_usd
      FROM attempt CROSS JOIN trial ON trial.id = attempt.trial \(place) ORDER BY attempt.id
      """
    ) { row in
      guard let outcome = Outcome(rawValue: row.text(5)) else { return true }
      let usage = Usage(
        wallMs: row.int(7), cpuMs: row.int(8), inputTokens: row.optionalInt(9),
        cachedTokens: row.optionalInt(10), outputTokens: row.optionalInt(11),
        costUSD: row.optionalDouble(12))
      cells[key(row), default: Tally()].add(
        isFinal: row.bool(4), outcome: outcome, score: row.optionalDouble(6), usage: usage)
      return true
    }
    return cells
  }

  fileprivate func tallyFaults() throws -> [String] {
    var expected = try folded()
    var faults: [String] = []
    try each("SELECT run, candidate, split, task, \(raw: Tally.columnList) FROM tally") { row in
      let key = CellKey(
        run: row.int(0), candidate: row.int(1), split: row.int(2), task: row.int(3))
      if expected.removeValue(forKey: key) != Tally(row, from: 4) {
        faults.append(
          "the tally of \(RunID(key.run)), \(CandidateID(key.candidate)), task row \(key.task) is"
            + " not the sum of its attempts")
      }
      return faults.count < 100
    }
    faults += expected.keys.prefix(100).map { key in
      "the tally of \(RunID(key.run)), \(CandidateID(key.candidate)), task row \(key.task) is missing"
    }
    return faults
  }

  fileprivate func callFaults() throws -> [String] {
    let strays = try rows(
      """
      SELECT model_call.id FROM model_call JOIN trial ON trial.id = model_call.trial
      WHERE trial.run <> model_call.run OR trial.candidate IS NOT model_call.candidate LIMIT 100
      """
    ) { "call \($0.int(0)) is not of the run and the candidate of its trial" }
    let broken = try rows(
      """
      SELECT model_call.id FROM model_call JOIN model_call AS base ON base.id = model_call.base
      WHERE base.run <> model_call.run OR base.trial IS NOT model_call.trial
        OR base.attempt <> model_call.attempt OR base.lane <> model_call.lane LIMIT 100
      """
    ) { "call \($0.int(0)) goes on from a call of another conversation" }
    let twice = try rows(
      """
      SELECT min(model_call.id) FROM model_call JOIN model_answer ON call = model_call.id
      WHERE fault IS NULL GROUP BY run, trial, attempt, lane, request, model_call.model, occurrence
      HAVING count(*) > 1 LIMIT 100
      """
    ) { "the answer of call \($0.int(0)) was paid for twice" }
    return strays + broken + twice
  }

  fileprivate func searchFaults() throws -> [String] {
    try SearchIndex.Source.allCases.flatMap { source in
      try rows(
        """
        SELECT source.id FROM (\(source.rows)) AS source
        WHERE id <= (SELECT \(raw: source.rawValue) FROM search_state)
          AND NOT EXISTS (SELECT 1 FROM search_docsize WHERE id = source.blob) LIMIT 100
        """
      ) {
        "\(source == .file ? "file" : "step") row \($0.int(0)) is missing in the full-text index"
      }
    }
  }
}
