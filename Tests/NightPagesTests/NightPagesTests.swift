import Base
import Climb
import Facts
import Layout
import Ledger
import NightLab
import NightLog
import Platform
import Selftest
import Stats
import Testing

@testable import NightPages
@testable import NightReading

@Suite struct NightPagesTests {
  /// Every page of a night.
  private func pages(_ view: NightView) throws -> [any ReportPage] {
    [
      StatusPage(view), try TreePage(view), HypothesesPage(view),
      HypothesesPage(view, content: true), GateList(view), GateList(view, word: .pass),
      try GateExplanation(view, "e1", content: true),
      try GateExplanation(view, "e3", content: false),
      try GateExplanation(view, "c57", content: true), MorningPage(view),
    ]
  }

  @Test func `no page lets a proposer act on the terminal, break the width or mark the page up`()
    async throws
  {
    try await NightLab.with(
      Nights.finished(vault: [0.2, 0.1, 0.3]),
      events: [
        EventFact(
          at: NightLab.start, kind: "incident", detail: ["sentence": .string(Nights.hostile)])
      ]
    ) { lab in
      let view = try lab.view()
      for page in try pages(view) {
        for width in [40, 80, 200] {
          let text = page.text(width: width)
          #expect(text.hasSuffix("\n"))
          for line in text.split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= width, "\(type(of: page)): \(line)")
          }
          for scalar in ["\u{1B}", "\u{07}", "\u{202E}"] { #expect(!text.contains(scalar)) }
        }
      }
      let markdown = MorningPage(view).document.markdown
      for markup in ["](", "<b>", "\u{1B}", " `rm"] { #expect(!markdown.contains(markup)) }
    }
  }

  @Test func `a candidate that was answered waits no more, whatever the night makes of it later`()
    async throws
  {
    let asked =
      try Nights.racing() + [
        .inspected(CandidateID(2), [Nights.verdict("regrade", .pass)], Spending()),
        .issued(.ask(CandidateID(2), try Nights.figures(1))),
      ]
    try await NightLab.with(asked) { lab in
      let view = try lab.view()
      #expect(view.awaiting == [CandidateID(2)])
      #expect(StatusPage(view).items[0]["awaiting"] == ["c57"])
    }
    for order in [Steering.Order.approve(CandidateID(2)), .reject(CandidateID(2))] {
      try await NightLab.with(asked + [.steered(Steering(by: "ann", order: order))]) { lab in
        let view = try lab.view()
        #expect(view.awaiting.isEmpty)
        #expect(StatusPage(view).items[0]["races"][0]["awaits_a_person"] == false)
      }
    }
  }

  @Test
  func `what a proposer wrote at length, and what a screen quotes, is shown only when asked for`()
    async throws
  {
    try await NightLab.with(Nights.racing()) { lab in
      let view = try lab.view()
      func all(_ page: some ReportPage) -> String {
        page.items.map { $0.text() }.joined() + page.text(width: 200)
      }
      #expect(!all(HypothesesPage(view)).contains("cause"))
      #expect(all(HypothesesPage(view, content: true)).contains("cause"))
      #expect(!all(GateList(view)).contains("a quote"))
      #expect(!all(try GateExplanation(view, "e3", content: false)).contains("a quote"))
      #expect(all(try GateExplanation(view, "e3", content: true)).contains("a quote"))
    }
  }

