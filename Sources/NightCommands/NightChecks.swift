internal import Base
internal import Brain
internal import Climb
internal import Components
internal import Dialect
internal import Experiment
internal import Fleet
internal import Ledger
internal import Model
internal import Night
internal import Reflection
internal import Screens
internal import Suite
internal import Workbench

/// What looks at an edit before it is carried, and at a candidate's trials before it is adopted.
struct NightChecks: Sendable {
  private let setup: NightSetup
  private let night: Night
  private let screens: StaticScreens
  private let models: RunModels?
  private let lab: Lab

  // Duplicates are looked for among so many of the latest edits.
  private static let remembered = 400

  init(setup: NightSetup, session: TrialSession, night: Night) throws(BelayError) {
    self.setup = setup
    self.night = night
    models = session.place.models
    lab = session.lab
    screens = try StaticScreens(suite: setup.suite)
  }

  func reflect(_ entry: PoolEntry, _ world: World) async throws -> Reflected {
    let patch = try await night.workshop.patch(of: entry.id, in: world.pool)
    var known: [KnownEdit] = []
    for other in world.pool.entries.prefix(entry.id.number - 1).suffix(Self.remembered) {
      let its = try await night.workshop.patch(of: other.id, in: world.pool)
      known.append(
        KnownEdit(
          name: "\(other.id)", effect: its.effect, components: its.components,
          mechanism: other.proposal.hypothesis.mechanism))
    }
    // What it will be put on: the baseline with the edits that the incumbent carried when it was asked for.
    let base = try await night.workshop.harness(of: entry.carried, in: world.pool)
    var verdicts = try screens.verdicts(
      on: patch, base: base, baseline: night.workshop.baseline,
      mechanism: entry.proposal.hypothesis.mechanism, known: known)
    if verdicts.stopTheNight {
      _ = try? await night.steering.say(
        Steering(
          by: "belay",
          reason: "\(entry.id) holds text of tasks that no proposer can know: the sandbox leaks",
          order: .pause(hard: true)))
    }
    var spending = Spending(costUSD: 0, tokens: 0)
    // What is blocked already is not paid for again; a number means nothing to a judge.
    if !verdicts.block, let judge = judge(of: entry) {
      let judged = try await judge.verdict(on: patch, base: base)
      verdicts.append(judged.verdict)
      spending = judged.spending
    }
    return Reflected(verdicts: verdicts, prior: verdicts.prior, spending: spending)
  }

  private func judge(of entry: PoolEntry) -> Judge? {
    guard let models, let model = models.roster.aliases["judge"], !entry.proposal.edit.isNumber
    else { return nil }
    let run = night.run
    let proposer = models.roster.aliases["propose"].map { ["\($0)"] } ?? []
    let screens = screens
    return Judge(
      model: "\(model)", proposers: proposer + [entry.proposal.author],
      domain: setup.suite.description, isOfATask: { screens.knows($0) }
    ) { request in
      let answer = try await models.asking.ask(
        ModelCall(request, of: model, for: Purpose(.judge, run: run, lane: "judge \(entry.id)")))
      let usage = answer.reply.usage
      return (
        answer.reply.turn.text,
        Spending(
          costUSD: answer.costUSD, tokens: usage.map { ($0.input ?? 0) + ($0.output ?? 0) })
      )
    }
  }

  func inspect(_ candidate: CandidateID, _ world: World) async throws -> Reflected {
    let free = Spending(costUSD: 0, tokens: 0)
    guard let race = world.races.last(where: { $0.opening.candidate == candidate }),
      let evidence = race.evidence, let own = world.assembled[candidate]?.candidate,
      let control = world.assembled[race.opening.control]?.candidate
    else { return Reflected(verdicts: [], spending: free) }
    let inspection = NightInspection(reader: try lab.reader(), run: night.run)
    let harness = try await night.workshop.harness(of: race.opening.edits, in: world.pool)
    var verdicts = [
      try screens.verdict(onCandidate: harness, baseline: night.workshop.baseline)
    ]
    verdicts += try inspection.verdicts(on: own, against: control, by: evidence)
    if race.opening.question == .better {
      verdicts.append(Alarms.concentration(evidence.differences))
      if let gate = evidence.gate {
        verdicts.append(Alarms.trainOnly(dev: evidence.dev, gate: gate))
      }
    }
    return Reflected(verdicts: verdicts, spending: free)
  }
}
