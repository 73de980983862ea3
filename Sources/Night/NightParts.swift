public import Base
public import Climb
public import Fleet
public import Proposers
public import Trial

/// What checks said, and what that cost.
public struct Reflected: Sendable {
  /// The verdicts.
  public var verdicts: [GateVerdict]
  /// What multiplies the evidence that is asked for.
  public var prior: Double
  /// What it cost.
  public var spending: Spending

  /// What checks said.
  public init(verdicts: [GateVerdict], prior: Double = 1, spending: Spending = Spending()) {
    self.verdicts = verdicts
    self.prior = prior
    self.spending = spending
  }
}

/// A candidate of the night in the flesh.
public struct BuiltCandidate: Sendable {
  /// Its id in the lab.
  public let id: CandidateID
  /// Its harness, made ready.
  public let harness: PreparedHarness
}

/// What was known at one fact of a night. A proposer is asked by it: what comes back while it thinks, or after
/// an interruption, changes neither what it is told nor what its journal is looked up by.
public struct Moment: Sendable {
  /// The world.
  public let world: World
  /// How many facts there were.
  public let facts: Int

  /// What was known by so many facts.
  public init(_ world: World, facts: Int) {
    self.world = world
    self.facts = facts
  }
}

/// What a night has others do for it; each may take its time, and none of them decides anything.
public struct NightParts: Sendable {
  /// Asks a proposer for edits of the incumbent.
  public var propose: @Sendable (ProposalOrder, Moment) async throws -> ProposalAnswer
  /// Looks at an edit before anything carries it.
  public var reflect: @Sendable (PoolEntry, World) async throws -> Reflected
  /// Looks at a candidate's trials before it is adopted.
  public var inspect: @Sendable (CandidateID, World) async throws -> Reflected

  /// The parts of a night.
  public init(
    propose: @escaping @Sendable (ProposalOrder, Moment) async throws -> ProposalAnswer,
    reflect: @escaping @Sendable (PoolEntry, World) async throws -> Reflected,
    inspect: @escaping @Sendable (CandidateID, World) async throws -> Reflected
  ) {
    self.propose = propose
    self.reflect = reflect
    self.inspect = inspect
  }
}

/// What happened in a night, for whoever watches.
public enum NightNews: Sendable {
  /// A fact was recorded; `number` is its place.
  case fact(NightFact, number: Int)
  /// The number of slots changed.
  case slots(Contention.Change)
}
