internal import Base
internal import Climb
internal import Facts
internal import Layout
internal import Ledger
internal import NightReading
internal import Stats

/// What a night knows of two of its candidates.
struct NightDifference: Sendable {
  /// An edit that only one of the two carries.
  struct Carried: Sendable {
    let edit: EditView
    /// Whether it is the second that carries it.
    let isAdded: Bool
  }

  let view: NightView
  let first: CandidateID
  let second: CandidateID
  let edits: [Carried]
  let splits: [SplitDifference]
  let behaviour: Behaviour
  /// The gain on dev tasks that the pooled model expects.
  let expected: (mean: Double, error: Double)?
  let vault: VaultFigures?

  /// Nil where one of the two is no candidate of the night.
  init?(_ reader: LedgerReader, _ view: NightView, _ one: CandidateID, _ other: CandidateID) throws
  {
    guard let first = view.candidate(labelled: one), let second = view.candidate(labelled: other)
    else { return nil }
    self.view = view
    self.first = first
    self.second = second
    let (before, after) = (view.world.edits(of: first), view.world.edits(of: second))
    edits =
      after.filter { !before.contains($0) }.compactMap { view.edit($0) }
      .map { Carried(edit: $0, isAdded: true) }
      + before.filter { !after.contains($0) }.compactMap { view.edit($0) }
      .map { Carried(edit: $0, isAdded: false) }
    let mine = try NightTrial.read(reader, view, one)
    let theirs = try NightTrial.read(reader, view, other)
    splits = [Split.gate, .dev].compactMap { SplitDifference(mine, theirs, $0) }
    behaviour = Behaviour(mine, theirs)
    expected = view.expectedGain(of: second, over: first)
    let isOfVault = first == CandidateID(1) && second == view.world.report?.candidate
    vault = isOfVault ? view.world.report?.vault : nil
  }

  private func name(_ candidate: CandidateID) -> String {
    let place = view.place(of: candidate)
    let what =
      candidate == CandidateID(1) ? "baseline" : candidate == view.champion ? "champion" : ""
    let more = [place ?? "", what].filter { !$0.isEmpty }.joined(separator: ", ")
    return view.label(candidate) + (more.isEmpty ? "" : " (\(more))")
  }

  static func basis(_ word: String) -> String {
    switch word {
    case "report", "bank": "fresh trials"
    case "race": "trials of its race, which chose or refused it"
    case "screening": "trials of the screening, which chose"
    default: word
    }
  }
}

// What is said.
extension NightDifference {
  func heading(_ one: DifferencePage.Side, _ other: DifferencePage.Side, width: Int, ink: Ink)
    -> [String]
  {
    var lines = Prose.parts(
      [
        "\(name(first)) -> \(name(second))", "\(view.run.id) \(Labelled.quoted(view.name, to: 40))",
        "suite \(view.run.suiteName)@\(view.run.fact.suite.short)",
        view.rehearsal?.uppercasedFirst ?? "",
      ], width: width, indent: 2
    ).map { ink.painted($0, .strong) }
    if let vault {
      lines += Labelled.line(
        "vault",
        "\(Figure.percent(vault.baseline)) -> \(Figure.percent(vault.champion)), "
          + "\(view.gain(vault)): the night's last word",
        width: width)
    }
    for split in splits where split.tellsMuch { lines += figures(split, width: width) }
    if let expected {
      lines += Labelled.line(
        "expected",
        "\(Figure.points(expected.mean)) ± \(Figure.percent(expected.error)) on dev tasks by the pooled model: "
          + "prior-based, it chose, and so no result", width: width)
    }
    return lines + [""]
  }

  private func figures(_ split: SplitDifference, width: Int) -> [String] {
    let means = split.means
    let interval = split.paired.difference.interval
    var text =
      "\(Figure.percent(means.first)) -> \(Figure.percent(means.second)), "
      + "\(Figure.points(split.paired.difference.mean)) paired over "
      + "\(Figure.plural(split.tasks.count, "task")), 95% t interval \(Self.range(interval)), "
      + "\(Figure.pValue(split.paired.pValue)); "
    if split.basis.first == split.basis.second || (split.basis.first != "race" && !split.isSelected)
    {
      text += Self.basis(split.basis.second)
    } else {
      text +=
        "before: \(Self.basis(split.basis.first)); after: \(Self.basis(split.basis.second))"
    }
    text +=
      split.isSelected
      ? ": no result" : split.split == .gate ? ", on tasks that chose it: overstates" : ""
    return Labelled.line(split.split.rawValue, text, width: width)
  }

