internal import Base
internal import Climb
internal import Console
internal import Experiment
internal import Facts
internal import Ledger
internal import Model
internal import Night
internal import NightLog
internal import NightReading
internal import Notices
internal import Platform
internal import Workbench

/// Tells the user's program what happens in a night, one thing after the other, and records what could not
/// be told.
actor NightNotices {
  private let origin: NoticeOrigin
  private let program: NoticeProgram
  private let ledger: Ledger
  private let output: Output
  private let clock: WallClock
  /// The ids in the lab of the night's candidates: those that people see.
  private let assembled: Locked<[CandidateID: CandidateID]>
  private var fold: NoticeFold
  private var latest: _Concurrency.Task<Void, Never>?
  private var ticking: _Concurrency.Task<Void, Never>?
  private var guardian: StreamSocket?

  init(_ notify: Notify, of night: Night, _ setup: NightSetup, _ session: TrialSession) async throws
  {
    let call = session.call
    let reader = try session.lab.reader()
    origin = NoticeOrigin(try reader.run(night.run), in: session.lab)
    program = NoticeProgram(
      notify, environment: call.surroundings.environment, folder: setup.experiment.folder)
    ledger = session.ledger
    output = call.output
    clock = call.surroundings.clock
    let names = Locked(await night.world.assembled.mapValues(\.candidate))
    assembled = names
    fold = NoticeFold(notify, startedAt: night.startedAt) { own in
      names.withLock { $0[own] }.map { "\($0)" } ?? "a candidate that was never put together"
    }
    for record in try reader.night(night.run) {
      fold.recall(try NightFold.fact(of: record), at: record.at)
    }
    guardian =
      notify.on.contains(.crashed) ? try Self.guardian(of: night.run, session, notify) : nil
  }

  /// A process that outlives this one: when its input ends and the night has not, it says so.
  private static func guardian(of run: RunID, _ session: TrialSession, _ notify: Notify) throws
    -> StreamSocket
  {
    let (own, far) = try StreamSocket.pair()
    _ = try Child.spawn(
      "/proc/self/exe", ["belay", "--lab", session.lab.path, "notify", "guard", "\(run)"],
      environment: NoticeProgram.visible(session.call.surroundings.environment, to: notify),
      folder: "/", ownSession: true,
      descriptors: [0: far.raw])
    return own
  }

  /// From now on the clock is looked at.
  func begin() {
    ticking = _Concurrency.Task {
      while !_Concurrency.Task.isCancelled {
        try? await _Concurrency.Task.sleep(for: .seconds(15))
        if !_Concurrency.Task.isCancelled { look() }
      }
    }
  }

  func see(_ news: NightNews) {
    guard case .fact(let fact, _) = news else { return }
    if case .assembled(let own, _, let lab) = fact { assembled.withLock { $0[own] = lab } }
    for notice in fold.see(fact, at: clock.now) { tell(notice) }
  }

  func model(_ name: ModelName, isDown: Bool, why: String) {
    for notice in fold.model("\(name)", isDown: isDown, why: why, at: clock.now) { tell(notice) }
  }

  /// The last word, and the end of what is being told.
  func end(_ notice: Notice?) async {
    ticking?.cancel()
    if let notice, fold.isAsked(for: notice.occasion) { tell(notice) }
    await latest?.value
    guardian = nil
  }

  private func look() {
    for notice in fold.look(at: clock.now) { tell(notice) }
  }

  private func tell(_ notice: Notice) {
    let before = latest
    latest = _Concurrency.Task {
      await before?.value
      guard let why = await program.tell(origin.json(of: notice)) else { return }
      let sentence = "nobody was told of '\(notice.occasion.rawValue)': \(why)"
      do {
        try await ledger.record(
          EventFact(
            run: origin.run, at: clock.now, kind: "notify_failed",
            detail: ["sentence": .string(sentence)]))
      } catch {
        output.warn("\(sentence); and that could not be recorded: \(error)")
      }
    }
  }
}

extension NoticeOrigin {
  /// A night as the lab knows it.
  init(_ run: RunRecord, in lab: Lab) {
    self.init(
      run: run.id, name: run.fact.settings["name"].string ?? run.suiteName, lab: lab.path,
      rehearsal: run.fact.rehearsal)
  }
}
