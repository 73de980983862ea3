public import Base
internal import Facts
internal import Layout
internal import Score
internal import Stats

extension Comparison {
  /// Whole counts.
  public var counts: [String: Int] {
    [
      "tasks": tasks.count, "pairs": tasks.reduce(0) { $0 + $1.pairs },
      "better": paired?.better ?? 0, "worse": paired?.worse ?? 0, "same": paired?.same ?? 0,
      "missing": tasks.count { $0.difference == nil }, "vault_openings": vaultOpenings,
    ]
  }

  /// The verdict and the figures that it rests on.
  public var fields: [String: JSON] {
    [
      "first": subjectJSON(first, firstTally), "second": subjectJSON(second, secondTally),
      "difference": paired?.difference.inDifferenceRange.json ?? .null,
      "p_value": .number(paired?.pValue), "verdict": .string(verdict.rawValue),
      "comparable": .bool(cautions.isEmpty), "cautions": .array(cautions.map(JSON.string)),
      "regression": .bool(isRegression),
    ]
  }

  /// One record per task.
  public var items: [JSON] {
    tasks.map { task in
      [
        "task": .string(task.name), "digest": .string(task.task.hex),
        "split": .optional(task.split?.rawValue), "first": task.first.json,
        "second": task.second.json, "pairs": .int(task.pairs),
        "difference": .number(task.difference),
      ]
    }
  }

  /// Commands that lead on.
  public var hints: [String] { ["belay matrix \(first.label) \(second.label)"] }

  private func subjectJSON(_ subject: Subject, _ tally: Tally) -> JSON {
    [
      "run": .string("\(subject.run.id)"), "candidate": .string("\(subject.candidate.id)"),
      "harness": subject.candidate.json, "score": .number(mean(subject == first)),
      "trials": tally.trialsJSON, "usage": tally.usageJSON,
    ]
  }

  // Over the tasks that both have scored, so that the two means differ by the difference where seeds pair.
  private func mean(_ ofFirst: Bool) -> Double? {
    let means = tasks.filter { $0.difference != nil }
      .compactMap { ofFirst ? $0.first.mean : $0.second.mean }
    return means.isEmpty ? nil : means.reduce(0, +) / Double(means.count)
  }

  /// The comparison as a screen.
  public func text(width: Int) -> String {
    var lines = Prose.parts(
      [
        "\(first.label) \(first.candidate.name) \(Figure.percent(mean(true)))% ->",
        "\(second.label) \(second.candidate.name) \(Figure.percent(mean(false)))%",
        "on \(second.run.suiteName)@\(second.run.fact.suite.short)",
        second.run.fact.rehearsal ?? first.run.fact.rehearsal ?? "",
      ], width: width, indent: 2)
    if let paired {
      lines += Prose.parts(
        [
          "difference \(Figure.percent(paired.difference.mean, signed: true)) points",
          "95% interval "
            + Figure.range(paired.difference.inDifferenceRange.interval, signed: true),
          Figure.pValue(paired.pValue), verdictWords,
        ], width: width, indent: 2)
      lines += Prose.parts(
        [
          "tasks: better \(paired.better)", "worse \(paired.worse)", "same \(paired.same)",
          "missing \(tasks.count { $0.difference == nil })",
          "\(Figure.plural(tasks.reduce(0) { $0 + $1.pairs }, "pair")) of trials with one seed",
          vaultOpenings > 0 ? "vault opened \(Figure.plural(vaultOpenings, "time"))" : "",
        ], width: width, indent: 2)
    } else {
      lines += Prose.wrap("no task has scored trials in both", width: width)
    }
    for caution in cautions {
      lines += Prose.wrap("caution: \(caution)", width: width, indent: 2)
    }
    lines += Prose.parts(usageParts, width: width, indent: 2)
    lines += moverLines(width: width)
    return Prose.text(lines)
  }

  private var verdictWords: String {
    switch verdict {
    case .better: "\(second.label) is better"
    case .worse: "\(second.label) is worse"
    case .cannotTell: "the data cannot tell them apart"
    case .undecided: "undecided"
    }
  }

  private var usageParts: [String] {
    func each(_ tally: Tally, _ value: (Tally) -> (Double, Int)) -> Double? {
      let (sum, known) = value(tally)
      return known > 0 ? sum / Double(known) : nil
    }
    let measures: [(String, (Tally) -> (Double, Int), (Double?) -> String)] = [
      ("$/trial", { ($0.costSum, $0.costKnown) }, { Figure.dollars($0) }),
      (
        "tok/trial", { (Double($0.inputTokens + $0.outputTokens), $0.tokensKnown) },
        { Figure.count($0.map { Int($0) }) }
      ),
      (
        "time/trial", { (Double($0.wallMs), $0.attempts) },
        { Figure.duration(milliseconds: $0.map { Int($0) }) }
      ),
    ]
    return measures.map { name, value, show in
      let (one, two) = (each(firstTally, value), each(secondTally, value))
      var change = ""
      if let one, let two, one > 0 {
        change = " (\(Figure.fixed((two / one - 1) * 100, 0, signed: true))%)"
      }
      return "\(name) \(show(one)) -> \(show(two))\(change)"
    }
  }

  private func moverLines(width: Int) -> [String] {
    let movers = movers()
    guard !movers.isEmpty else { return [] }
    var table = TextTable([
      TextTable.Column(title: "biggest movers", shrinksTo: 12),
      TextTable.Column(title: "first", right: true), TextTable.Column(title: "second", right: true),
      TextTable.Column(title: "points", right: true), TextTable.Column(title: "split", leaves: 1),
    ])
    for task in movers {
      table.add([
        task.name, "\(task.first.passes)/\(task.first.scored)",
        "\(task.second.passes)/\(task.second.scored)",
        Figure.percent(task.difference, signed: true), task.split?.rawValue ?? Figure.missing,
      ])
    }
    return table.lines(width: width)
  }
}