  private static func range(_ interval: Interval) -> String {
    Figure.range(interval.low, interval.high, signed: true)
  }

  /// Whose idea a change of a component was, and what it is believed to be worth.
  func notes(of component: String, width: Int, ink: Ink) -> [String] {
    edits.filter { $0.edit.entry.proposal.edit.components.contains(component) }.flatMap { carried in
      let edit = carried.edit
      var text =
        "\(carried.isAdded ? "" : "without ")\(edit.id) \(Labelled.quoted(edit.summary)) by "
        + edit.entry.proposal.author
      if let effect = edit.effect {
        text +=
          ": about \(Figure.points(effect.mean)) ± \(Figure.percent(effect.error)) on dev tasks, an expectation"
      }
      return Prose.wrap([(text, .dim)], width: width, prefix: "  ? ", indent: 4, ink: ink)
    }
  }

  func scores(width: Int, ink: Ink) -> [String] {
    var lines: [String] = []
    for split in splits where split.tellsMuch {
      let paired = split.paired
      let label = "tasks"
      lines += Labelled.parts(
        label,
        [
          split.split.rawValue, "better \(paired.better)", "worse \(paired.worse)",
          "same \(paired.same)", split.isSelected ? "(\(Self.basis(split.basis.second)))" : "",
        ], width: width)
      guard view.tells(split.split) else {
        lines += Labelled.line(
          "", "which gate tasks these are is told when the night is over", width: width)
        continue
      }
      lines += movers(split, width: width, ink: ink)
    }
    if !splits.contains(where: \.tellsMuch) {
      lines.append("too few tasks have judged trials of both")
    }
    return lines + behaviours(width: width)
  }

  private func movers(_ split: SplitDifference, width: Int, ink: Ink) -> [String] {
    let movers = split.movers(5)
    guard !movers.better.isEmpty || !movers.worse.isEmpty else { return [] }
    var table = TextTable([
      TextTable.Column(title: "  biggest movers", shrinksTo: 14),
      TextTable.Column(title: "before", right: true), TextTable.Column(title: "after", right: true),
      TextTable.Column(title: "pp", right: true), TextTable.Column(title: "p", right: true),
    ])
    for task in movers.better + movers.worse {
      table.add([
        "  \(task.name.printable())", Self.share(task.first), Self.share(task.second),
        Figure.percent(task.difference, signed: true),
        task.pValue.map { $0 < 0.001 ? "<0.001" : Figure.fixed($0, 3) } ?? Figure.missing,
      ])
    }
    let gains = movers.better.count
    return table.lines(width: width) { row, column, text in
      row >= 0 && column == 3 ? ink.painted(text, row < gains ? .good : .bad) : text
    } + Labelled.line("", Self.chance(split), width: width)
  }

  /// How many single tasks moved by more than chance.
  static func chance(_ split: SplitDifference) -> String {
    let count = split.tellingTasks.count
    let how = "exact test of each, 5% for all \(split.tasks.count) together"
    return count == 0
      ? "no single task moved by more than chance can on so few trials (\(how)); what counts is all of them"
      : "\(Figure.plural(count, "task")) moved by more than chance (\(how))"
  }

  /// `2/3`, or the mean where credit is partial.
  static func share(_ scores: [Double]) -> String {
    let passes = scores.count { $0 == 1 }
    return scores.allSatisfy { $0 == 0 || $0 == 1 }
      ? "\(passes)/\(scores.count)"
      : Figure.fixed(scores.reduce(0, +) / Double(scores.count), 2) + " of \(scores.count)"
  }

