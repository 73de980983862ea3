public import Base
public import Climb
public import Components
public import Evidence
public import Harness

/// Whoever fills the pool: reads the evidence and hands in edits with hypotheses.
public protocol Proposing: Sendable {
  /// Who it is, as its edits are signed: `model`, `command:claude`, `knobs`.
  var name: String { get }
  /// Proposes; an answer without drafts is an answer.
  func propose(_ request: ProposalRequest) async throws -> ProposalAnswer
}

/// What a proposer is asked for and everything that it may know.
public struct ProposalRequest: Sendable {
  /// The run that pays; nil outside of runs.
  public var run: RunID?
  /// Which proposal of the run it is, from 1.
  public var number: Int
  /// How many edits are wanted.
  public var count: Int
  /// The harness that edits start from.
  public var base: Harness
  /// The candidate that it is in the lab; nil outside of labs.
  public var baseCandidate: CandidateID?
  /// The dev tasks.
  public var tasks: DevTasks
  /// What was chosen of the dev trials.
  public var evidence: EvidencePack
  /// Looks closer at dev trials, for whoever has tools; nil where nothing was run.
  public var reader: EvidenceReader?
  /// What is known of every edit that was proposed.
  public var pool: [PoolLine]
  /// Earlier candidates with their harnesses.
  public var archive: [ArchivedCandidate]
  /// How well earlier predictions came true.
  public var calibration: [CalibrationLine]
  /// What is remembered: untrusted.
  public var lessons: [String]
  /// What the person who watches said in passing.
  public var hints: [String]
  /// The person's directions in prose (`program.md`).
  public var direction: String
  /// The seed of all chance.
  public var seed: UInt64

  /// A request that knows nothing but its harness and the dev tasks.
  public init(
    run: RunID? = nil, number: Int = 1, count: Int, base: Harness,
    baseCandidate: CandidateID? = nil, tasks: DevTasks, evidence: EvidencePack = EvidencePack(),
    reader: EvidenceReader? = nil, pool: [PoolLine] = [], archive: [ArchivedCandidate] = [],
    calibration: [CalibrationLine] = [], lessons: [String] = [], hints: [String] = [],
    direction: String = "", seed: UInt64
  ) {
    self.run = run
    self.number = number
    self.count = count
    self.base = base
    self.baseCandidate = baseCandidate
    self.tasks = tasks
    self.evidence = evidence
    self.reader = reader
    self.pool = pool
    self.archive = archive
    self.calibration = calibration
    self.lessons = lessons
    self.hints = hints
    self.direction = direction
    self.seed = seed
  }
}

/// An earlier candidate: its harness, what was believed of it, and what the gates said in words.
public struct ArchivedCandidate: Sendable {
  /// Its id in the lab.
  public var id: CandidateID
  /// The candidates that it was made of.
  public var parents: [CandidateID]
  /// Its harness.
  public var harness: Harness
  /// What was believed of its edits.
  public var hypotheses: [Hypothesis]
  /// What the gates said.
  public var verdicts: [PoolLine.Verdict]
  /// How it stands: `incumbent`, `adopted`, `refused`, …
  public var state: String

  /// A candidate.
  public init(
    id: CandidateID, parents: [CandidateID] = [], harness: Harness, hypotheses: [Hypothesis] = [],
    verdicts: [PoolLine.Verdict] = [], state: String
  ) {
    self.id = id
    self.parents = parents
    self.harness = harness
    self.hypotheses = hypotheses
    self.verdicts = verdicts
    self.state = state
  }
}

/// How well the predictions of one author about one kind of component came true.
public struct CalibrationLine: Sendable, Hashable {
  /// The author.
  public var author: String
  /// The kind of component: `prompt`, `tool`, `skill`, `limit`, …
  public var kind: String
  /// Edits that were scored.
  public var edits: Int
  /// The mean squared error of the predicted fixes and risks, from 0 to 1.
  public var brier: Double?
  /// The mean gain that was predicted.
  public var predicted: Double?
  /// The mean gain on dev that came.
  public var observed: Double?

  /// A line.
  public init(
    author: String, kind: String, edits: Int, brier: Double?, predicted: Double?, observed: Double?
  ) {
    self.author = author
    self.kind = kind
    self.edits = edits
    self.brier = brier
    self.predicted = predicted
    self.observed = observed
  }
}

/// What came of asking a proposer.
public struct ProposalAnswer: Sendable {
  /// How the asking ended.
  public enum Ending: Sendable, Hashable {
    /// By itself.
    case done
    /// By a limit of its own: time, tokens, turns.
    case limit(String)
    /// Because its model did not answer any more.
    case providerFailed(String)
    /// Because the budget is spent: asking again is no use.
    case spent(String)
  }

  /// The edits, the author's best first.
  public var drafts: [Draft]
  /// What was handed in and not taken.
  public var refused: [RefusedDraft]
  /// What it took.
  public var spending: Spending
  /// How it ended.
  public var ending: Ending
  /// One line for people; may hold untrusted text.
  public var note: String
  /// What is kept of how it came about: exit code, output; decides nothing.
  public var record: JSON

  /// An answer.
  public init(
    drafts: [Draft] = [], refused: [RefusedDraft] = [], spending: Spending = Spending(),
    ending: Ending = .done, note: String = "", record: JSON = .null
  ) {
    self.drafts = drafts
    self.refused = refused
    self.spending = spending
    self.ending = ending
    self.note = note
    self.record = record
  }
}

/// One edit that was proposed and taken: inside the surface, and valid on the base.
public struct Draft: Sendable, Hashable {
  /// Who proposed it.
  public var author: String
  /// What it changes.
  public var patch: ComponentPatch
  /// The knobs that it sets, when it does nothing else.
  public var levels: [KnobLevel]
  /// What its author believes of it.
  public var hypothesis: Hypothesis
  /// What it is, in one line; may hold untrusted text.
  public var summary: String
  /// How many proposers came to it by themselves: a prior, never evidence.
  public var support: Int

  /// A draft.
  public init(
    author: String, patch: ComponentPatch, levels: [KnobLevel] = [], hypothesis: Hypothesis,
    summary: String, support: Int = 1
  ) {
    self.author = author
    self.patch = patch
    self.levels = levels
    self.hypothesis = hypothesis
    self.summary = summary
    self.support = support
  }
}

/// Something that was handed in and not taken.
public struct RefusedDraft: Sendable, Hashable {
  /// What it was, in one line; may hold untrusted text.
  public var summary: String
  /// Why not.
  public var why: String

  /// A refusal.
  public init(summary: String, why: String) {
    self.summary = summary
    self.why = why
  }
}
