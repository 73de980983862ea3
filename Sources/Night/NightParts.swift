public import Base
public import Climb
public import Components
public import Fleet
public import Trial

/// An edit as a proposer hands it in: a patch of the harness that it was shown, with what it believes of it.
public struct EditDraft: Sendable, Hashable {
  /// The change.
  public var patch: ComponentPatch
  /// What its author believes and predicts.
  public var hypothesis: Hypothesis
  /// What it is, in one line.
  public var summary: String

  /// A draft.
  public init(patch: ComponentPatch, hypothesis: Hypothesis, summary: String) {
    self.patch = patch
    self.hypothesis = hypothesis
    self.summary = summary
  }
}

/// What a proposer answered.
public struct ProposalResult: Sendable {
  /// Its edits.
  public var drafts: [EditDraft]
  /// What it cost.
  public var spending: Spending
  /// What is worth knowing of how it went, in one line.
  public var note: String?

  /// An answer.
  public init(drafts: [EditDraft], spending: Spending = Spending(), note: String? = nil) {
    self.drafts = drafts
    self.spending = spending
    self.note = note
  }
}

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

/// What a night has others do for it; each may take its time, and none of them decides anything.
public struct NightParts: Sendable {
  /// Asks a proposer for edits of the incumbent.
  public var propose: @Sendable (ProposalOrder, World) async throws -> ProposalResult
  /// Looks at an edit before anything carries it.
  public var reflect: @Sendable (PoolEntry, World) async throws -> Reflected
  /// Looks at a candidate's trials before it is adopted.
  public var inspect: @Sendable (CandidateID, World) async throws -> Reflected
  /// Conducts a trial.
  public var conduct: @Sendable (Assignment) async -> TrialResult
  /// Is told of a trial that is over.
  public var forget: @Sendable (TrialID) -> Void

  /// The parts of a night.
  public init(
    propose: @escaping @Sendable (ProposalOrder, World) async throws -> ProposalResult,
    reflect: @escaping @Sendable (PoolEntry, World) async throws -> Reflected,
    inspect: @escaping @Sendable (CandidateID, World) async throws -> Reflected,
    conduct: @escaping @Sendable (Assignment) async -> TrialResult,
    forget: @escaping @Sendable (TrialID) -> Void = { _ in }
  ) {
    self.propose = propose
    self.reflect = reflect
    self.inspect = inspect
    self.conduct = conduct
    self.forget = forget
  }
}

/// What happened in a night, for whoever watches.
public enum NightNews: Sendable {
  /// A fact was recorded; `number` is its place.
  case fact(NightFact, number: Int)
  /// The number of slots changed.
  case slots(Contention.Change)
}