  private func behaviours(width: Int) -> [String] {
    guard behaviour.tasks > 0 else { return [] }
    let parts = behaviour.lines.compactMap { line -> String? in
      guard line.first != nil || line.second != nil else { return nil }
      let show: (Double?) -> String
      let name: String
      switch line.name {
      case "turns": (name, show) = ("turns", { Figure.fixed($0, 1) })
      case "limit": (name, show) = ("met a limit", { "\(Figure.percent($0))%" })
      case "refusal": (name, show) = ("refusals", { "\(Figure.percent($0))%" })
      case "cost_usd": (name, show) = ("cost", { Figure.dollars($0) })
      case "input_tokens": (name, show) = ("tokens in", { Figure.count($0.map { Int($0) }) })
      case "output_tokens": (name, show) = ("tokens out", { Figure.count($0.map { Int($0) }) })
      default: (name, show) = ("time", { Figure.duration(milliseconds: $0.map { Int($0) }) })
      }
      var text = "\(name) \(show(line.first)) -> \(show(line.second))"
      if let one = line.first, let two = line.second, one > 0,
        !["limit", "refusal"].contains(line.name)
      {
        text += " (\(Figure.fixed((two / one - 1) * 100, 0, signed: true))%)"
      }
      return text
    }
    let trials: (first: Int, second: Int) = behaviour.lines.last?.trials ?? (first: 0, second: 0)
    return Labelled.parts("behaviour", parts, width: width)
      + Labelled.line(
        "",
        "a trial, over the \(Figure.plural(behaviour.tasks, "task")) that both were tried on: "
          + "\(trials.first) and \(Figure.plural(trials.second, "trial"))", width: width)
  }
}

// The same as records.
extension NightDifference {
  var fields: [String: JSON] {
    [
      "run": .string("\(view.run.id)"), "state": .string(view.state.rawValue),
      "rehearsal": .bool(view.rehearsal != nil),
      "scores": .array(splits.map(record)),
      "vault": vault.map {
        [
          "mean_difference": .number($0.mean), "low": .number(view.interval(of: $0)?.low),
          "high": .number(view.interval(of: $0)?.high), "confidence": .double(0.95),
          "first": .number($0.baseline), "second": .number($0.champion),
          "tasks": .int($0.tasks.count), "trials": .int($0.trials),
        ]
      } ?? .null,
      "expected_gain": expected.map {
        [
          "points": .number($0.mean), "error": .number($0.error), "measured_on": "dev",
          "prior_based": true, "expectation": true,
        ]
      } ?? .null,
      "edits": .array(
        edits.map { carried in
          var record = carried.edit.fields(content: false)
          record["carried_by"] = .string(carried.isAdded ? "second" : "first")
          record["verdicts"] = .null
          return .object(record)
        }),
      "behaviour": [
        "tasks": .int(behaviour.tasks),
        "measures": .array(
          behaviour.lines.map {
            [
              "measure": .string($0.name), "first": .number($0.first), "second": .number($0.second),
              "trials_first": .int($0.trials.first), "trials_second": .int($0.trials.second),
            ]
          }),
      ],
    ]
  }

  private func record(_ split: SplitDifference) -> JSON {
    let shows = view.tells(split.split)
    return [
      "split": .string(split.split.rawValue), "first": .number(split.means.first),
      "second": .number(split.means.second),
      "basis_first": .string(split.basis.first), "basis_second": .string(split.basis.second),
      "chose_the_candidate": .bool(split.isSelected),
      "mean_difference": .number(split.paired.difference.mean),
      "low": .number(split.paired.difference.interval.low),
      "high": .number(split.paired.difference.interval.high), "confidence": .double(0.95),
      "p_value": .number(split.paired.pValue), "better": .int(split.paired.better),
      "worse": .int(split.paired.worse), "same": .int(split.paired.same),
      "tasks_beyond_chance": .int(split.tellingTasks.count),
      "tasks_withheld": .bool(!shows),
      "tasks": .array(
        !shows
          ? []
          : split.tasks.map { task in
            [
              "task": .string(task.name), "digest": .string(task.digest.hex),
              "first": .array(task.first.map { .number($0) }),
              "second": .array(task.second.map { .number($0) }),
              "difference": .number(task.difference), "p_value": .number(task.pValue),
              "beyond_chance": .bool(split.tellingTasks.contains(task.digest)),
            ]
          }),
    ]
  }
}