  @Test(
    arguments: [
      (2, [0.2, 0.1, 0.3, 0.15, 0.2, 0.1], 1, "better", "promote"),
      // The fifth opening leaves a level that the same figures do not meet.
      (2, [0.5, 0.1, 0.3, -0.1, 0.4, 0.2], 5, "cannot_tell", "do not promote"),
      (2, [0.3, -0.2, 0.1, -0.1], 1, "cannot_tell", "do not promote"),
      (2, [-0.25, -0.15, -0.35, -0.2], 1, "worse", "keep the baseline"),
      (2, nil, 0, "unverified", "verify"), (1, nil, 0, "nothing", "try other"),
    ] as [(Int, [Double]?, Int, String, String)])
  func `the page leads with a verdict that says no more than the vault does`(
    champion: Int, vault: [Double]?, openings: Int, word: String, advice: String
  ) async throws {
    try await NightLab.with(
      Nights.finished(champion: champion, vault: vault), end: .done, opensVault: openings > 0
    ) { lab in
      let ledger = try await lab.lab.open()
      for _ in 1..<max(openings, 1) {
        _ = try await ledger.begin(
          RunFact(
            type: .night, suite: NightLab.suite.digest, settings: [:], conditions: [:],
            opensVault: true, startedAt: NightLab.start,
            owner: ProcessOwner(pid: 1, startTicks: 1, host: "x"), command: ""))
      }
      try await ledger.close()
      let page = MorningPage(try lab.view())
      #expect(page.verdict.word.rawValue == word, "\(page.verdict.sentence)")
      #expect(page.verdict.advice.hasPrefix(advice))
      let headline = page.verdict.headline
      #expect(headline.contains("is better:") == (word == "better"), "\(headline)")
      #expect(headline.contains("is worse:") == (word == "worse"), "\(headline)")
      #expect(headline.contains("cannot be told:") == (word == "cannot_tell"), "\(headline)")
      #expect(champion == 1 || !headline.contains("c57"), "names come below")
      let labels = page.document.sections.map(\.label)
      #expect(champion == 1 || labels.prefix(3) == ["verdict", "changed", "trust"])
      for section in page.document.sections where section.label == "caution" {
        guard case .list(let texts) = section.blocks[0] else { continue }
        #expect(texts.count <= 3)
      }
      let text = page.text(width: 100)
      let lines = text.split(separator: "\n")
      #expect(lines.firstIndex { $0.hasPrefix("verdict") } ?? 9 <= 3, "\(text)")
      #expect(lines.last { !$0.hasPrefix(" ") }?.hasPrefix("next") == true)
      // What a race saw of its own candidate, and what chose it, is no result.
      for selected in ["33.3", "20.0 pp"] { #expect(!text.contains(selected)) }
      #expect(text.contains("generalisation unverified") == (word == "unverified"))
      #expect((page.items[0]["verdict"]["word"].string) == word)
    }
  }

  @Test(
    arguments: [
      // Ten tasks that each gained, but as two families that gained by chance or did not.
      (
        ["a", "a", "a", "a", "a", "b", "b", "b", "b", "b"], "cannot_tell",
        "10 sealed tasks of 2 families"
      ),
      (
        ["a", "a", "a", "a", "a", "a", "a", "a", "a", "a"], "cannot_tell",
        "10 sealed tasks of 1 family"
      ),
      ([nil, nil, nil, nil, nil, nil, nil, nil, nil, nil], "better", "10 sealed tasks ["),
      (
        ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e"], "better",
        "10 sealed tasks of 5 families"
      ),
    ] as [([String?], String, String)])
  func `no gain is certain beyond what the families of the sealed tasks bear`(
    families: [String?], word: String, rests: String
  ) async throws {
    let gains = [0.31, 0.3, 0.29, 0.3, 0.31, 0.12, 0.11, 0.1, 0.11, 0.12]
    var facts = try Nights.finished(vault: gains)
    var rules = Nights.rules()
    rules.tasks += families.enumerated().map {
      NightTask(name: "v\($0)", split: .vault, family: $1)
    }
    facts[0] = .opened(rules)
    try await NightLab.with(facts, end: .done, opensVault: true) { lab in
      let page = MorningPage(try lab.view())
      #expect(page.verdict.word.rawValue == word, "\(page.verdict.sentence)")
      #expect(page.verdict.sentence.contains(rests), "\(page.verdict.sentence)")
      #expect(
        page.items[0]["verdict"]["certified"].isNull
          == (Set(families).count == 1 && families[0] != nil))
      // Nor is there an interval that pretends.
      let isOne = rests.hasSuffix("1 family")
      #expect(page.items[0]["figures"]["vault"]["low"].isNull == isOne)
      #expect(page.verdict.sentence.contains("95% t interval") == !isOne)
      #expect(page.view.cautions.contains { $0.contains("can be told from none") } == !isOne)
    }
  }

  @Test func `one count has one word on every page: edits, handed in, adoptions`() async throws {
    try await NightLab.with(Nights.finished(vault: nil), end: .done) { lab in
      let view = try lab.view()
      // Four edits are new; a fifth was known already.
      let pool = try #require(StatusPage(view).items.first)["pool"]
      #expect(pool["edits"] == 4 && pool["handed_in"] == 5 && pool["proposed"].isNull)
      let funnel = try #require(MorningPage(view).items.first)["funnel"]
      #expect(funnel["handed_in"] == 5 && funnel["proposed"].isNull && funnel["adopted"] == 2)
      let text = StatusPage(view).text(width: 200)
      #expect(text.contains("4 edits: ") && text.contains("5 were handed in"), "\(text)")
      #expect(MorningPage(view).text(width: 200).contains("5 handed in"))
    }
  }

