package import Base
internal import Brain
package import Console
package import Facts
package import Fleet
internal import Gateway
package import Harness
internal import Http
internal import Layout
package import Ledger
package import Model
internal import Platform
package import Sandbox
package import Suite
internal import Trial

/// What `eval` and `suite audit` share: a lab open for writing, a sandbox, and a run that can be watched
/// and stopped.
package struct TrialSession {
  package let lab: Lab
  package let call: Call
  package let ledger: Ledger
  package private(set) var place: Evaluation.Place
  package let provider: any SandboxProvider
  // An audit is several runs: what is true of all of them is said once.
  private let said = Locked<Set<String>>([])
  private let server = Locked<HTTPServer?>(nil)

  /// Opens the lab and the sandbox; refuses before anything is run where one of them cannot be had.
  package static func open(_ call: Call, suite: Suite, provider word: String, createLab: Bool)
    async throws
    -> TrialSession
  {
    // The first word comes before anything that takes time.
    try call.output.event(
      "check",
      [
        "suite": .string(suite.name), "tasks": .int(suite.tasks.count),
        "invalid": .int(suite.invalid.count),
      ])
    call.output.progress("checking the sandbox and what the suite needs")
    for invalid in suite.invalid {
      call.output.warn("\(invalid.name) is not run: \(invalid.reason)")
    }
    let lab = try LabWord.resolve(call, create: createLab)
    for (what, path) in [("suite", suite.folder), ("lab", lab.path)] where path.hasPrefix("/usr/") {
      throw BelayError(
        .sandbox, "the \(what) lies under /usr, which every agent can read", place: path,
        hint: "keep suites and labs elsewhere, for example in your home")
    }
    let provider = try await SandboxWord.provider(word, lab: lab)
    // What a killed run left of itself goes before another one measures itself against it.
    let swept = await SandboxSweep().run()
    if swept.killed > 0 || swept.removed > 0 {
      call.output.detail("removed what a killed run left: \(swept.removed) control groups")
    }
    let report = await provider.probe()
    guard report.usable else {
      throw BelayError(
        .sandbox,
        "no sandbox: "
          + report.properties.filter { $0.mandatory && $0.state == .missing }
          .map { "\($0.name) (\($0.detail))" }.joined(separator: "; "), place: provider.name,
        hint: "belay doctor")
    }
    let host = await HostFingerprint.read(suite.requires)
    // What a suite requires of the host, tasks in images bring themselves.
    let unmet = provider.name == "process" ? host.unmet(suite.requires) : []
    guard unmet.isEmpty else {
      throw BelayError(
        .sandbox, "the suite needs programs: \(unmet.joined(separator: "; "))",
        place: suite.folder, hint: "install them, for example with apt-get install")
    }
    let ledger = try await lab.open()
    return TrialSession(
      lab: lab, call: call, ledger: ledger,
      place: Evaluation.Place(
        lab: lab, ledger: ledger, provider: provider, host: host,
        variables: call.surroundings.environment, owner: provider.layerOwner),
      provider: provider)
  }

  /// Runs `body` and closes the lab behind it.
  package func closing<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      let result = try await body()
      await server.withLock { $0 }?.stop()
      provider.shutDown()
      try await ledger.close()
      return result
    } catch {
      await server.withLock { $0 }?.stop()
      provider.shutDown()
      try? await ledger.close()
      throw error
    }
  }

  /// The same session with what its harness needs of models, as the flags say, or else `models`.
  package func serving(_ harness: Harness, suite: Suite, models: [String: ModelName] = [:]) throws
    -> TrialSession
  {
    guard
      let opened = try ModelFlags.open(
        call, for: harness, usual: models, suite: suite, lab: lab, ledger: ledger)
    else { return self }
    var session = self
    server.withLock { $0 = opened.server }
    session.place.models = opened.models
    return session
  }

  /// The same session with the models of a night.
  package func serving(_ opened: ModelFlags.Opened) -> TrialSession {
    var session = self
    server.withLock { $0 = opened.server }
    session.place.models = opened.models
    return session
  }

  /// A way to the hosts that tasks allow, where one is needed and there is none yet.
  private func leading(_ request: EvaluationRequest) throws -> Evaluation.Place {
    let asks = request.tasks.contains { $0.demands.contains { $0.kind == .allowlist } }
    guard asks, !request.ignoresNetwork, place.models == nil else { return place }
    var place = place
    let server = try HTTPServer()
    self.server.withLock { $0 = server }
    place.models = .none(Gateway(server: server))
    return place
  }

  /// Refuses tasks that this sandbox cannot hold, all of them by name, before anything is run.
  package func refuse(_ selection: TaskSelection, harness: Harness, ignoringNetwork: Bool)
    throws(BelayError)
  {
    try refuseWithoutModels(harness)
    var refused: [String] = []
    var kinds: Set<Demand.Kind> = []
    for task in selection.tasks {
      if let reason = refusal(task, ignoringNetwork: ignoringNetwork) {
        refused.append("\(task.name): \(reason)")
        kinds.formUnion(task.demands.filter { !$0.isMet(by: provider) }.map(\.kind))
      } else if harness.kind == .oracle, !task.hasSolution {
        refused.append("\(task.name): there is no solution to run")
      }
    }
    guard refused.isEmpty else {
      throw BelayError(
        .sandbox,
        "\(refused.count) of \(Figure.plural(selection.tasks.count, "task")) cannot run in the "
          + "\(provider.name) sandbox here:\n  " + refused.prefix(20).joined(separator: "\n  ")
          + (refused.count > 20 ? "\n  …" : ""),
        place: selection.suite.folder,
        hint: advice(selection.tasks, kinds, ignoringNetwork: ignoringNetwork))
    }
  }

  /// Refuses a harness that asks models which nobody answers for.
  private func refuseWithoutModels(_ harness: Harness) throws(BelayError) {
    guard let native = harness.native else { return }
    let known = place.models.map { Set($0.roster.aliases.keys) } ?? []
    let missing = Set(native.orchestration.steps.flatMap(\.models)).subtracting(known).sorted()
    guard let first = missing.first else { return }
    throw BelayError(
      .usage, "no model was given for the alias '\(first)'", place: harness.name,
      hint: first == "task" ? "--model PROVIDER/MODEL" : "--model \(first)=PROVIDER/MODEL")
  }

  private func advice(_ tasks: [Task], _ kinds: Set<Demand.Kind>, ignoringNetwork: Bool) -> String {
    var ways = ["leave them out with --tasks"]
    let unset = Set(tasks.flatMap(\.hostVariables)).sorted()
      .filter { call.surroundings.environment[$0] == nil }
    if let first = unset.first { ways.append("export \(first.printable())=…") }
    if kinds.contains(where: \.isNetwork), !ignoringNetwork {
      ways.append("run them without a network with --network none")
    }
    if !kinds.isDisjoint(with: [.image, .build, .users, .network]) {
      ways.append("use --sandbox container")
    }
    return ways.joined(separator: ", or ")
  }

  /// Why this sandbox or this host cannot hold a task; nil when they can.
  package func refusal(_ task: Task, ignoringNetwork: Bool) -> String? {
    let missing = task.demands.filter { demand in
      !(ignoringNetwork && demand.kind.isNetwork) && !demand.isMet(by: provider)
    }
    let reasons =
      missing.map(\.description)
      + Preparation.unmet(task, host: call.surroundings.environment)
    return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
  }

  /// How a run ended.
  package struct Ended {
    package let run: RunID
    package let code: ExitCode
  }

  /// Runs a request to its end, with progress for people and records for programs.
  package func run(_ request: EvaluationRequest, resume: Bool) async throws -> Ended {
    let stop = StopSignal()
    let signals = listening(stop)
    defer { signals.cancel() }
    let evaluation = try await Evaluation.begin(request, in: leading(request), resume: resume) {
      done, of in
      call.output.progress("preparing tasks \(done)/\(of)")
    }
    if evaluation.hands < request.slots {
      let fewer =
        evaluation.slots < request.slots
        ? "\(Figure.plural(evaluation.slots, "slot")) instead of \(request.slots)"
        : "at most \(evaluation.hands) with a sandbox at once for \(request.slots) slots"
      once(
        "\(fewer): a trial of "
          + "\(evaluation.largest.task.printable()) may hold "
          + "\(Figure.bytes(evaluation.largest.bytes)) of memory and files, and this machine has "
          + "\(Figure.bytes(Machine.memoryBytes))"
      ) { call.output.note($0) }
    }
    try call.output.event(
      "launch",
      [
        "run": .string("\(evaluation.run)"), "type": .string(request.type.rawValue),
        "candidate": .string("\(evaluation.candidate)"),
        "lab": .string(lab.path), "pid": .int(Int(ProcessIdentity.pid)),
        "trials": .int(evaluation.plan.count), "remaining": .int(evaluation.plan.remaining),
        "slots": .int(evaluation.slots),
      ])
    let watcher = RunWatcher(evaluation, output: call.output, clock: call.surroundings.clock) {
      once($0) { call.output.warn($0) }
    }
    do {
      try await evaluation.go(stop: stop) { await watcher.see($0) }
    } catch {
      try await end(evaluation.run, .failed, reason: "\(error)")
      throw error
    }
    call.output.endProgress()
    let complete = watcher.isComplete
    try await end(evaluation.run, complete ? .done : .interrupted, reason: nil)
    return Ended(run: evaluation.run, code: complete ? .ok : ExitCode(.interrupted))
  }

  /// Turns signals into stages of stopping until it is cancelled.
  package func listening(_ stop: StopSignal) -> _Concurrency.Task<Void, Never> {
    _Concurrency.Task {
      for await signal in InterruptSignals.stream() {
        switch stop.ask() {
        case .draining:
          call.output.warn("finishing what runs; once more to stop now (signal \(signal))")
        default: call.output.warn("stopping now; what was recorded is kept")
        }
      }
    }
  }

  private func once(_ text: String, _ say: (String) -> Void) {
    if said.withLock({ $0.insert(text).inserted }) { say(text) }
  }

  package func end(_ run: RunID, _ ending: RunEnding, reason: String?) async throws {
    try await ledger.end(
      RunEndFact(
        run: run, at: call.surroundings.clock.now, ending: ending,
        summary: reason.map { ["reason": .string($0)] } ?? [:]))
  }
}
