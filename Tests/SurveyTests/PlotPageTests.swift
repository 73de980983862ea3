import Base
import Climb
import Facts
import Layout
import NightLab
import NightReading
import Plots
import Selftest
import Stats
import Survey
import Testing

@Suite struct PlotPageTests {
  /// A simulated night with its trials on gate and sealed tasks.
  static func night(seed: Int = 1) throws -> [NightFact] {
    let tasks = (0..<36).map { number in
      let split: Split = number < 14 ? .dev : number < 28 ? .gate : .vault
      return SuiteWorld.Task(
        name: "t\(number)", split: split, trials: 4, sum: Double(number % 5))
    }
    let problem = try SuiteWorld(tasks).problem(.gains, seed: seed)
    var rules = SimulatedNight.rules(problem, seed: seed, rollouts: 2000)
    // What it leaves out of the climb is not known to the rules: a third of the gate tasks is sealed.
    for place in rules.tasks.indices where rules.tasks[place].split == .gate && place % 3 == 0 {
      rules.tasks[place].split = .vault
    }
    var night = SimulatedNight(problem, seed: seed, rules: rules, keepsFacts: true)
    _ = try night.run()
    var facts = night.facts
    let raced = Set(night.world.races.flatMap { [$0.opening.candidate, $0.opening.control] })
    for (place, candidate) in raced.sorted().enumerated() {
      facts.insert(
        .assembled(candidate, harness: "h", candidate: CandidateID(100 + place)), at: 1)
    }
    return facts
  }

  @Test func `fresh figures agree with the report's, and no score of a race is drawn`() async throws
  {
    try await NightLab.with(Self.night(), end: .done) { lab in
      let view = try lab.view()
      let report = try #require(view.world.report)
      #expect(report.candidate != CandidateID(1))
      let page = PlotPage(view, .score)
      let champion = try #require(
        page.items.last {
          $0["candidate"].string == view.label(report.candidate) && $0["split"] == "gate"
        })
      #expect(champion["y"].double == report.score)
      #expect(champion["low"].double == report.interval?.low)
      #expect(champion["trials"].int == report.trials)
      let first = try #require(page.items.first)
      #expect(first["y"].double == report.baseline?.score)
      #expect(first["rests_on"] == "bank")
      let vault = try #require(report.vault)
      let sealed = page.items.filter { $0["series"] == "vault" }
      try #require(sealed.count == 2)
      #expect(abs((sealed[1]["y"].double ?? 0) - vault.champion) < 1e-9)
      #expect(abs((sealed[0]["y"].double ?? 0) - vault.baseline) < 1e-9)
      for race in view.world.races {
        guard let shrunk = race.figures?.shrunk else { continue }
        for item in page.items { #expect(item["y"].double != shrunk) }
      }
      let gap = PlotPage(view, .gap)
      let dev = gap.items.filter { $0["split"] == "dev" }
      #expect(!dev.isEmpty && dev.allSatisfy { $0["expectation"] == true })
      #expect(gap.items.filter { $0["split"] == "gate" }.allSatisfy { $0["expectation"] == false })
    }
  }

  @Test func `what a night cost is drawn where it is known, and nowhere else`() async throws {
    for (facts, isKnown) in [(try Self.night(), false), (try Nights.racing(), true)] {
      try await NightLab.with(facts, end: .done) { lab in
        let view = try lab.view()
        #expect((view.spent.costUSD != nil) == isKnown)
        #expect((PlotPage(view, .cost, over: .time).items.count > 2) == isKnown)
      }
    }
  }

  @Test func `every figure of every night fits, is safe and says what is simulated`() async throws {
    let conditions: JSON = ["models": ["task": "rehearsal/careful"]]
    let racing = try Nights.racing()
    for facts in [try Nights.finished(vault: [0.2, 0.1, 0.3]), racing, Array(racing.prefix(2))] {
      try await NightLab.with(facts, conditions: conditions) { lab in
        let view = try lab.view()
        for kind in PlotPage.Kind.allCases {
          for span in PlotPage.Span.allCases {
            let page = PlotPage(view, kind, over: span)
            for ink in [Ink.plain, Ink(isUnicode: true, colours: .few)] {
              for line in page.text(width: 60, ink: ink).split(separator: "\n") {
                #expect(DisplayWidth.of(String(line)) <= 60, "\(line)")
              }
              let text = page.text(width: 60, ink: ink)
              for scalar in ["\u{07}", "\u{202E}"] { #expect(!ink.finished(text).contains(scalar)) }
            }
            #expect(page.text(width: 80).contains("ehearsal"))
            #expect(!page.svg.contains("\u{1B}") && !page.svg.contains("<b>"))
            #expect(page.fields["rehearsal"] == true)
          }
        }
      }
    }
  }
}
