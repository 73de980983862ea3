internal import Base
internal import Climb
internal import Facts
internal import Layout
internal import NightReading
internal import Plots
internal import Score
internal import Stats

/// The values of a night's figures, and the same as records.
struct Sketch {
  typealias Drawn = (Plot, [JSON])

  let view: NightView
  let span: PlotPage.Span

  init(_ view: NightView, _ span: PlotPage.Span) {
    self.view = view
    self.span = span
  }

  private var about: [String] {
    view.rehearsal.map { ["\($0.uppercasedFirst): nothing of a real model."] } ?? []
  }

  var axis: Axis {
    switch span {
    case .trials: Axis("trials", .count, anchor: 0, reach: place(view.lastMile))
    case .usd:
      Axis("money that is known to be spent", .dollars, anchor: 0, reach: place(view.lastMile))
    case .time:
      Axis("time since the beginning", .seconds, anchor: 0, reach: place(view.lastMile))
    case .generation: Axis("generation", .generation, anchor: 0)
    }
  }

  func place(_ mile: NightTrack.Mile, generation: Int? = nil) -> Double {
    switch span {
    case .trials: Double(mile.trials)
    case .usd: mile.costUSD
    case .time: Double(mile.at.milliseconds - view.fold.openedAt.milliseconds) / 1000
    case .generation: Double(generation ?? mile.generation)
    }
  }

  static let scores = Axis("score %", .percent, bounds: 0...1)

  /// A value of a series as a record.
  private func record(
    _ series: String, candidate: CandidateID? = nil, _ point: Chart.Point, trials: Int? = nil,
    confidence: Double? = nil, isExpectation: Bool = false, _ more: [String: JSON] = [:]
  ) -> JSON {
    let fields: [String: JSON] = [
      "series": .string(series), "x": .number(point.x), "y": .number(point.y),
      "low": .number(point.low), "high": .number(point.high),
      "confidence": .number(confidence), "label": .string(point.label),
      "candidate": .optional(candidate.map { view.label($0) }), "trials": .optional(trials),
      "expectation": .bool(isExpectation),
    ]
    return .object(fields.merging(more) { $1 })
  }
}

// Scores.
extension Sketch {
  var score: Drawn {
    var records: [JSON] = []
    var points: [Chart.Point] = []
    var gone: [Chart.Point] = []
    var rests: [String] = []
    for reign in view.fold.track.reigns {
      guard let fresh = view.fresh(reign.candidate) else { continue }
      let name = "g\(reign.generation) \(view.label(reign.candidate))"
      let point = Chart.Point(
        x: place(reign.begun, generation: reign.generation), y: fresh.mean.value,
        low: fresh.mean.interval.low, high: fresh.mean.interval.high,
        label: reign.isSimpler ? "\(name) simpler" : name)
      if reign.isTakenBack { gone.append(point) } else { points.append(point) }
      rests.append("\(name) on \(Figure.plural(fresh.trials, "trial"))")
      records.append(
        record(
          reign.isTakenBack ? "taken back" : "incumbent", candidate: reign.candidate, point,
          trials: fresh.trials, confidence: 0.9,
          [
            "split": "gate", "rests_on": .string(fresh.kind.rawValue),
            "generation": .int(reign.generation),
          ]))
    }
    var series = [
      Chart.Series(
        "who was the incumbent, by fresh trials on gate tasks; 90% interval on these very tasks",
        span == .generation ? .marks : .steps, points: points),
      Chart.Series(
        "adopted and taken back, by the same measure", .marks, points: gone),
    ]
    let (vault, drawn) = sealed
    series += vault
    records += drawn
    var notes = about
    notes.append(
      "Each point stands where its candidate took over and is measured by trials that came after, which "
        + "chose nothing; the gate tasks themselves chose it, so that a gain on them overstates.")
    if (2...6).contains(rests.count) {
      notes.append(
        "What the points rest on: \(rests.joined(separator: ", ")); fewer trials move more by chance."
      )
    }
    if view.fold.track.reigns.contains(where: { $0.isSimpler && !$0.isTakenBack }) {
      notes.append(
        "What is called simpler took over for being no worse with less in it, and not for a gain: its point may "
          + "lie below the one before.")
    }
    if let figures = view.world.report?.vault {
      notes.append(
        "Vault: \(view.gain(figures)), the last word of the night. It is of the difference, task by task: the two "
          + "scores' own intervals may overlap all the same.")
    } else if let why = view.world.report?.unverified {
      notes.append("Vault: not opened, \(why): generalisation unverified.")
    } else {
      notes.append("Vault: sealed until the night ends.")
    }
    let chart = Chart(
      title: "Score of \(view.run.id) over \(spanWord)", about: notes, x: axis, y: Self.scores,
      series: series)
    return (.chart(chart), records)
  }

  var spanWord: String {
    switch span {
    case .trials: "trials"
    case .usd: "money"
    case .time: "time"
    case .generation: "generations"
    }
  }

