internal import Base
internal import Climb
internal import Components
internal import Console
internal import Evidence
internal import Experiment
internal import Facts
internal import Fleet
internal import Ledger
internal import Lessons
internal import MetaAgent
internal import Night
internal import NightReading
internal import Platform
internal import Proposers
internal import Suite
internal import Trial
internal import Workbench

/// Who fills the pool of a night, by the words of the experiment.
struct NightProposers: Sendable {
  private let proposers: [String: any Proposing]
  private let setup: NightSetup
  private let night: Night
  private let tasks: DevTasks
  private let ledger: LedgerReader
  private let clock: WallClock
  /// What earlier nights taught: the same from the first proposal to the last.
  private let lessons: [Lesson]
  /// The night as its pages show it, caught up with at each proposal.
  private let view = Locked<NightView?>(nil)

  // So many candidates that were raced are shown, the latest.
  private static let archived = 12
  // So many lessons are told, the most settled.
  private static let told = 30

  init(setup: NightSetup, session: TrialSession, night: Night) throws {
    self.setup = setup
    self.night = night
    tasks = try DevTasks(of: setup.suite)
    ledger = try session.lab.reader()
    clock = session.call.surroundings.clock
    lessons = try Lessons.carried(
      ledger, suite: setup.suite.digest,
      isRehearsal: try ledger.run(night.run).fact.rehearsal != nil, tasks: setup.rules.tasks,
      before: night.run, clock: clock)
    try ProposerPlace.sweep(session.lab.scratchPath)
    let models = session.place.models
    let shop = ProposerShop(
      models: models,
      place: ProposerPlace(
        provider: session.provider, system: night.bareLayers, scratch: session.lab.scratchPath,
        gateway: models?.proposerGateway), runtime: setup.experiment.proposerRuntime,
      file: setup.path)
    proposers = try shop.proposers(setup.experiment.proposers)
  }

  func propose(_ order: ProposalOrder, _ moment: Moment) async throws -> ProposalAnswer {
    let world = moment.world
    guard let proposer = proposers[order.proposer] else {
      throw BelayError(.internal, "no proposer is called \(order.proposer)")
    }
    let workshop = night.workshop
    // Trials have the numbers of their orders.
    let reader = EvidenceReader(ledger, tasks: tasks, runs: [night.run]) {
      world.restsOn(TrialID($0.fact.index))
    }
    var request = ProposalRequest(
      run: night.run, number: order.number, count: order.count,
      base: try await workshop.harness(of: world.edits(of: world.incumbent), in: world.pool),
      baseCandidate: world.assembled[world.incumbent]?.candidate, tasks: tasks,
      evidence: try evidence(for: proposer, world, reader), reader: reader,
      calibration: try calibration(by: moment.facts),
      lessons: lessons.prefix(Self.told).map(\.line),
      hints: world.hints,
      direction: setup.experiment.direction, seed: setup.rules.seed &+ UInt64(order.number))
    for entry in world.pool.entries {
      var line = PoolLine(
        entry, world, level: try await workshop.level(of: entry.id, in: world.pool))
      line.effectDigest = try await workshop.patch(of: entry.id, in: world.pool).effect.hex
      request.pool.append(line)
    }
    let raced = world.races.suffix(Self.archived).map(\.opening.candidate)
    for id in Set(raced + [Self.baseline, world.incumbent]).sorted() {
      if let one = try await archived(id, world) { request.archive.append(one) }
    }
    return try await proposer.propose(request)
  }

  private static let baseline = CandidateID(1)

  private func calibration(by facts: Int) throws -> [CalibrationLine] {
    try view.withLock { view in
      if let known = view, known.fold.count <= facts {
        _ = try view?.catchUp(ledger, through: facts, clock: clock)
      } else {
        view = try NightView.read(ledger, run: night.run, through: facts, clock: clock)
      }
      return Calibration.byKind(view?.edits ?? []).filter { $0.checked > 0 || $0.gainSeen != nil }
        .map {
          CalibrationLine(
            author: $0.author, kind: $0.kind ?? "", edits: $0.edits, brier: $0.brier,
            predicted: $0.gainForetold, observed: $0.gainSeen)
        }
    }
  }

  /// A rehearsal is the same night again when it is repeated or gone on with: its meta-agent sees what does
  /// not depend on which trials are done by now.
  private func evidence(for proposer: any Proposing, _ world: World, _ reader: EvidenceReader)
    throws
    -> EvidencePack
  {
    guard proposer is RehearsalProposer else {
      return try reader.pack(base: world.assembled[world.incumbent]?.candidate)
    }
    let baseline = world.assembled[Self.baseline]?.candidate
    // The pilot's trials come first.
    let pilot = world.rules.pilotTrials * world.rules.count(.dev)
    return try reader.pack(base: baseline) {
      $0.fact.candidate == baseline && $0.fact.index <= pilot
    }
  }

  private func archived(_ id: CandidateID, _ world: World) async throws -> ArchivedCandidate? {
    guard let lab = world.assembled[id]?.candidate else { return nil }
    let edits = world.edits(of: id)
    let race = world.races.last { $0.opening.candidate == id }
    // Every candidate is the baseline with some edits: that is where two of them part.
    let parent = id == Self.baseline ? nil : world.assembled[Self.baseline]?.candidate
    return ArchivedCandidate(
      id: lab, parents: parent.map { [$0] } ?? [],
      harness: try await night.workshop.harness(of: edits, in: world.pool),
      hypotheses: edits.compactMap { world.pool.entry($0)?.proposal.hypothesis },
      verdicts: (race?.verdicts ?? []).map { PoolLine.Verdict($0) },
      state: id == world.incumbent ? "incumbent" : race?.state.word ?? "baseline")
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
