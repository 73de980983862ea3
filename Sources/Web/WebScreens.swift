internal import Base
internal import Climb
internal import Facts
internal import Inspection
internal import Layout
internal import Ledger
internal import NightPages
internal import NightReading
internal import Plots
internal import Report
internal import Survey

/// The screens by name: each makes the page that the command of the same name writes with `--json`.
enum WebScreens {
  /// One screen: what it takes from the query, and the page that it makes.
  struct Screen: Sendable {
    let name: String
    /// The values that change its answer; others are not looked at.
    let takes: [String]
    let page: @Sendable (Place) throws -> any ReportPage
  }

  /// Where a page is made: the lab, and what was asked.
  struct Place: Sendable {
    let lab: WarmLab
    let query: WebQuery

    var reader: LedgerReader { lab.reader }

    /// The part of a list that is asked for.
    func window() throws(BelayError) -> Window {
      Window(
        from: try query.whole("from", 0...Int.max / 2, default: 0),
        limit: try query.whole("limit", 1...500, default: 50))
    }

    /// The run that is meant: named, else the newest night.
    func run() throws -> RunID {
      if let named = try query.id("run", { RunID($0) }) { return named }
      guard let newest = try reader.newest(.night) else {
        throw BelayError(.notFound, "no night in this lab", hint: "belay run EXPERIMENT")
      }
      return newest
    }

    /// Of which trials neither task nor score is told: whoever looks at the page may steer by it.
    var withholding: Withholding {
      NightView.withholding { try lab.withheld($0) }
    }

    /// The trial that one is set against: `against` is parent or sibling.
    func counterpart(of id: TrialID) throws -> Trace.Against? {
      guard let word = query["against"] else { return nil }
      let trial = try reader.trial(id).trial
      guard try !withholding(trial) else { return nil }
      let run = trial.fact.run
      let isNight = try reader.head(run).fact.type == .night
      let found: Counterpart
      switch (word, isNight) {
      case ("sibling", true):
        found = try lab.night(run) { try Counterpart.sibling(of: id, reader, $0) }
      case ("sibling", false): found = try Counterpart.sibling(of: id, reader, nil)
      case ("parent", true):
        found = try lab.night(run) { try Counterpart.parent(of: id, reader, $0) }
      default:
        throw BelayError(
          .usage, "against: expected sibling, or parent for a trial of a night",
          place: "\(id)", hint: "belay trace \(id) --against sibling")
      }
      return Trace.Against(trial: found.trial, reason: found.reason)
    }

    /// A page of the night that is meant.
    func night(_ body: (NightView) throws -> any ReportPage) throws -> any ReportPage {
      try lab.night(try run()) { view in Settled(try body(view)) }
    }
  }