  /// Both sides on sealed tasks, at the end of the night.
  private var sealed: ([Chart.Series], [JSON]) {
    guard let report = view.world.report, report.vault != nil else { return ([], []) }
    let end = view.lastMile
    var points: [Chart.Point] = []
    var records: [JSON] = []
    for (candidate, name) in [(CandidateID(1), "baseline"), (report.candidate, "champion")] {
      let cells = view.fold.fresh.of(candidate, .vault).sorted { $0.key < $1.key }.map(\.value)
      let means = cells.filter { !$0.scores.isEmpty }
        .map { $0.scores.reduce(0, +) / Double($0.scores.count) }
      guard let score = TaskMeans.score(means)?.inUnitRange else { continue }
      let generation = candidate == CandidateID(1) ? 0 : view.fold.track.line.count - 1
      let point = Chart.Point(
        x: span == .generation ? Double(generation) : place(end), y: score.mean,
        low: score.interval.low, high: score.interval.high,
        label: name)
      points.append(point)
      records.append(
        record(
          "vault", candidate: candidate, point, trials: cells.reduce(0) { $0 + $1.scores.count },
          confidence: 0.95, ["split": "vault", "rests_on": "vault"]))
    }
    return (
      [
        Chart.Series(
          "sealed tasks, opened once at the end; 95% interval over tasks", .marks, points: points)
      ], records
    )
  }
}

// Money.
extension Sketch {
  var cost: Drawn {
    let miles = view.fold.track.miles + [view.lastMile]
    let names = Set(miles.flatMap(\.costs.keys)).sorted {
      let order = Money.roles
      let (one, two) = (order.firstIndex(of: $0) ?? 9, order.firstIndex(of: $1) ?? 9)
      return one == two ? $0 < $1 : one < two
    }
    func line(_ name: String, _ value: (NightTrack.Mile) -> Double) -> Chart.Series {
      Chart.Series(name, .line, points: miles.map { Chart.Point(x: place($0), y: value($0)) })
    }
    var series = [line("all", \.costUSD)]
    for name in names {
      series.append(line(Money.players(name)) { $0.costs[name] ?? 0 })
    }
    let spent = view.spent
    guard spent.costUSD != nil else {
      return (
        .chart(
          Chart(
            title: "Money of \(view.run.id)", about: about, x: axis,
            y: Axis("$", .dollars), series: [])), []
      )
    }
    var notes = about
    if spent.unknown > 0 {
      notes.append(
        "What \(Figure.plural(spent.unknown, "part")) of \(spent.known + spent.unknown) cost is unknown and "
          + "not in it.")
    }
    var rules: [Chart.Rule] = []
    if let most = view.world.rules.stops.costUSD {
      rules.append(Chart.Rule(y: most, label: "budget \(Figure.dollars(most))"))
    }
    let chart = Chart(
      title: "Money of \(view.run.id) over \(spanWord)", about: notes, x: axis,
      y: Axis("$ spent", .dollars, anchor: 0), series: Array(series.prefix(4)), rules: rules)
    let records = chart.series.flatMap { series in
      series.points.map { record(series.name, $0, ["unit": "usd"]) }
    }
    return (.chart(chart), records)
  }
}

// Gains by split.
extension Sketch {
  var gap: Drawn {
    let baseline = CandidateID(1)
    var records: [JSON] = []
    var believed: [Chart.Point] = []
    var fresh: [Chart.Point] = []
    var reigns = view.fold.track.reigns.filter { !$0.isTakenBack && $0.candidate != baseline }
    var seen: Set<CandidateID> = []
    reigns = reigns.filter { seen.insert($0.candidate).inserted }
    for reign in reigns {
      let x = place(reign.begun, generation: reign.generation)
      let name = view.label(reign.candidate)
      if let gain = view.expectedGain(of: reign.candidate, over: baseline) {
        // 90 % of a normal belief lie within 1.645 of its standard errors.
        let half = Normal.quantile(0.95) * gain.error
        let point = Chart.Point(
          x: x, y: gain.mean, low: gain.mean - half, high: gain.mean + half, label: name)
        believed.append(point)
        records.append(
          record(
            "dev", candidate: reign.candidate, point, confidence: 0.9, isExpectation: true,
            ["split": "dev", "rests_on": "pooled_model"]))
      }
      if let paired = view.freshDifference(baseline, reign.candidate) {
        let interval = paired.difference.interval
        let point = Chart.Point(
          x: x, y: paired.difference.mean, low: interval.low, high: interval.high, label: name)
        fresh.append(point)
        records.append(
          record(
            "gate", candidate: reign.candidate, point,
            trials: view.fresh(reign.candidate)?.trials, confidence: 0.9,
            ["split": "gate", "rests_on": "fresh"]))
      }
    }
    var sealed: [Chart.Point] = []
    if let report = view.world.report, let vault = report.vault {
      let generation = view.fold.track.line.count - 1
      let interval = view.interval(of: vault)
      let point = Chart.Point(
        x: span == .generation ? Double(generation) : place(view.lastMile), y: vault.mean,
        low: interval?.low, high: interval?.high, label: "vault")
      sealed.append(point)
      records.append(
        record(
          "vault", candidate: report.candidate, point, trials: vault.trials, confidence: 0.95,
          ["split": "vault", "rests_on": "vault"]))
    }
    let chart = Chart(
      title: "Gain over the baseline by split, \(view.run.id)",
      about: about + [
        "Dev tasks taught the pooled model, which chose the candidates: what it believes of them there is "
          + "no result. The gate tasks chose as well, the fresh trials on them did not. Only the vault was "
          + "asked once. A gain that shrinks from dev to gate to vault was fitted to what it was chosen on."
      ],
      x: axis, y: Axis("gain, pp", .points, anchor: 0),
      series: [
        Chart.Series(
          "dev tasks, by the pooled model with its prior; 90%", .marks, isExpectation: true,
          points: believed),
        Chart.Series(
          "gate tasks, fresh trials, paired by task; 90%", .marks, points: fresh),
        Chart.Series("sealed tasks, paired by task; 95%", .marks, points: sealed),
      ])
    return (.chart(chart), records)
  }
}

