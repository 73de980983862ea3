internal import Base
internal import Brain
package import Console
internal import Dialect
internal import Facts
package import Fleet
package import Gateway
package import Harness
internal import Http
package import Ledger
package import Metering
package import Model
package import Night
internal import Platform
internal import Rehearsal
package import Suite
internal import Trial

/// The one rule for the models of a run: which alias means which model, and what may be spent on them.
package enum ModelFlags {
  package static let model = Option(
    repeated: "model", .text("[ALIAS=]MODEL"),
    "Who answers for an alias (default: task): PROVIDER/MODEL, or an alias of the models file; may be"
      + " given several times")
  package static let budgetUSD = Option(
    "budget-usd", .number("DOLLARS", 0...1e9), "The most that the run's models may cost")
  package static let budgetTokens = Option(
    "budget-tokens", .whole("N", 1...Int.max), "The most tokens that the run's models may take")

  package static let all: [any Parameter] = [model, ModelsWord.file, budgetUSD, budgetTokens]

  /// What stands behind a run's models while it goes on.
  package struct Opened {
    package let models: RunModels
    let server: HTTPServer
  }

  /// Makes everything ready that a harness needs of models; nil when it needs none and none is named. What
  /// the flags say goes before what is `usual`.
  package static func open(
    _ call: Call, for harness: Harness, usual: [String: ModelName] = [:], suite: Suite, lab: Lab,
    ledger: Ledger
  ) throws -> Opened? {
    guard harness.kind == .program || harness.kind == .native else {
      guard call[model].isEmpty else {
        throw BelayError(
          .usage, "\(harness.name) asks no model", hint: "the same command without --model")
      }
      return nil
    }
    let setup = try ModelsWord.resolve(call, call[ModelsWord.file])
    let named = usual.merging(try named(call[model], setup.file)) { $1 }
    let all = setup.file.aliases.merging(named) { $1 }
    let aliases =
      harness.kind == .program ? reach(all, named: named) : ofTrials(all, of: [harness])
    if aliases.isEmpty, harness.kind == .program { return nil }
    let limits = BudgetLimits(
      run: Caps(usd: call[budgetUSD], tokens: call[budgetTokens]),
      trial: Caps(usd: harness.limits.costUSD))
    try check(Set(named.values), setup)
    return try open(
      call, aliases, served: aliases, setup, limits, suite: suite, lab: lab, ledger: ledger)
  }

  /// Makes everything ready that a night needs of models: its trials, if it has any, and those who propose and
  /// judge; `--model` goes before what the experiment names.
  package static func open(
    _ call: Call, trialsOf harness: Harness?, proposers: [String], aliases: [String: ModelName],
    limits: BudgetLimits, suite: Suite, lab: Lab, ledger: Ledger, hold: Hold,
    told: @escaping @Sendable (ModelEvent) -> Void = { _ in }
  ) throws -> Opened {
    let setup = try ModelsWord.resolve(call, call[ModelsWord.file])
    let named = aliases.merging(try named(call[model], setup.file)) { $1 }
    try check(Set(named.values), setup)
    let night = NightModels(
      setup.file.aliases.merging(named) { $1 }, named: named, trialsOf: harness,
      proposers: proposers)
    return try open(
      call, night.all, served: night.trials, setup, limits, suite: suite, lab: lab,
      ledger: ledger, hold: hold, told: told)
  }

  private static func open(
    _ call: Call, _ aliases: [String: ModelName], served: [String: ModelName],
    _ given: ModelsWord.Setup, _ limits: BudgetLimits, suite: Suite, lab: Lab, ledger: Ledger,
    hold: Hold? = nil,
    told: @escaping @Sendable (ModelEvent) -> Void = { _ in }
  ) throws -> Opened {
    var setup = given
    let names = Set(aliases.values)
    if names.contains(where: { $0.provider == rehearsal }) {
      setup.file = setup.file.completed(by: try rehearsalPrices())
    }
    try check(names, setup)
    try checkPrices(
      names, setup, isCapped: limits.run.usd != nil || limits.trial.usd != nil)
    let budget = Budget(limits)
    let output = call.output
    let client = ModelClient(
      backends: try backends(names, setup, suite),
      told: { event in
        tell(event, output)
        told(event)
      })
    let clock = call.surroundings.clock
    let metered = MeteredAsking(
      client, models: setup.file, budget: budget,
      journal: LedgerJournal(ledger, reader: try lab.reader(), clock: clock),
      scrubber: setup.keys.scrubber)
    let asking: any ModelAsking = hold.map { HeldAsking(metered, hold: $0) } ?? metered
    let server = try HTTPServer()
    let file = setup.file
    var models = RunModels(
      asking: asking, roster: Roster(aliases) { file.price(of: $0)?.window },
      gateway: Gateway(
        server: server, models: ServedModels(served), asking: asking, clock: clock),
      forget: { metered.forget($0) })
    if let model = aliases["propose"] {
      // Coding agents ask for small models by names of their own: all of them mean the one that is paid for.
      models.proposerGateway = Gateway(
        server: server, models: ServedModels(["propose": model, "*": model]), asking: asking,
        clock: clock)
    }
    models.prices = file.priceList(of: names)
    models.limit = { budget.limit(run: Caps(usd: $0, tokens: $1)) }
    models.resume = { run in try budget.restore(run, from: try lab.reader()) }
    return Opened(models: models, server: server)
  }

  private static let rehearsal = "rehearsal"

  private static func named(_ words: [String], _ file: ModelsFile) throws(BelayError)
    -> [String: ModelName]
  {
    var named: [String: ModelName] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let hasAlias = parts.count == 2 && !parts[0].isEmpty && !parts[0].contains("/")
      let alias = hasAlias ? String(parts[0]) : ServedModels.usual
      guard named[alias] == nil else {
        throw BelayError(.usage, "two models for the alias '\(alias.printable())'")
      }
      named[alias] = try file.model(hasAlias ? String(parts[1]) : word)
    }
    return named
  }

  private static func check(_ names: Set<ModelName>, _ setup: ModelsWord.Setup) throws(BelayError) {
    for name in names.sorted() where name.provider != rehearsal {
      guard let provider = setup.providers[name.provider] else {
        throw BelayError(
          .usage,
          "no provider is called '\(name.provider)'"
            + Spelling.suggestion(
              for: name.provider, in: setup.providers.all.map(\.name) + [rehearsal]),
          hint: "belay models list")
      }
      guard !provider.needsKey || provider.key(in: setup.keys) != nil else {
        throw BelayError(
          .auth, "there is no key for \(name)",
          hint: "export \(provider.keyNames.first ?? "KEY")=…, or write it into"
            + " ~/.config/belay/keys.toml with mode 0600")
      }
    }
  }

  private static func checkPrices(
    _ names: Set<ModelName>, _ setup: ModelsWord.Setup, isCapped: Bool
  ) throws(BelayError) {
    guard isCapped else { return }
    for name in names.sorted() where setup.file.price(of: name)?.isKnown != true {
      throw BelayError(
        .usage, "no price is known for \(name), and there is a budget in dollars",
        hint: "give it a price or an estimate in models.toml")
    }
  }

  private static func backends(
    _ names: Set<ModelName>, _ setup: ModelsWord.Setup, _ suite: Suite
  ) throws -> [String: any ModelBackend] {
    var backends = setup.backends()
    if names.contains(where: { $0.provider == rehearsal }) {
      backends[rehearsal] = RehearsalBackend(try RehearsalKnowledge.read(suite.folder))
    }
    return backends
  }

  // What a rehearsal costs is invented, and counts against budgets like any other.
  private static func rehearsalPrices() throws(BelayError) -> PriceTable {
    var entries: [String: JSON] = [:]
    for model in RehearsalModel.all {
      entries["\(rehearsal)/\(model.name)"] = [
        "litellm_provider": .string(rehearsal),
        "input_cost_per_token": .double(model.price.input / 1e6),
        "output_cost_per_token": .double(model.price.output / 1e6),
      ]
    }
    return try PriceTable(json: .object(entries), origin: "invented for rehearsals")
  }

  private static func tell(_ event: ModelEvent, _ output: Output) {
    switch event {
    case .paused(let name, let fault):
      output.warn("\(name) does not answer (\(fault.description.printable())): its callers wait")
    case .resumed(let name, let after):
      output.note("\(name) answers again, after \(after.components.seconds) s")
    case .retrying(let name, let fault, let wait):
      output.detail(
        "\(name): \(fault.description.printable()); again in \(wait.components.seconds) s")
    case .fellBack(let name, let other): output.note("\(name) declined, \(other) was asked")
    }
  }
}

extension RunModels {
  /// No models, and a way to the hosts that tasks allow.
  package static func none(_ gateway: Gateway) -> RunModels {
    RunModels(asking: Nobody(), roster: Roster([:]), gateway: gateway)
  }

  private struct Nobody: ModelAsking {
    func ask(
      _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
    ) async throws -> ModelAnswer {
      throw ModelFault(.noModel, "this run has no models")
    }
  }
}
