public import Base
public import Facts
internal import Inspection
public import Ledger
internal import Platform
internal import Score

/// In which form recorded trials leave the lab.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  /// One line per trial, for spreadsheets and data frames.
  case csv
  /// One JSON object per trial and line, with all its attempts.
  case jsonl
  /// One trajectory per trial in the Agent Trajectory Interchange Format.
  case atif
  /// A job folder as Harbor writes it.
  case harbor
  /// Spans of OpenTelemetry's conventions for agents, one trace per attempt and line.
  case otlp

  /// Whether it is a folder and not a stream of lines.
  public var isFolder: Bool { self == .atif || self == .harbor }
}

/// What an export wrote.
public struct ExportSummary: Sendable, Hashable {
  /// The folder.
  public var path: String
  /// Trials that were written.
  public var trials = 0
  /// Trials without an attempt yet, which are not in it.
  public var pending = 0
  /// Files that were written.
  public var files = 0
  /// Their bytes.
  public var bytes = 0

  init(path: String) { self.path = path }

  /// The same as a record.
  public var json: JSON {
    [
      "path": .string(path), "trials": .int(trials), "pending": .int(pending),
      "files": .int(files), "bytes": .int(bytes),
    ]
  }
}

/// Writes what a ledger holds of some trials in other tools' forms.
public struct Export {
  let reader: LedgerReader
  let filter: TrialFilter
  private let names: CandidateNames

  func run(_ id: RunID) -> RunRecord? { names.runs[id] }
  func candidate(_ id: CandidateID) -> CandidateRecord? { names.candidates[id] }

  /// Exports the trials that fit.
  public init(_ reader: LedgerReader, _ filter: TrialFilter) throws {
    self.reader = reader
    self.filter = filter
    names = CandidateNames(try reader.candidates(), try reader.runs())
  }

  /// Every trial that fits, in order of dispatch, a page at a time.
  func eachTrial(_ body: (TrialRecord) throws -> Void) throws {
    var last: TrialID?
    while true {
      let page = try reader.trials(filter, after: last, limit: 500)
      for trial in page { try body(trial) }
      guard let end = page.last, page.count == 500 else { return }
      last = end.id
    }
  }

  /// The trials as comma-separated values with a heading (RFC 4180), line by line.
  public func csv(_ write: (String) throws -> Void) throws {
    try write(CSVLine(TrialColumns.names).text)
    try eachTrial { try write(CSVLine(TrialColumns.values($0, names)).text) }
  }

  /// The trials as one JSON object each with all attempts, line by line.
  public func jsonLines(_ write: (String) throws -> Void) throws {
    try eachTrial { trial in
      let detail = try reader.trial(trial.id)
      guard case .object(var record) = trial.json(content: true) else { return }
      record["attempts"] = .array(detail.attempts.map { $0.json(content: true) })
      record["harness"] = names.candidates[trial.fact.candidate]?.json ?? .null
      record["suite"] = .optional(names.runs[trial.fact.run]?.suiteName)
      record["suite_digest"] = .optional(names.runs[trial.fact.run]?.fact.suite.hex)
      record["rehearsal"] = .bool(names.runs[trial.fact.run]?.fact.rehearsal != nil)
      record["schema"] = "belay.trial/1"
      try write(JSON.object(record).text() + "\n")
    }
  }
}

/// What trials name by id.
struct CandidateNames {
  let candidates: [CandidateID: CandidateRecord]
  let runs: [RunID: RunRecord]

  init(_ candidates: [CandidateRecord], _ runs: [RunRecord]) {
    self.candidates = Dictionary(uniqueKeysWithValues: candidates.map { ($0.id, $0) })
    self.runs = Dictionary(uniqueKeysWithValues: runs.map { ($0.id, $0) })
  }
}
