internal import Base
internal import Climb
internal import Evidence
internal import Experiment
internal import Fleet
internal import Ledger
internal import MetaAgent
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

  // So many candidates that were raced are shown, the latest.
  private static let archived = 12

  init(setup: NightSetup, session: TrialSession, night: Night) throws {
    self.setup = setup
    self.night = night
    tasks = try DevTasks(of: setup.suite)
    reader = EvidenceReader(try session.lab.reader(), tasks: tasks, runs: [night.run])
    var proposers: [String: any Proposing] = [:]
    let words = setup.experiment.proposers
    for word in words where word != "panel" {
      proposers[word] = try Self.proposer(word, setup, session, night)
    }
    if words.contains("panel") {
      let members = words.compactMap { proposers[$0] }
      guard members.count > 1 else {
        throw BelayError(
          .usage, "a panel needs two proposers or more beside it", place: setup.path)
      }
      proposers["panel"] = PanelProposer(members)
    }
    self.proposers = proposers
  }

  private static func proposer(
    _ word: String, _ setup: NightSetup, _ session: TrialSession, _ night: Night
  ) throws -> any Proposing {
    let model = setup.experiment.models["propose"]
    let models = session.place.models
    switch word {
    case "rehearsal": return RehearsalProposer()
    case "knobs": return KnobProposer()
    case "merge": return MergeProposer()
    case "model" where model?.provider == "rehearsal": return RehearsalProposer()
    case "model":
      guard let model, let models else {
        throw BelayError(
          .usage, "the proposer 'model' needs a model", place: setup.path,
          hint: "[models] propose = \"PROVIDER/MODEL\"")
      }
      return ModelProposer(model, asking: models.asking)
    default:
      return CommandProposer(
        String(word.dropFirst("command:".count)), name: word,
        in: ProposerPlace(
          provider: session.provider, system: night.bareLayers,
          scratch: session.lab.scratchPath, gateway: models?.gateway))
    }
  }

  func propose(_ order: ProposalOrder, _ world: World) async throws -> ProposalAnswer {
    guard let proposer = proposers[order.proposer] else {
      throw BelayError(.internal, "no proposer is called \(order.proposer)")
    }
    let workshop = night.workshop
    let candidate = world.assembled[world.incumbent]?.candidate
    var request = ProposalRequest(
      run: night.run, number: order.number, count: order.count,
      base: try await workshop.harness(of: world.edits(of: world.incumbent), in: world.pool),
      baseCandidate: candidate, tasks: tasks, evidence: try reader.pack(base: candidate),
      reader: reader, hints: world.hints, direction: setup.experiment.direction,
      seed: setup.rules.seed &+ UInt64(order.number))
    for entry in world.pool.entries {
      request.pool.append(
        PoolLine(entry, world, level: try await workshop.level(of: entry.id, in: world.pool)))
    }
    for race in world.races.suffix(Self.archived) {
      if let one = try await archived(race, world) { request.archive.append(one) }
    }
    return try await proposer.propose(request)
  }

  private func archived(_ race: RaceRecord, _ world: World) async throws -> ArchivedCandidate? {
    let opening = race.opening
    guard let id = world.assembled[opening.candidate]?.candidate else { return nil }
    return ArchivedCandidate(
      id: id, parents: world.assembled[opening.control].map { [$0.candidate] } ?? [],
      harness: try await night.workshop.harness(of: opening.edits, in: world.pool),
      hypotheses: opening.edits.compactMap { world.pool.entry($0)?.proposal.hypothesis },
      verdicts: race.verdicts.map { PoolLine.Verdict($0) }, state: race.state.word)
  }
}

extension PoolLine {
  /// What a proposer may know of an edit: words, and effects on dev tasks alone.
  init(_ entry: PoolEntry, _ world: World, level: String?) {
    let edit = entry.proposal.edit
    let belief = entry.trials > 0 ? world.belief(of: entry.id) : nil
    self.init(
      id: "\(entry.id)", author: entry.proposal.author, components: edit.components,
      summary: entry.proposal.summary, mechanism: entry.proposal.hypothesis.mechanism,
      state: world.isAdopted(entry.id) ? "adopted" : entry.state.rawValue,
      verdicts: entry.verdicts.map { Verdict($0) }, effect: belief?.effect,
      error: belief?.error, level: level)
  }
}

extension PoolLine.Verdict {
  fileprivate init(_ verdict: GateVerdict) {
    self.init(gate: verdict.gate, word: Word(rawValue: verdict.word.rawValue) ?? .undecided)
  }
}

extension RaceRecord.State {
  /// All that a proposer learns of a race.
  fileprivate var word: String {
    switch self {
    case .open, .inspected, .waiting: "under way"
    case .adopted: "promoted"
    case .refused(.crashed): "crashed"
    case .refused(.inspection): "blocked"
    case .refused: "not better"
    case .rolledBack: "rolled back"
    }
  }
}