// Score against cost, and what edits are worth.
extension Sketch {
  var pareto: Drawn {
    var seen: Set<CandidateID> = []
    let line = Set(view.fold.track.line + [view.champion])
    var standing: [Chart.Point] = []
    var others: [Chart.Point] = []
    var records: [JSON] = []
    for reign in view.fold.track.reigns where seen.insert(reign.candidate).inserted {
      guard let fresh = view.fresh(reign.candidate), let cost = fresh.cost else { continue }
      let point = Chart.Point(
        x: cost.value, y: fresh.mean.value, low: fresh.mean.interval.low,
        high: fresh.mean.interval.high, lowX: cost.interval.low, highX: cost.interval.high,
        label: "g\(reign.generation) \(view.label(reign.candidate))")
      let stands = line.contains(reign.candidate) && !reign.isTakenBack
      if stands { standing.append(point) } else { others.append(point) }
      records.append(
        record(
          stands ? "stands" : "replaced", candidate: reign.candidate, point,
          trials: fresh.trials, confidence: 0.9,
          [
            "low_x": .number(cost.interval.low), "high_x": .number(cost.interval.high),
            "split": "gate", "rests_on": .string(fresh.kind.rawValue),
          ]))
    }
    let chart = Chart(
      title: "Score against the cost of a trial, \(view.run.id)",
      about: about + [
        "Fresh trials on gate tasks alone; 90% intervals, of scores on these very tasks and of costs over "
          + "tasks. Where two intervals overlap, neither is shown to be better."
      ],
      x: Axis("$ a trial", .dollars, anchor: 0), y: Self.scores,
      series: [
        Chart.Series("generations that stand", .marks, points: standing),
        Chart.Series("taken back, or replaced by something simpler", .marks, points: others),
      ])
    return (.chart(chart), records)
  }

  var effects: Drawn {
    let known = view.edits.compactMap { edit in edit.effect.map { (edit: edit, effect: $0) } }
      .sorted { ($1.effect.mean, $0.edit.id) < ($0.effect.mean, $1.edit.id) }
    let shown = known.prefix(40)
    let half = Normal.quantile(0.95)
    let rows = shown.map { row in
      Forest.Row(
        "\(row.edit.id) \(row.edit.summary)", mean: row.effect.mean,
        low: row.effect.mean - half * row.effect.error,
        high: row.effect.mean + half * row.effect.error, group: row.edit.word)
    }
    var notes =
      about + [
        "Points on dev tasks as the pooled model believes, with 90% of its belief: pulled towards 0 by a "
          + "prior, from trials that it chose itself. An expectation of each edit, no result."
      ]
    if known.count > shown.count {
      notes.append(
        "The first \(shown.count) of \(known.count) edits: belay hypotheses \(view.run.id) --all")
    }
    let records = known.map { row in
      record(
        "edit",
        Chart.Point(
          x: row.effect.mean, y: 0, low: row.effect.mean - half * row.effect.error,
          high: row.effect.mean + half * row.effect.error, label: "\(row.edit.id)"),
        trials: row.edit.trials, confidence: 0.9, isExpectation: true,
        [
          "edit": .string("\(row.edit.id)"), "state": .string(row.edit.word), "y": .null,
          "summary": .string(DisplayWidth.cut(row.edit.summary, to: 120)), "split": "dev",
        ])
    }
    return (
      .forest(
        Forest(
          title: "What each edit is believed to be worth, \(view.run.id)", about: notes,
          axis: Axis("points of the mean score on dev tasks", .points, anchor: 0), rows: rows)),
      records
    )
  }
}
