public import Base

/// The one writer of a lab: records facts and returns when they are durable.
public actor Ledger {
  /// Records a suite with its tasks; recording it again changes nothing.
  public func record(_ suite: SuiteFact) async throws { throw Self.unfinished }

  /// Records a harness with its files; recording it again changes nothing.
  @discardableResult
  public func record(_ harness: HarnessFact) async throws -> Digest { throw Self.unfinished }

  /// The candidate id of a recorded harness; the same harness keeps its id in a lab.
  public func candidate(harness: Digest) async throws -> CandidateID { throw Self.unfinished }

  /// Starts a run.
  public func begin(_ run: RunFact) async throws -> RunID { throw Self.unfinished }

  /// Queues trials and gives them their ids in order at once; durable with the next group commit.
  public func dispatch(_ facts: [TrialFact]) async throws -> [TrialID] { throw Self.unfinished }

  /// Records an attempt and returns when it is durable.
  public func record(_ attempt: AttemptFact) async throws { throw Self.unfinished }

  /// Records an event.
  public func record(_ event: EventFact) async throws { throw Self.unfinished }

  /// Ends a run.
  public func end(_ run: RunEndFact) async throws { throw Self.unfinished }

  /// Writes what is queued, closes the file and gives the lock back.
  public func close() async throws { throw Self.unfinished }

  private static var unfinished: BelayError {
    BelayError(.internal, "the ledger cannot be written yet")
  }
}
