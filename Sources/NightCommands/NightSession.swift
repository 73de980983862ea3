internal import Base
internal import Climb
internal import Console
internal import Experiment
internal import Facts
internal import Fleet
internal import Harness
internal import Layout
internal import Ledger
internal import Metering
internal import Model
internal import Night
internal import NightPages
internal import NightReading
internal import Notices
internal import Platform
internal import Suite
internal import Trial
internal import Workbench

/// One night from its checks to its last word.
struct NightSession {
  let setup: NightSetup
  let call: Call
  let session: TrialSession
  private let models = ModelNews()

  private static let longNight = 50_000

  init(setup: NightSetup, call: Call, session: TrialSession) {
    self.setup = setup
    self.call = call
    self.session = session
  }

  func run() async throws -> ExitCode {
    let hold = Hold()
    let stop = setup.experiment.stop
    let opened = try ModelFlags.open(
      call, trialsOf: setup.harness, proposers: setup.experiment.proposers,
      aliases: setup.experiment.models,
      limits: BudgetLimits(
        run: Caps(usd: stop.costUSD, tokens: stop.tokens),
        trial: Caps(usd: setup.harness.limits.costUSD)),
      suite: setup.suite, lab: session.lab, ledger: session.ledger, hold: hold,
      told: { models.see($0) })
    let session = session.serving(opened)
    let selection = try TaskSelection(
      suite: setup.suite, split: "all", globs: [], opensVault: true)
    try session.refuse(selection, harness: setup.harness, ignoringNetwork: false)
    let twins =
      setup.hasTwins ? try SuiteTwins.make(of: setup.suite, in: session.lab) : nil
    defer { twins?.remove() }
    try setup.refuse(twins?.suite)
    let audit = try await audited(session, twins)
    if call[RunCommand.dryRun] {
      try call.output.done(success: true, ["checked": .bool(true), "audit": .string(audit)]) { _ in
        "everything is ready: \(audit)\n"
      }
      return .ok
    }
    return try await go(session, twins, hold)
  }

  private func audited(_ session: TrialSession, _ twins: SuiteTwins?) async throws -> String {
    guard !call[RunCommand.skipAudit] else { return "the suite was not put to the test" }
    let said = try await SuiteTrust(session: session, suite: setup.suite, call: call).check()
    // A twin that cannot be solved would look like a task that is known by heart.
    if let twins {
      _ = try await SuiteTrust(session: session, suite: twins.suite, call: call).check()
    }
    return said
  }

  private func go(_ session: TrialSession, _ twins: SuiteTwins?, _ hold: Hold) async throws
    -> ExitCode
  {
    let watcher = NightWatcher(output: call.output)
    var request = NightRequest(
      harness: setup.harness, suite: setup.suite, tasks: setup.tasks, rules: setup.rules,
      change: setup.change(call),
      settings: setup.settings(audited: !call[RunCommand.skipAudit], twins: twins?.suite),
      command: call.commandLine)
    request.twins = try twins?.tasks(of: setup.tasks) ?? []
    let night = try await Night.begin(
      request, in: session.place, resuming: setup.record, hold: hold,
      clock: call.surroundings.clock,
      progress: { done, of in call.output.progress("preparing tasks \(done)/\(of)") },
      told: { await watcher.see($0) })
    await watcher.know(await night.world.assembled)
    var notices: NightNotices?
    if let notify = setup.experiment.notify {
      notices = try await NightNotices(notify, of: night, setup, session)
    }
    await watcher.pass(to: notices, NightDrafts(setup, night, session))
    await notices?.begin()
    models.record(of: night.run, in: session.ledger, call.surroundings.clock, notices)
    let control = try NightControl(night.steering, lab: session.lab)
    try call.output.event(
      "launch",
      [
        "run": .string("\(night.run)"), "type": .string(RunType.night.rawValue),
        "lab": .string(session.lab.path),
        "pid": .int(Int(ProcessIdentity.pid)), "trials": .int(setup.rules.rollouts),
        "slots": .int(night.slots), "control": ["socket_path": .string(control.path)],
      ])
    let stop = StopSignal()
    let signals = session.listening(stop)
    defer { signals.cancel() }
    let isOver: Bool
    do {
      isOver = try await night.go(try parts(night, session), stop: stop)
    } catch {
      await control.close()
      try await session.end(night.run, .failed, reason: "\(error)")
      await notices?.end(
        Notice(
          .crashed, .error, "the night ended by an error: belay log \(night.run)",
          detail: ["error": .string("\(error)")], at: call.surroundings.clock.now))
      throw error
    }
    await control.close()
    call.output.endProgress()
    try await session.end(night.run, isOver ? .done : .interrupted, reason: nil)
    await notices?.end(isOver ? try lastWord(night.run, session) : nil)
    return try await finish(night, isOver)
  }

  // The same verdict as the page of the morning.
  private func lastWord(_ run: RunID, _ session: TrialSession) throws -> Notice {
    let clock = call.surroundings.clock
    let page = MorningPage(
      try NightView.read(session.lab.reader(), run: run, keeping: true, clock: clock))
    let verdict = page.items.first?["verdict"]["sentence"].string ?? ""
    return Notice(
      .done, .info, "\(run) is over. \(verdict)",
      detail: [
        "report": page.items.first ?? .null, "next": .array(page.hints.map { .string($0) }),
      ],
      at: clock.now)
  }

  private func parts(_ night: Night, _ session: TrialSession) throws -> NightParts {
    let proposers = try NightProposers(setup: setup, session: session, night: night)
    let checks = try NightChecks(setup: setup, session: session, night: night)
    return NightParts(
      propose: { try await proposers.propose($0, $1) },
      reflect: { try await checks.reflect($0, $1) },
      inspect: { try await checks.inspect($0, $1) })
  }

  private func finish(_ night: Night, _ isOver: Bool) async throws -> ExitCode {
    let world = await night.world
    var fields: [String: JSON] = [
      "run": .string("\(night.run)"), "adoptions": .int(world.adoptions),
      "trials": .int(world.rollouts),
    ]
    if let report = world.report { fields["report"] = try JSON.encoding(report) }
    let words = NightEnding(world: world, run: night.run, isOver: isOver)
    fields["verdict"] = .string(words.verdict)
    try call.output.done(success: isOver, fields) { _ in words.text }
    // The report is what is asked for next: after a long night its facts are gone through before anybody waits.
    if world.rollouts >= Self.longNight {
      _ = try? NightView.read(
        session.lab.reader(), run: night.run, keeping: true, clock: call.surroundings.clock)
    }
    return isOver ? .ok : ExitCode(.interrupted)
  }
}
