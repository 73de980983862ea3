internal import Base

/// Reads `[knobs]`, whose targets must be there and whose ranges must hold what stands in the file.
struct KnobReader {
  /// What a target can take and how it stands now.
  private enum Kind {
    case int(now: Int?)
    case real(now: Double?, within: ClosedRange<Double>)
    case choice([String], now: String?)
    case toggle
  }

  let root: ConfigTable
  let model: ModelSettings
  let context: ContextPolicy
  let limits: HarnessLimits
  let orchestration: Orchestration
  let tools: [ToolSelection]
  let skills: [String]
  let prompts: [Prompt]

  func read() -> [Knob] {
    guard let table = root.table("knobs") else { return [] }
    let targets = targets
    var knobs: [Knob] = []
    for target in table.keys {
      guard let kind = targets[target] else {
        table.fault(
          target,
          "there is nothing of this name to tune"
            + Spelling.suggestion(for: target, in: targets.keys.sorted()))
        _ = table.any(target)
        continue
      }
      guard let inner = table.table(target) else { continue }
      if let range = range(inner, kind) { knobs.append(Knob(target: target, range: range)) }
      inner.finish()
    }
    table.finish()
    return knobs
  }

  private var targets: [String: Kind] {
    let positive = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude
    var targets: [String: Kind] = [
      "limits.turns": .int(now: limits.turns),
      "limits.wall_sec": .real(now: limits.wall.map { $0 / .seconds(1) }, within: positive),
      "limits.input_tokens": .int(now: limits.inputTokens),
      "limits.output_tokens": .int(now: limits.outputTokens),
      "limits.cost_usd": .real(now: limits.costUSD, within: positive),
      "limits.tool_output_bytes": .int(now: limits.toolOutputBytes),
      "model.temperature": .real(now: model.temperature, within: 0...2),
      "model.top_p": .real(now: model.topP, within: 0...1),
      "model.max_output_tokens": .int(now: model.maxOutputTokens),
      "model.reasoning": .choice(
        ModelSettings.Reasoning.allCases.map(\.rawValue), now: model.reasoning?.rawValue),
      "context.compact_at": .real(now: context.compactAt, within: 0.05...1),
      "context.compaction": .choice(
        ContextPolicy.Compaction.allCases.map(\.rawValue), now: context.compaction.rawValue),
    ]
    for tool in tools { targets["tools.\(tool.text)"] = .toggle }
    for skill in skills { targets["skills.\(skill)"] = .toggle }
    for prompt in prompts {
      for section in prompt.sections { targets["\(prompt.path)#\(section.title)"] = .toggle }
    }
    for step in orchestration.steps {
      if step.repeatUntil != nil {
        targets["\(place(step)).max_rounds"] = .int(now: step.maxRounds)
      }
      if step.fanOut > 1 {
        targets["\(place(step)).fan_out"] = .int(now: step.fanOut)
      }
    }
    return targets
  }

  // A preset says it once for all of its steps.
  private func place(_ step: OrchestrationStep) -> String {
    orchestration.pattern == "steps" ? "orchestration.\(step.role)" : "orchestration"
  }

  private func range(_ table: ConfigTable, _ kind: Kind) -> Knob.Range? {
    let expected: String
    switch kind {
    case .int(let now):
      if let bounds = bounds(table, "int"), let low = Int(exactly: bounds.lowerBound),
        let high = Int(exactly: bounds.upperBound)
      {
        if low < 1 { table.fault("int", "\(low) is out of range; expected at least 1") }
        check(now.map(Double.init), bounds, table, "int")
        return .int(low...high)
      }
      expected = "int = [1, 10]"
    case .real(let now, let limits):
      if let bounds = bounds(table, table.has("int") ? "int" : "real") {
        let key = table.has("int") ? "int" : "real"
        if !limits.contains(bounds.lowerBound) || !limits.contains(bounds.upperBound) {
          table.fault(key, "lies outside of what the key can take")
        }
        check(now, bounds, table, key)
        return .real(bounds)
      }
      expected = "real = [0.1, 0.9]"
    case .choice(let words, let now):
      if let choices = table.strings("choice"), choices.count > 1 {
        for word in choices where !words.contains(word) {
          table.fault(
            "choice",
            "'\(word.printable())' is not known; expected one of "
              + words.joined(separator: ", ") + Spelling.suggestion(for: word, in: words))
        }
        if let now, !choices.contains(now) {
          table.fault("choice", "'\(now)', as it stands now, is not among them")
        }
        return .choice(choices)
      }
      expected = "choice = [\"\(words[0])\", \"\(words[1])\"]"
    case .toggle:
      if let isOn = table.bool("switch") { return .toggle(isOn: isOn) }
      expected = "switch = true, or false while it is off"
    }
    root.diagnostics.add(
      Diagnostic(
        .error, file: root.file, line: table.line, key: table.path, "expected { \(expected) }"))
    return nil
  }

  private func bounds(_ table: ConfigTable, _ key: String) -> ClosedRange<Double>? {
    guard let node = table.any(key), case .array(let elements) = node.value,
      elements.count == 2, let low = elements[0].json.double, let high = elements[1].json.double,
      key == "real" || (elements[0].json.int != nil && elements[1].json.int != nil)
    else { return nil }
    guard low <= high else {
      table.fault(key, "the first is larger than the second")
      return nil
    }
    return low...high
  }

  private func check(
    _ now: Double?, _ bounds: ClosedRange<Double>, _ table: ConfigTable, _ key: String
  ) {
    guard let now, !bounds.contains(now) else { return }
    let shown = now.rounded() == now ? "\(Int(now))" : "\(now)"
    table.fault(key, "\(shown), as it stands now, lies outside")
  }
}
