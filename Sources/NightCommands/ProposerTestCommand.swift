internal import Base
internal import Climb
internal import Console
internal import Evidence
internal import Experiment
internal import Facts
internal import Fleet
internal import Harness
internal import Layout
internal import Ledger
internal import Metering
internal import Night
internal import Proposers
internal import Sandbox
internal import Suite
internal import Trial
internal import Workbench

/// Asks one proposer once, as a night would, and shows what would come into the pool.
enum ProposerTestCommand {
  static let proposer = Argument(
    .text("PROPOSER"), "model, knobs, merge, rehearsal, or command:LINE")
  static let experiment = Argument(
    .path("EXPERIMENT"), "An experiment.toml, or the folder of one")
  static let count = Option(
    "count", .whole("N", 1...100), default: 3, "How many edits are asked for")
  static let seed = Option("seed", .whole("S", 0...Int.max), default: 1, "Where chance starts")

  static let command = Command(
    "test", in: .run, "Ask one proposer once, without a night, and show what it hands in",
    discussion: """
      It gets the experiment's harness, the suite's dev tasks and what this lab has recorded of them, just as \
      in a night. Nothing is tried and nothing is recorded; models are paid for.
      """,
    takes: [
      proposer, experiment, count, seed, TrialFlags.provider, ModelFlags.model, ModelsWord.file,
      ModelFlags.budgetUSD, ModelFlags.budgetTokens,
    ],
    examples: [
      Example("belay proposer test rehearsal my/experiment.toml", "what a simulated one thinks of"),
      Example("belay proposer test 'command:python3 /runtime/propose.py' my", "a script of yours"),
    ],
    output: .job("proposer-test", compact: ["edits", "ending", "note"])
  ) { call in
    let plan = try Experiment.load(call[experiment])
    let suite = try Suite.load(plan.suite)
    let session = try await TrialSession.open(
      call, suite: suite, provider: call[TrialFlags.provider], createLab: true)
    return try await session.closing {
      try await ask(call, plan, suite, session)
      return .ok
    }
  }

  private static func ask(
    _ call: Call, _ plan: Experiment, _ suite: Suite, _ session: TrialSession
  ) async throws {
    let opened = try ModelFlags.open(
      call, trialsOf: nil, proposers: [call[proposer]], aliases: plan.models,
      limits: BudgetLimits(
        run: Caps(usd: call[ModelFlags.budgetUSD], tokens: call[ModelFlags.budgetTokens])),
      suite: suite, lab: session.lab, ledger: session.ledger, hold: Hold())
    let session = session.serving(opened)
    let preparation = try Preparation(
      scratch: session.lab.scratchPath, provider: session.provider, fingerprint: "proposers",
      host: [:], owner: session.provider.layerOwner)
    let shop = ProposerShop(
      models: opened.models,
      place: ProposerPlace(
        provider: session.provider, system: preparation.bareLayers,
        scratch: session.lab.scratchPath, gateway: opened.models.proposerGateway),
      runtime: plan.proposerRuntime, file: call[experiment])
    let tasks = try DevTasks(of: suite)
    let ledger = try session.lab.reader()
    let runs = try ledger.runs().filter { $0.fact.suite == suite.digest }.map(\.id)
    let reader = EvidenceReader(ledger, tasks: tasks, runs: runs)
    let proposer = try shop.proposer(call[Self.proposer])
    call.output.progress("asking \(proposer.name)")
    let answer = try await proposer.propose(
      ProposalRequest(
        count: call[count], base: try Harness.load(plan.harness), tasks: tasks,
        evidence: try reader.pack(base: nil), reader: reader, direction: plan.direction,
        seed: UInt64(call[seed])))
    call.output.endProgress()
    let page = ProposerTestPage(answer)
    try call.output.done(success: !answer.drafts.isEmpty, page.fields) { page.text(width: $0) }
  }
}
