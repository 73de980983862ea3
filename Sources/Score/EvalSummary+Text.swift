internal import Base
internal import Facts
internal import Layout
internal import Stats

extension EvalSummary {
  /// The summary in about ten lines.
  public func text(width: Int) -> String { text(width: width, leftOut: []) }

  /// The summary in about ten lines; `leftOut` says what of the suite could not be used.
  public func text(width: Int, leftOut: [String]) -> String {
    var lines = heading(width: width)
    lines += scoreLines(width: width)
    if !card.passAtK.isEmpty, card.passAtK.count > 1 {
      lines += labelled(
        "pass@k", card.passAtK.map { "@\($0.k) \(Figure.percent($0.value))" }, width: width)
    }
    lines += trialLines(width: width)
    lines += labelled("invalid", leftOut, width: width)
    lines += labelled("usage", usageParts, width: width)
    lines += labelled(
      "time",
      [
        wallMs.map { "\(Figure.duration(milliseconds: $0)) from start to end" }
          ?? "the run has not ended",
        "trials \(Figure.duration(milliseconds: card.tally.wallMs))",
        "cpu \(Figure.duration(milliseconds: card.tally.cpuMs))",
      ], width: width)
    lines += worstLines(width: width)
    if run.fact.opensVault || vaultOpenings > 0 {
      lines += labelled(
        "vault", ["opened \(Figure.plural(vaultOpenings, "time")) in this lab"], width: width)
    }
    lines += labelled("next", hints, width: width)
    return Prose.text(lines)
  }

  private func heading(width: Int) -> [String] {
    let splitNames = Set(card.tasks.compactMap(\.split)).sorted().map(\.rawValue)
    let scope =
      (splitNames.isEmpty ? "" : splitNames.joined(separator: "+") + ", ")
      + Figure.plural(card.tasks.count, "task")
    return Prose.parts(
      [
        "\(run.id)", "\(candidate.id) \(candidate.name)",
        "on \(run.suiteName)@\(run.fact.suite.short) (\(scope))",
        run.end.map { $0.ending == .done ? "" : $0.ending.rawValue } ?? "running",
        run.fact.rehearsal ?? "",
      ], width: width, indent: 2)
  }

  private func scoreLines(width: Int) -> [String] {
    guard let score = card.score else {
      return labelled("score", ["undecided: " + card.reasons.joined(separator: "; ")], width: width)
    }
    var lines = labelled("score", [Self.words(score)], width: width)
    for split in splits.keys.sorted() {
      guard let part = splits[split] else { continue }
      let words =
        part.score.map(Self.words) ?? "undecided: " + part.reasons.joined(separator: "; ")
      lines += labelled("  " + split.rawValue, [words], width: width)
    }
    return lines
  }

  static func words(_ score: ClusteredMean) -> String {
    let how =
      score.method == .studentT
      ? "t over \(Figure.plural(score.tasks, "task"))"
      : score.tasks == 1
        ? "one task, exact binomial" : "all \(score.tasks) tasks alike, exact binomial"
    return "\(Figure.percent(score.mean))%  95% interval \(Figure.range(score.interval))  \(how)"
  }

  private func trialLines(width: Int) -> [String] {
    let tally = card.tally
    var parts = ["\(tally.scored) of \(tally.trials) scored"]
    let outcomes = tally.outcomesText
    if !outcomes.isEmpty { parts.append(outcomes) }
    if tally.finished < tally.trials { parts.append("unfinished \(tally.trials - tally.finished)") }
    if tally.retries > 0 { parts.append("retried \(Figure.plural(tally.retries, "time"))") }
    return labelled("trials", parts, width: width)
  }

  private var usageParts: [String] {
    let tally = card.tally
    var parts: [String] = []
    if let cost = tally.costUSD {
      let each = tally.costKnown > 0 ? cost / Double(tally.costKnown) : nil
      parts.append("cost \(Figure.dollars(cost)) (\(Figure.dollars(each)) an attempt)")
      if tally.costKnown < tally.attempts {
        parts.append("known for \(tally.costKnown) of \(tally.attempts) attempts")
      }
    } else {
      parts.append("cost unknown")
    }
    if tally.tokensKnown > 0 {
      parts.append(
        "tokens \(Figure.count(tally.inputTokens)) in "
          + "(\(Figure.count(tally.cachedTokens)) cached), \(Figure.count(tally.outputTokens)) out")
    } else {
      parts.append("tokens unknown")
    }
    return parts
  }

  private func worstLines(width: Int) -> [String] {
    guard !worst.isEmpty else { return [] }
    var table = TextTable([
      TextTable.Column(title: "worst tasks", shrinksTo: 12),
      TextTable.Column(title: "score", right: true),
      TextTable.Column(title: "passed", right: true),
      TextTable.Column(title: "split", leaves: 1),
      TextTable.Column(title: "trial"),
      TextTable.Column(title: "outcomes", shrinksTo: 10, leaves: 2),
    ])
    for entry in worst {
      table.add([
        entry.task.name, Figure.percent(entry.task.mean),
        "\(entry.task.tally.passes)/\(entry.task.tally.scored)",
        entry.task.split?.rawValue ?? Figure.missing,
        entry.trial.map { "\($0)" } ?? Figure.missing, entry.task.tally.outcomesText,
      ])
    }
    return table.lines(width: width)
  }

  private func labelled(_ label: String, _ parts: [String], width: Int) -> [String] {
    let space = String(repeating: " ", count: max(1, 10 - label.count))
    guard let first = parts.first else { return [] }
    return Prose.parts([label + space + first] + parts.dropFirst(), width: width, indent: 10)
  }
}
