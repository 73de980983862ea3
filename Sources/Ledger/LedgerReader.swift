public import Base

/// A reader of a lab's ledger: every call sees one consistent state and never blocks the writer.
public final class LedgerReader: Sendable {
  /// All runs, newest first.
  public func runs(limit: Int? = nil) throws -> [RunRecord] { throw Self.unfinished }

  /// One run.
  public func run(_ id: RunID) throws -> RunRecord { throw Self.unfinished }

  /// All candidates, in order.
  public func candidates() throws -> [CandidateRecord] { throw Self.unfinished }

  /// One candidate.
  public func candidate(_ id: CandidateID) throws -> CandidateRecord { throw Self.unfinished }

  /// All recorded suites, newest first.
  public func suites() throws -> [SuiteFact] { throw Self.unfinished }

  /// The suite with this digest, start of a digest, or name (then the newest of that name).
  public func suite(_ text: String) throws -> SuiteFact { throw Self.unfinished }

  /// The harness with this id, start of a digest, or name (then the newest of that name).
  public func harness(_ text: String) throws -> HarnessRecord { throw Self.unfinished }

  /// Trials in order of dispatch, from behind `after`.
  public func trials(_ filter: TrialFilter = TrialFilter(), after: TrialID? = nil, limit: Int = 50)
    throws -> [TrialRecord]
  { throw Self.unfinished }

  /// How many trials fit.
  public func trialCount(_ filter: TrialFilter = TrialFilter()) throws -> Int {
    throw Self.unfinished
  }

  /// One trial with its attempts and their files.
  public func trial(_ id: TrialID) throws -> TrialDetail { throw Self.unfinished }

  /// The content of a blob.
  public func blob(_ digest: Digest) throws -> [UInt8] { throw Self.unfinished }

  /// Cells in order of run, candidate and task.
  public func cells(_ filter: CellFilter = CellFilter()) throws -> [Cell] { throw Self.unfinished }

  /// One row per run, candidate and split.
  public func standings(_ filter: CellFilter = CellFilter()) throws -> [Standing] {
    throw Self.unfinished
  }

  /// Latest attempts of the trials that fit, counted by outcome.
  public func outcomes(_ filter: TrialFilter = TrialFilter()) throws -> [Outcome: Int] {
    throw Self.unfinished
  }

  /// Events of a run, or of all, from behind the event `after`.
  public func events(run: RunID? = nil, after: Int? = nil, limit: Int = 50) throws -> [EventRecord]
  { throw Self.unfinished }

  /// Runs that opened a vault which shares a task with this suite's.
  public func vaultOpenings(suite: Digest) throws -> [VaultOpening] { throw Self.unfinished }

  /// Lines of indexed logs and trajectories that hold the text, newest trial first.
  public func search(_ text: String, limit: Int = 50) throws -> [SearchHit] {
    throw Self.unfinished
  }

  /// Runs one read-only statement with a cap on rows and time.
  public func sql(_ text: String, rowCap: Int = 1000, timeCap: Duration = .seconds(10)) throws
    -> SQLPage
  { throw Self.unfinished }

  private static var unfinished: BelayError {
    BelayError(.internal, "the ledger cannot be read yet")
  }
}
