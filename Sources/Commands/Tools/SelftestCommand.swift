internal import Base
internal import Console
internal import Layout
internal import Platform
internal import Selftest
internal import Stats

enum SelftestCommand {
  static let problem = Option(
    "problem", .path("FILE"), "The simulated world, in the form harness-synth-v1")
  static let run = Option(
    "run", ValueKind<RunID>.id("RUN"),
    "A world with the tasks of this run, as hard as they were there")
  static let suite = Option(
    "suite", .path("SUITE"),
    "A world with the tasks of a suite, as hard as its trials in the lab say")
  static let budget = Option(
    "budget", .text("N,N,…"), default: "1000,5000,20000",
    "Trials of a night, for each kind of night")
  static let seeds = Option("seeds", .whole("N", 1...1_000_000), default: 24, "Nights of each kind")
  static let firstSeed = Option(
    "first-seed", .whole("S", 0...1_000_000_000), default: 0, "The seed of the first night")
  static let slots = Option(
    "slots", .text("N,N,…"), default: "1",
    "Trials at once, for each kind of night; changes nothing up to 16")
  static let durations = Option<Weather.Durations>(
    "durations", .choice("KIND"), default: Weather.Durations.none,
    "How long trials take: no time, or log-normal with σ = 1")

  static let drift = Option(
    "drift", .number("SHARE", -1...1), default: 0,
    "A model that changes half-way: so many failures succeed then, or, below 0, successes fail")

  static let command = Command(
    "selftest", in: .decide, "Run simulated nights, whose truth is known, to see what to believe",
    discussion: """
      The nights are those of a climb: the same decisions and the same statistics, with simulated trials. \
      They see the problem through its blind proposer and its outcomes only; the truth is looked at when \
      all is decided. With --run or --suite there are two worlds: in one some edits help, in the other none \
      does, so that whatever is adopted is a false adoption.
      """,
    takes: [problem, run, suite, budget, seeds, firstSeed, slots, durations, drift],
    examples: [
      Example(
        "belay selftest --problem problem.json --budget 1000 --seeds 24 --json",
        "one record for each night"),
      Example("belay selftest --suite benchmarks/shell --budget 2000", "nights on your own tasks"),
    ],
    output: .job("selftest", compact: ["judgements"])
  ) { call in
    let worlds = try SelftestWorlds.read(call)
    let budgets = try Self.numbers(call[budget], in: 1...100_000_000, of: "--budget 1000,5000")
    let widths = try Self.numbers(call[slots], in: 1...4096, of: "--slots 16,256")
    var weather = Weather()
    weather.durations = call[durations]
    weather.drift = call[drift]
    let seeds = call[firstSeed]..<(call[firstSeed] + call[seeds])
    var judged: [(world: SelftestWorlds.World, judgement: Judgement)] = []
    for world in worlds {
      for (budget, slots) in budgets.flatMap({ budget in widths.map { (budget, $0) } }) {
        let nights = try await Nights(world.problem).run(
          budget: budget, seeds: seeds, slots: slots, in: weather, width: Machine.processors
        ) { night in
          var fields = night.fields
          fields["world"] = .optional(world.kind?.rawValue)
          try call.output.event("night", fields)
          call.output.progress("\(world.label)\(budget) trials: seed \(night.seed)")
        }
        if let judgement = Judgement(nights, on: world.problem) {
          judged.append((world, judgement))
        }
      }
    }
    let records = judged.map { world, judgement in
      var record = judgement.json
      record["world"] = .optional(world.kind?.rawValue)
      return record
    }
    let lines = judged.map { $0.world.label + $0.judgement.line(in: $0.world.kind) }
      .joined(separator: "\n")
    try call.output.done(
      success: true,
      ["problem": .string(worlds[0].problem.name), "judgements": .array(records)]
    ) { _ in lines }
    return .ok
  }

  private static func numbers(
    _ text: String, in range: ClosedRange<Int>, of example: String
  ) throws(BelayError) -> [Int] {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let known = numbers.compactMap(\.self).filter { range.contains($0) }
    guard !known.isEmpty, known.count == numbers.count else {
      let option = example.prefix { $0 != " " }
      throw BelayError(
        .usage, "\(option) takes whole numbers with commas between them, not '\(text)'",
        hint: example)
    }
    return known
  }
}

extension Nights.Night {
  fileprivate var fields: [String: JSON] {
    [
      "budget": .int(budget), "seed": .int(seed), "key": .string(key),
      "reported": .number(reported), "reported_on": .string(reportedOn.rawValue),
      "low": .number(low), "high": .number(high), "adopted": .int(adopted),
      "rollouts": .int(rollouts), "slots": .int(slots), "busy": .number(busy),
    ]
  }
}

extension Judgement {
  fileprivate var json: JSON {
    [
      "budget": .int(budget), "nights": .int(nights), "reported": .number(reported),
      "true_measured": .number(trueOnMeasured), "true_test": .number(trueOnTest),
      "share": .number(share), "claimed": .number(claimed), "adopting": .int(adopting),
      "coverage": .number(coverage), "slots": .int(slots), "busy": .number(busy),
      "kinds": .object(kinds.mapValues { .number($0) }),
    ]
  }

  fileprivate func line(in kind: SuiteWorld.Kind?) -> String {
    guard let kind else { return line }
    let share = Double(adopting) / Double(max(nights, 1))
    let bound = Binomial.exactInterval(successes: Double(adopting), trials: Double(nights))
    let range = Figure.range(bound.low, bound.high)
    let adopted = "\(adopting) of \(nights) nights (\(Figure.percent(share))%, 95% \(range))"
    let error = Figure.percent(reported - trueOnMeasured, signed: true)
    let told =
      "reported less true \(error) pp, \(Figure.percent(coverage))% of the 90% intervals hold it"
    switch kind {
    case .nothing: return "\(budget) trials: false adoptions in \(adopted); \(told)"
    case .gains:
      let way = self.share.map { ", \(Figure.percent($0))% of what there was to gain" } ?? ""
      return "\(budget) trials: a gain adopted in \(adopted)\(way); \(told)"
    }
  }

  fileprivate var line: String {
    let way = share.map { ", \(Figure.percent($0)) of the way" } ?? ""
    return """
      \(budget) trials, \(nights) nights: reported \(Figure.fixed(reported, 3)), true \
      \(Figure.fixed(trueOnMeasured, 3)) there and \(Figure.fixed(trueOnTest, 3)) on test tasks\(way); \
      \(adopting) adopted anything; \(Figure.percent(coverage)) of the 90% intervals hold the truth\
      \(busy.map { "; \(slots) slots busy for \(Figure.percent($0)) of the time" } ?? "")
      """
  }
}
