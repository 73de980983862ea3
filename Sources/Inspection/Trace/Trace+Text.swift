internal import Base
internal import Facts
internal import Interchange
internal import Layout
internal import Score

extension Trace {
  /// The trace as a screen.
  public func text(width: Int) -> String {
    var lines = heading(width: width)
    if let attempt {
      lines += attemptLines(attempt, width: width)
    } else {
      lines.append("no attempt has ended yet")
    }
    if let fault { lines.append(fault) }
    if let divergence {
      lines += divergence.lines(content: request.content, width: width)
    }
    if !steps.isEmpty { lines += request.content ? contentLines(width) : stepTable(width) }
    if isTruncated { lines.append("the last \(steps.count) of \(allSteps.count) steps") }
    lines += logLines(width: width)
    if isWithheld {
      lines += Prose.wrap(trial.split.whyWithheld, width: width)
    } else if !request.content {
      lines += Prose.wrap(
        "text written by the agent is withheld (untrusted): --content shows it", width: width)
    }
    return Prose.text(lines)
  }

  private func heading(width: Int) -> [String] {
    let fact = trial.fact
    return Prose.parts(
      [
        "\(trial.id)", "\(fact.candidate) \(candidate.name) / \(trial.taskName)",
        place, trial.split?.rawValue ?? "", "\(fact.run)",
        attempt.map { "attempt \($0.number) of \(attempts)" } ?? "", rehearsal ?? "",
      ], width: width, indent: 2)
  }

  private func attemptLines(_ attempt: AttemptRecord, width: Int) -> [String] {
    var ending = attempt.outcome.words
    if let limit = attempt.limit { ending += " (\(limit))" }
    if let code = attempt.exitCode { ending += ", exit \(code)" }
    let usage = attempt.usage
    var lines = Prose.parts(
      [
        isWithheld ? "WITHHELD" : attempt.verdict, ending,
        isWithheld ? "" : Self.score(attempt.score),
        isWithheld
          ? "" : "reward \(attempt.reward.map { JSON.number($0).text() } ?? Figure.missing)",
        Figure.duration(milliseconds: usage.wallMs),
        "cpu \(Figure.duration(milliseconds: usage.cpuMs))",
        "memory \(Figure.bytes(usage.peakMemoryBytes))", "cost \(Figure.dollars(usage.costUSD))",
        "tokens \(Figure.count(usage.inputTokens)) in (\(Figure.count(usage.cachedTokens)) cached) "
          + "\(Figure.count(usage.outputTokens)) out",
      ], width: width, indent: 2)
    if let sentence = attempt.sentence(content: request.content) {
      lines += Prose.wrap("because: \(sentence)", width: width, indent: 2)
    }
    if !attempt.metrics.isEmpty {
      lines += Prose.parts(
        ["metrics"]
          + attempt.metrics.sorted { $0.key < $1.key }.map {
            "\($0.key) \(JSON.number($0.value).text())"
          }, width: width, indent: 2)
    }
    if !attempt.flags.isEmpty {
      lines += Prose.parts(["flags"] + attempt.flags, width: width, indent: 2)
    }
    if !attempt.phases.isEmpty {
      lines += Prose.parts(
        ["phases"]
          + attempt.phases.map {
            "\($0.name) \(Figure.duration(milliseconds: Int($0.duration.inMilliseconds.rounded())))"
          }, width: width, indent: 2)
    }
    for step in attempt.steps.array ?? [] {
      lines += Prose.parts(
        [
          "step \(step["name"].string ?? Figure.missing)",
          Self.score(step["score"].double),
          step["limit"].string.map { "limit \($0)" } ?? "",
          step["exit_code"].int.map { "exit \($0)" } ?? "",
        ], width: width, indent: 2)
    }
    return lines
  }

  private static func score(_ score: Double?) -> String {
    "score " + (score.map { "\(Figure.percent($0))%" } ?? Figure.missing)
  }

  private var start: Timestamp? { allSteps.compactMap(\.step.at).first ?? attempt?.startedAt }

  private func elapsed(_ step: TraceStep) -> String {
    guard let at = step.step.at, let start else { return Figure.missing }
    let seconds = (at.milliseconds - start.milliseconds) / 1000
    return seconds < 0
      ? Figure.missing : "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
  }

  private func stepTable(_ width: Int) -> [String] {
    var table = TextTable([
      TextTable.Column(title: "#", right: true), TextTable.Column(title: "+t", right: true),
      TextTable.Column(title: "who"), TextTable.Column(title: "what", shrinksTo: 20),
      TextTable.Column(title: "tok in/cache/out", right: true, leaves: 1),
      TextTable.Column(title: "part", shrinksTo: 6, leaves: 2),
    ])
    for step in steps {
      let usage = step.step.usage
      let tokens = [usage?.input, usage?.cached, usage?.output]
      table.add([
        "\(step.step.number)", elapsed(step), step.step.source.rawValue, step.summary,
        tokens.allSatisfy { $0 == nil }
          ? Figure.missing : tokens.map { Figure.count($0) }.joined(separator: "/"),
        step.part ?? "",
      ])
    }
    return table.lines(width: width)
  }

  private func contentLines(_ width: Int) -> [String] {
    steps.flatMap { entry in
      let step = entry.step
      let title = "--- \(step.number) +\(elapsed(entry)) \(step.source.rawValue) "
      let rule = String(repeating: "-", count: max(0, width - title.count))
      var lines = [DisplayWidth.cut(title + rule, to: max(width, 1))]
      if let reasoning = step.reasoning, !reasoning.isEmpty {
        lines += block("thought: \(reasoning)", width)
      }
      if !step.text.isEmpty { lines += block(step.text, width) }
      for call in step.calls { lines += block("-> \(call.name) \(call.arguments.text())", width) }
      for result in step.results { lines += block("<- \(result.text)", width) }
      return lines
    }
  }

  private func logLines(width: Int) -> [String] {
    logs.flatMap { log in
      let cut =
        log.file.bytes < log.file.totalBytes
        ? ", cut from \(Figure.bytes(log.file.totalBytes))" : ""
      let title = "log \(log.file.path) \(Figure.bytes(log.file.bytes))\(cut)"
      return Prose.wrap(title, width: width, indent: 2) + (log.text.map { block($0, width) } ?? [])
    }
  }

  // Every line is set in, so that nothing an agent wrote can look like a line of Belay's own.
  private func block(_ text: String, _ width: Int) -> [String] {
    let shown = Self.cut(Array(text.utf8), to: request.textLimit)
    return Prose.quote(shown, width: width, prefix: "  | ")
  }
}
