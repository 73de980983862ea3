internal import Base
internal import Climb
internal import Evidence
internal import Harness
internal import Interchange
internal import Platform
internal import Sandbox
internal import Trial

/// Any program or coding agent as a proposer: it is given a folder, and what counts is what it made of it.
///
/// It runs in a sandbox with no file of the host, no key, and no network but the gateway. Its exit code and
/// what it prints are kept and decide nothing.
public struct CommandProposer: Proposing {
  /// What it may take.
  public struct Limits: Sendable, Hashable {
    /// Wall clock.
    public var wall = Duration.seconds(1_800)
    /// Tokens that it may read; nil leaves it to the budget of the role.
    public var inputTokens: Int?
    /// Tokens that it may have written; nil leaves it to the budget of the role.
    public var outputTokens: Int?

    /// Half an hour, and what the role's budget allows.
    public init() {}
  }

  /// `command:` and the program's name, or the name that it was given.
  public let name: String
  /// What is run, as a line for the shell.
  public let command: String
  /// A prepared folder that it sees at `/runtime`, with programs of its own.
  public let runtime: String?
  /// Variables of its own, besides what it is told of the gateway.
  public let variables: [String: String]
  private let place: ProposerPlace
  private let limits: Limits

  /// A program in a place.
  public init(
    _ command: String, name: String? = nil, runtime: String? = nil,
    variables: [String: String] = [:], in place: ProposerPlace, limits: Limits = Limits()
  ) {
    self.command = command
    self.name = name ?? "command:\(Self.program(command))"
    self.runtime = runtime
    self.variables = variables
    self.place = place
    self.limits = limits
  }

  /// The first word's last part, without variables before it.
  private static func program(_ command: String) -> String {
    let words = command.split(separator: " ").drop { $0.contains("=") }
    return words.first.map { Path.last(String($0)) } ?? "program"
  }

  /// Runs it once.
  public func propose(_ request: ProposalRequest) async throws -> ProposalAnswer {
    let folder = place.workFolder()
    defer { try? Files.removeTree(folder) }
    let work = WorkFolder(request: request)
    let layer = Path.join(folder, "work")
    try await BlockingWork.run { [place] in
      try work.write(to: layer)
      try WorkFolder.write(request.tasks, to: layer)
      for below in ["run/belay", "root"] { try Files.makeDirectory(Path.join(layer, below)) }
      if let owner = place.provider.layerOwner { try Files.changeOwner(layer, to: owner) }
    }
    let slot = ProposerSlots.take()
    defer { ProposerSlots.giveBack(slot) }
    let box = try await place.provider.start(
      SandboxSpec(
        slot: place.slot + slot, layers: [layer] + place.system,
        limits: place.limits, hostname: "proposer"))
    do {
      let run = try await run(request, work, in: box)
      let returned = try await Returned.collect(from: try await box.root())
      await box.stop()
      return try answer(request, run, returned)
    } catch {
      await box.stop()
      throw error
    }
  }

  private struct Run {
    let result: CommandResult
    let report: ModelLeaseReport?
  }

  private func run(_ request: ProposalRequest, _ work: WorkFolder, in box: any SandboxBox)
    async throws -> Run
  {
    var phase = PhaseSpec()
    if let runtime { phase.binds.append(SandboxBind(runtime, at: "/runtime")) }
    let brief = Array(work.brief.utf8)
    guard let gateway = place.gateway, let port = gateway.modelPort else {
      try await box.begin(phase)
      let result = try await box.run(command([:], request, brief))
      _ = try await box.end()
      return Run(result: result, report: nil)
    }
    phase.listens.append(port)
    try await box.begin(phase)
    let lease = try await gateway.lease(
      ModelVisit(
        proposal: request.number, run: request.run, author: name, seed: request.seed,
        limits: tokens), on: box.listener(port))
    do {
      let result = try await box.run(command(lease.variables, request, brief))
      _ = try await box.end()
      return Run(result: result, report: await lease.close())
    } catch {
      _ = await lease.close()
      throw error
    }
  }

  private var tokens: HarnessLimits {
    var limits = HarnessLimits()
    limits.inputTokens = self.limits.inputTokens
    limits.outputTokens = self.limits.outputTokens
    return limits
  }

  private func command(
    _ models: [String: String], _ request: ProposalRequest, _ brief: [UInt8]
  ) -> CommandSpec {
    var environment = [
      "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
      "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash", "LANG": "C.UTF-8", "TERM": "dumb",
      "BELAY_WORKDIR": WorkFolder.place, "BELAY_BRIEF": "\(WorkFolder.place)/BRIEF.md",
      "BELAY_SEED": "\(request.seed)", "BELAY_COUNT": "\(request.count)",
    ]
    environment.merge(models) { $1 }
    environment.merge(variables) { $1 }
    return CommandSpec(
      ["/bin/bash", "-c", command], environment: environment, directory: WorkFolder.place,
      wall: limits.wall, atLimit: .endsPhase, input: brief, headBytes: 16 << 10,
      tailBytes: 16 << 10)
  }

  private func answer(_ request: ProposalRequest, _ run: Run, _ returned: Returned) throws
    -> ProposalAnswer
  {
    var intake = try Intake(request, author: name)
    returned.hand(over: request.base, to: &intake)
    var answer = ProposalAnswer(drafts: intake.drafts, refused: intake.refused)
    if let usage = run.report?.usage {
      let tokens = [usage.input, usage.output].compactMap(\.self).reduce(0, +)
      answer.spending = Spending(costUSD: usage.costUSD, tokens: tokens)
    }
    switch (run.report?.trouble, run.result.ending) {
    case (.runSpent(let reason), _): answer.ending = .spent(reason)
    case (.providerFailed(let reason), _): answer.ending = .providerFailed(reason)
    case (.limit(_, let reason), _): answer.ending = .limit(reason)
    case (nil, .timedOut), (nil, .phaseEnded): answer.ending = .limit("its time is over")
    case (nil, _): answer.ending = .done
    }
    answer.note =
      "\(EvidencePage.count(answer.drafts.count, "edit")), \(run.result.ending)"
      + (answer.refused.first.map { "; not taken: \($0.why)" } ?? "")
    answer.record = [
      "command": .string(command), "ending": .string("\(run.result.ending)"),
      "wall_ms": .int(Int(run.result.wall / .milliseconds(1))),
      "output": .string(run.result.output.text), "calls": .optional(run.report?.calls),
    ]
    return answer
  }
}
