internal import Base
internal import Climb
internal import Evidence
internal import Experiment
internal import Fleet
internal import Ledger
internal import Model
internal import Night
internal import Proposers
internal import Trial

/// Who fills the pool of a night, by the words of the experiment.
struct NightProposers: Sendable {
  private let proposers: [String: any Proposing]
  private let setup: NightSetup
  private let night: Night
  private let tasks: DevTasks
  private let reader: EvidenceReader

  init(setup: NightSetup, session: TrialSession, night: Night) throws {
    self.setup = setup
    self.night = night
    tasks = try DevTasks(of: setup.suite)
    reader = EvidenceReader(try session.lab.reader(), tasks: tasks, runs: [night.run])
    var proposers: [String: any Proposing] = [:]
    for word in setup.experiment.proposers {
      guard word.hasPrefix("command:") else {
        proposers[word] = try Self.builtIn(word, setup)
        continue
      }
      proposers[word] = CommandProposer(
        String(word.dropFirst("command:".count)), name: word,
        in: ProposerPlace(
          provider: session.provider, system: night.bareLayers,
          scratch: session.lab.scratchPath, gateway: session.place.models?.gateway))
    }
    self.proposers = proposers
  }

  private static func builtIn(_ word: String, _ setup: NightSetup) throws(BelayError)
    -> any Proposing
  {
    let isSimulated = setup.experiment.models["propose"]?.provider == "rehearsal"
    switch word {
    case "rehearsal": return RehearsalProposer()
    case "model" where isSimulated: return RehearsalProposer()
    default:
      throw BelayError(.usage, "the proposer '\(word)' is not in this version", place: setup.path)
    }
  }

  func propose(_ order: ProposalOrder, _ world: World) async throws -> ProposalAnswer {
    guard let proposer = proposers[order.proposer] else {
      throw BelayError(.internal, "no proposer is called \(order.proposer)")
    }
    let base = try await night.workshop.harness(
      of: world.edits(of: world.incumbent), in: world.pool)
    let candidate = world.assembled[world.incumbent]?.candidate
    var request = ProposalRequest(
      run: night.run, number: order.number, count: order.count, base: base,
      baseCandidate: candidate, tasks: tasks, evidence: try reader.pack(base: candidate),
      reader: reader, pool: world.pool.entries.map { PoolLine($0, world) },
      hints: world.hints, direction: setup.experiment.direction,
      seed: setup.rules.seed &+ UInt64(order.number))
    request.lessons = []
    return try await proposer.propose(request)
  }
}

extension PoolLine {
  /// What a proposer may know of an edit: words, and effects on dev tasks alone.
  init(_ entry: PoolEntry, _ world: World) {
    let edit = entry.proposal.edit
    let belief = entry.trials > 0 ? world.belief(of: entry.id) : nil
    self.init(
      id: "\(entry.id)", author: entry.proposal.author, components: edit.components,
      summary: entry.proposal.summary, mechanism: entry.proposal.hypothesis.mechanism,
      state: world.isAdopted(entry.id) ? "adopted" : entry.state.rawValue,
      verdicts: entry.verdicts.map {
        Verdict(gate: $0.gate, word: Verdict.Word(rawValue: $0.word.rawValue) ?? .undecided)
      }, effect: belief?.effect, error: belief?.error)
  }
}