  @Test func `a candidate has its sign and its tone in the tree's records, a check its words`()
    async throws
  {
    for (refusal, sign, tone) in [
      (Refusal.memorised, "o", "bad"), (.inspection, "o", "bad"), (.futile, "~", nil),
    ] as [(Refusal, String, String?)] {
      let facts =
        try Nights.racing() + [
          .issued(.refuse(CandidateID(2), refusal, try Nights.figures(1, logE: -1)))
        ]
      try await NightLab.with(facts) { lab in
        let page = try TreePage(lab.view())
        let node = try #require(page.items.first { $0["candidate"] == "c57" })
        #expect(node["sign"].string == sign && node["tone"].string == tone)
        #expect(page.items[0]["sign"].string == "*")
        #expect(page.text(width: 80).contains("c57 \(sign) "))
        #expect(page.hints.allSatisfy { $0.contains("\(lab.run)") })
        let decision = try #require(
          StatusPage(lab.view()).items[0]["last_decisions"].array?.first)
        #expect(decision["decision"] == "refuse" && decision["tone"].isNull)
      }
    }
    try await NightLab.with(Nights.finished(vault: nil), end: .done) { lab in
      let view = try lab.view()
      #expect(try TreePage(view).hints.allSatisfy { $0.contains("--run \(lab.run)") })
      let told = try GateExplanation(view, "e4", content: false).items.first {
        $0["gate"] == "harmful"
      }
      #expect(told?["words"].isNull == true)
      #expect(view.tells(.dev) && view.tells(.gate) && !view.tells(.vault))
    }
  }

  @Test func `a tree has boxes and ticks where there are any, and the same words without`()
    async throws
  {
    try await NightLab.with(Nights.finished(vault: [0.1, 0.2]), end: .done) { lab in
      let page = try TreePage(lab.view())
      let plain = page.text(width: 80)
      let ink = Ink(isUnicode: true, colours: .many)
      let drawn = page.text(width: 80, ink: ink)
      #expect(
        plain.contains("`- c57 * adopted") && Ink.unpainted(drawn).contains("└─ c57 ★ adopted"),
        "\(drawn)")
      for line in drawn.split(separator: "\n") { #expect(DisplayWidth.of(String(line)) <= 80) }
      for text in [plain, ink.finished(drawn)] {
        for scalar in ["\u{07}", "\u{202E}", "\u{1B}]"] { #expect(!text.contains(scalar)) }
      }
    }
  }

  @Test func `a night without a report has no verdict and says why, dead, stopped, held or alive`()
    async throws
  {
    let dead = ProcessOwner(pid: 1, startTicks: 1, host: Machine.hostName)
    let far = ProcessOwner(pid: 1, startTicks: 1, host: "elsewhere")
    let facts = try Nights.racing()
    let held = facts + [.steered(Steering(by: "ann", reason: "lunch", order: .pause(hard: false)))]
    for (facts, owner, end, state) in [
      (facts, nil, nil, "running"), (held, nil, nil, "paused"), (facts, dead, nil, "dead"),
      (facts, far, nil, "elsewhere"), (facts, nil, RunEnding.interrupted, "stopped"),
    ] as [([NightFact], ProcessOwner?, RunEnding?, String)] {
      try await NightLab.with(facts, owner: owner, end: end) { lab in
        let view = try lab.view()
        #expect(view.state.rawValue == state)
        let page = MorningPage(view)
        #expect(page.verdict.word == .none)
        let resumes = page.text(width: 100).contains("belay run --resume \(lab.run)")
        #expect(resumes == (state == "dead" || state == "stopped"))
        #expect(StatusPage(view).text(width: 100).contains(state.uppercased()))
      }
    }
  }

  @Test func `what is read bit by bit is what is read at once, and every name is the lab's`()
    async throws
  {
    try await NightLab.with(Array(Nights.racing().prefix(12))) { lab in
      let reader = try lab.lab.reader()
      let clock = WallClock { NightLab.at(100) }
      var view = try NightView.read(reader, run: lab.run, clock: clock)
      #expect(try view.catchUp(reader, clock: clock) == false)
      let ledger = try await lab.lab.open()
      try await ledger.append(
        NightLab.records(Array(Nights.finished(vault: [0.1, 0.2]).dropFirst(12)), from: 13),
        to: lab.run)
      try await ledger.close()
      #expect(try view.catchUp(reader, clock: clock))
      let whole = try lab.view(at: 100)
      #expect(MorningPage(view).items == MorningPage(whole).items)
      #expect(view.candidate(labelled: CandidateID(57)) == CandidateID(2))
      for page in try pages(view) {
        let text = page.text(width: 200)
        #expect(!text.contains("c2 ") && !text.contains("night/"), "\(text)")
      }
    }
  }

  @Test func `hypotheses are joined with what was seen, and their authors are scored`() async throws
  {
    try await NightLab.with(Nights.racing(), conditions: ["models": ["task": "rehearsal/careful"]])
    {
      lab in
      let view = try lab.view()
      let edits = view.edits
      #expect(edits.map(\.status) == [.open, .open, .blocked, .dropped])
      #expect(edits.map(\.word) == ["screened", "screened", "blocked", "harmful"])
      let checks = edits[0].checks
      #expect(checks.map(\.task) == ["d0", "d1", "d3"])
      // d0 was never solved without the edit and always with it; d1 was not tried; d3 was never at risk.
      #expect((checks[0].probability ?? 0) > 0.95)
      #expect(checks[1].probability == nil)
      #expect(abs((checks[2].probability ?? 0) - 0.5) < 0.01)
      let row = try #require(Calibration.table(edits).first { $0.author == "model" })
      #expect((row.edits, row.foretold, row.checked, row.seen) == (3, 3, 2, 1))
      #expect(abs((row.brier ?? 1) - 0.125) < 0.01)
      // Two pairs of three were won.
      let race = try #require(view.openRaces.first)
      #expect((race.pairs, race.won, race.lost) == (3, 2, 0))
      var evidence = EProcess()
      evidence.add(wins: 2, losses: 0)
      #expect(abs(race.logE - evidence.logE) < 1e-12)
      #expect(view.fold.money["trial"]?.costUSD.map { abs($0 - 3.0) < 1e-9 } == true)
      #expect(view.fold.money["judge"]?.unknown == 3)
      for page in try pages(view) { #expect(page.text(width: 100).contains("rehearsal")) }
    }
  }

  @Test func `a simulated night adds up on its pages as it does in its world`() async throws {
    let tasks = (0..<30).map { number in
      SuiteWorld.Task(
        name: "t\(number)", split: number < 14 ? .dev : .gate, trials: 4,
        sum: Double(number % 5))
    }
    let problem = try SuiteWorld(tasks).problem(.gains, seed: 1)
    let rules = SimulatedNight.rules(problem, seed: 1, rollouts: 900)
    var night = SimulatedNight(problem, seed: 1, rules: rules, keepsFacts: true)
    let result = try night.run()
    var facts = night.facts
    let raced = Set(night.world.races.flatMap { [$0.opening.candidate, $0.opening.control] })
    for (place, candidate) in raced.sorted().enumerated() {
      facts.insert(
        .assembled(candidate, harness: "h", candidate: CandidateID(100 + place)), at: 1)
    }
    try await NightLab.with(facts, end: .done) { lab in
      let view = try lab.view()
      #expect(view.state == .finished)
      let page = MorningPage(view)
      #expect(
        page.items[0]["figures"]["adoptions"].int == result.report.adoptions)
      let funnel = page.funnel.map(\.count)
      #expect(funnel[1...].elementsEqual(funnel[1...].sorted(by: >)), "\(page.funnel)")
      for race in view.world.races {
        guard let figures = race.figures else { continue }
        let standing = view.fold.pairs.standing(race.opening)
        #expect(standing.pairs >= figures.pairs)
      }
      let scored = view.fold.trials.values.reduce(0) { $0 + $1.scored }
      #expect(scored == result.rollouts)
      #expect(try TreePage(view).counts["races"] == view.world.races.count)
    }
  }

  @Test(
    arguments: [
      // A night whose sealed tasks gave more than dev tasks promised, and one that chance explains.
      ((0.337, 0.08), (0.357, 0.1), false), ((0.45, 0.1), (0.3, 0.1), false),
      ((0.45, 0.05), (0.05, 0.08), true), ((0.45, 0.05), (0.05, 0.5), false),
    ] as [((Double, Double), (Double, Double), Bool)])
  func `a gain is called fitted to dev tasks only where more than chance lies between the two`(
    promise: (Double, Double), came: (Double, Double), isSaid: Bool
  ) {
    #expect(
      NightView.isUnkept(
        (mean: promise.0, error: promise.1), (mean: came.0, error: came.1)) == isSaid)
  }

  @Test
  func `what rode in a bundle is under carried along, and only what is settled under learned`()
    async throws
  {
    try await NightLab.with(Nights.finished(vault: [0.2, 0.1, 0.3, 0.15]), end: .done) { lab in
      let page = MorningPage(try lab.view())
      let record = page.items[0]
      #expect(record["learned"].array?.isEmpty == true && record["refuted_count"] == 0)
      #expect(record["carried_along"].array?.compactMap { $0["edit"].string } == ["e1", "e2"])
      #expect(record["dropped"].array?.compactMap { $0["edit"].string } == ["e4"])
      let text = page.text(width: 100)
      #expect(text.contains("carried along in a bundle of 2, alone untested"), "\(text)")
      #expect(!text.contains("solve less"))
    }
  }
}