  static let all: [Screen] = [
    Screen(name: "runs", takes: ["from", "limit"]) { place in
      try RunList.read(place.reader, window: try place.window())
    },
    Screen(name: "status", takes: ["run"]) { place in try place.night { StatusPage($0) } },
    Screen(name: "report", takes: ["run"]) { place in try place.night { MorningPage($0) } },
    Screen(name: "document", takes: ["run"]) { place in
      try place.night { DocumentPage(run: "\($0.run.id)", MorningPage($0).document) }
    },
    Screen(name: "tree", takes: ["run", "path", "depth", "brief", "from", "limit"]) { place in
      let path = try place.query.id("path") { CandidateID($0) }
      let depth = try place.query.whole("depth", 0...1_000_000, default: 1_000_000)
      let window = try place.window()
      return try place.night {
        try TreePage(
          $0, path: path, depth: depth, window: window, isBrief: place.query.isOn("brief"))
      }
    },
    Screen(name: "hypotheses", takes: ["run", "status", "content", "from", "limit"]) { place in
      let status = try place.query.word("status", HypothesesPage.Which.self)
      let window = try place.window()
      return try place.night {
        HypothesesPage(
          $0, status: status, window: window, content: place.query.isOn("content"))
      }
    },
    Screen(name: "gates", takes: ["run", "gate", "word", "from", "limit"]) { place in
      let word = try place.query.word("word", GateVerdict.Word.self)
      let window = try place.window()
      return try place.night {
        GateList($0, gate: place.query["gate"], word: word, window: window)
      }
    },
    Screen(name: "gate", takes: ["run", "what", "content"]) { place in
      let what = try place.query.required("what")
      return try place.night {
        try GateExplanation($0, what, content: place.query.isOn("content"))
      }
    },
    Screen(name: "leaderboard", takes: ["suite", "split", "all", "from", "limit"]) { place in
      try BoardsPage.read(
        place.reader, suite: place.query["suite"], split: try place.query.word("split", Split.self),
        all: place.query.isOn("all"), window: try place.window(),
        known: place.lab.fresh, clock: place.lab.clock)
    },
    Screen(
      name: "matrix", takes: ["run", "of", "split", "metric", "changed", "sort", "from", "limit"]
    ) {
      place in
      try matrix(place)
    },
    Screen(name: "figure", takes: ["run", "what", "x"]) { place in
      let kind = try place.query.word("what", PlotPage.Kind.self) ?? .score
      let span = try place.query.word("x", PlotPage.Span.self)
      return try place.night { FigurePage(PlotPage($0, kind, over: span)) }
    },
    Screen(name: "compare", takes: ["a", "b", "split"]) { place in
      let (first, second) = try Subject.resolve(
        place.query.required("a"), place.query.required("b"), place.reader)
      return try Comparison.read(
        place.reader, first, second, split: try place.query.word("split", Split.self))
    },
    Screen(name: "diff", takes: ["run", "a", "b"]) { place in
      let words = [try place.query.required("a"), try place.query.required("b")]
      let sides = try words.map {
        DifferencePage.Side(
          $0, try RecordedHarness.read($0, place.reader), candidate: CandidateID($0))
      }
      let ids = sides.compactMap(\.candidate)
      guard ids.count == 2, place.query["run"] != nil else {
        return try DifferencePage(sides[0], sides[1], part: .config)
      }
      return try place.night { view in
        let isOfNight = ids.allSatisfy { view.candidate(labelled: $0) != nil }
        return try DifferencePage(
          sides[0], sides[1], part: isOfNight ? .all : .config, night: isOfNight ? view : nil,
          reader: place.reader)
      }
    },
    Screen(
      name: "trials", takes: ["run", "candidate", "task", "split", "outcome", "after", "limit"]
    ) { place in
      var filter = TrialFilter(run: try place.query.id("run") { RunID($0) })
      filter.candidate = try place.query.id("candidate") { CandidateID($0) }
      filter.task = try place.query.id("task") { Digest($0) }
      filter.split = try place.query.word("split", Split.self)
      filter.outcome = try place.query.word("outcome", Outcome.self)
      return try TrialList.read(
        place.reader, filter, after: try place.query.id("after") { TrialID($0) },
        limit: try place.window().limit, withholding: place.withholding)
    },
    Screen(name: "trace", takes: ["trial", "attempt", "content", "tail", "against"]) { place in
      guard let trial = try place.query.id("trial", { TrialID($0) }) else {
        throw BelayError(.usage, "the address lacks trial=")
      }
      let attempt = try place.query.whole("attempt", 0...1_000_000, default: 0)
      return try Trace.read(
        place.reader,
        Trace.Request(
          trial: trial, attempt: attempt == 0 ? nil : attempt, content: place.query.isOn("content"),
          tail: try place.query.whole("tail", 1...100_000, default: 2000), textLimit: 20_000,
          against: try place.counterpart(of: trial)),
        withholding: place.withholding)
    },
    Screen(name: "decisions", takes: ["run", "from", "limit"]) { place in
      let window = try place.window()
      return try place.night { DecisionsPage($0, window: window) }
    },
    Screen(name: "search", takes: ["text", "content", "from", "limit"]) { place in
      try SearchPage.read(
        place.reader, try place.query.required("text"), window: try place.window(),
        content: place.query.isOn("content"), withholding: place.withholding)
    },
    Screen(name: "log", takes: ["run", "cursor", "content", "limit"]) { place in
      try RunLog.read(
        place.reader, run: try place.run(), after: place.query["cursor"],
        limit: try place.window().limit, content: place.query.isOn("content"),
        withholding: place.withholding)
    },
    Screen(name: "show", takes: ["what", "content"]) { place in
      try Show.read(
        place.reader, try place.query.required("what"), content: place.query.isOn("content"),
        withholding: place.withholding,
        night: { id in
          do {
            return try place.lab.night(id) { RunStanding($0) }
          } catch let error as BelayError where error.kind == .notFound { return nil }
        })
    },
  ]

  /// Task by generation of a night; with columns that are named (`r1/c1,r2/c2`), task by harness.
  private static func matrix(_ place: Place) throws -> any ReportPage {
    let window = try place.window()
    let changed = place.query.isOn("changed")
    let split = try place.query.word("split", Split.self)
    let words = (place.query["of"] ?? "").split(separator: ",").map(String.init)
    guard words.isEmpty else {
      let order = try place.query.word("sort", Matrix.Order.self) ?? .name
      let subjects = try words.prefix(20).flatMap { try Subject.columns($0, place.reader) }
      return try Matrix.read(
        place.reader, subjects: subjects, split: split, differing: changed, order: order,
        window: window)
    }
    let order = try place.query.word("sort", NightMatrix.Order.self) ?? .name
    let metric = try place.query.word("metric", NightMatrix.Metric.self) ?? .pass
    return try place.night {
      try NightMatrix(
        place.reader, $0, split: split, metric: metric, order: order, changed: changed,
        window: window)
    }
  }
}
