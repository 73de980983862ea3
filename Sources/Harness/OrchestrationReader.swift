internal import Base

/// Reads `[orchestration]`: a preset's steps, or those that are written out.
struct OrchestrationReader {
  let root: ConfigTable
  let shelf: ToolShelf
  let enabled: [ToolSelection]
  let model: String
  let context: ContextPolicy
  /// The paths of all prompts.
  let prompts: [String]

  func read() -> Orchestration {
    guard let table = root.table("orchestration") else {
      return preset(.loop, named: "orchestration.pattern", nil)
    }
    defer { table.finish(known: ["max_rounds", "fan_out", "models"]) }
    let names = Orchestration.Preset.allCases.map(\.rawValue) + ["steps"]
    let pattern = table.string("pattern")
    if !table.has("pattern") {
      table.fault("pattern", "missing; expected one of \(names.joined(separator: ", "))")
    } else if let pattern, !names.contains(pattern) {
      table.fault(
        "pattern",
        "'\(pattern.printable())' is not known; expected one of "
          + names.joined(separator: ", ") + Spelling.suggestion(for: pattern, in: names))
    }
    if let pattern, let known = Orchestration.Preset(rawValue: pattern) {
      if table.has("step") {
        table.fault("step", "has no place beside a preset; expected pattern = \"steps\"")
        _ = table.any("step")
      }
      return preset(known, named: "pattern", table)
    }
    let steps = written(table)
    if pattern == "steps", steps.isEmpty, !table.has("step") {
      table.fault("pattern", "'steps' needs [[orchestration.step]]")
    }
    return Orchestration(pattern: pattern ?? "steps", steps: steps)
  }

  private func preset(_ preset: Orchestration.Preset, named key: String, _ table: ConfigTable?)
    -> Orchestration
  {
    var steps = Orchestration.steps(of: preset, model: model, tools: enabled)
    if let rounds = table?.int("max_rounds", in: 1...1000) {
      // The last loop is the one that the work is done in.
      if let index = steps.lastIndex(where: { $0.repeatUntil != nil }) {
        steps[index].maxRounds = rounds
      } else {
        table?.fault("max_rounds", "'\(preset.rawValue)' has no rounds")
      }
    }
    if let width = table?.int("fan_out", in: 2...64) {
      if let index = steps.firstIndex(where: { $0.fanOut > 1 }) {
        steps[index].fanOut = width
      } else {
        table?.fault("fan_out", "'\(preset.rawValue)' has no step that is done side by side")
      }
    }
    if let models = table?.table("models") {
      for index in steps.indices where models.has(steps[index].role) {
        steps[index].models = Self.models(models, steps[index].role, steps[index].fanOut)
      }
      models.finish(known: steps.map(\.role))
    }
    for step in steps where !prompts.contains(step.prompt) {
      (table ?? root).fault(
        table == nil ? "orchestration" : key,
        "'\(preset.rawValue)' needs the prompt '\(step.prompt)', which is not there"
          + Spelling.suggestion(for: step.prompt, in: prompts))
    }
    let orchestration = Orchestration(pattern: preset.rawValue, steps: steps)
    StepRules(orchestration: orchestration, context: context).check { _, _, message in
      (table ?? root).fault(table == nil ? "orchestration" : key, message)
    }
    return orchestration
  }

  private func written(_ table: ConfigTable) -> [OrchestrationStep] {
    let tables = table.tables("step") ?? []
    let steps = tables.map(step)
    for key in ["max_rounds", "fan_out", "models"] where table.has(key) {
      table.fault(key, "belongs to a preset; steps say it themselves")
      _ = table.any(key)
    }
    StepRules(orchestration: Orchestration(pattern: "steps", steps: steps), context: context)
      .check { tables[$0].fault($1, $2) }
    return steps
  }

  private func step(_ table: ConfigTable) -> OrchestrationStep {
    let role = table.requiredString("role")
    if table.has("role"), !Self.isRole(role) {
      table.fault("role", "expected small letters, digits and '-', such as 'builder'")
    }
    var step = OrchestrationStep(
      role: role, prompt: table.requiredString("prompt"), tools: enabled)
    if table.has("prompt"), !prompts.contains(step.prompt) {
      table.fault(
        "prompt",
        "there is no prompt '\(step.prompt.printable())'; expected a .md file in prompts/"
          + Spelling.suggestion(for: step.prompt, in: prompts))
    }
    step.fanOut = table.int("fan_out", in: 1...64) ?? 1
    step.models = table.has("model") ? Self.models(table, "model", step.fanOut) : [model]
    if let words = table.strings("tools") {
      step.tools = shelf.read(words, "tools", of: table, allowsRoles: true, within: enabled)
    }
    if let words = table.strings("sees") { step.sees = sights(words, table) }
    step.freshContext = table.bool("fresh_context") ?? false
    if let text = table.string("repeat_until") {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      if parts.count == 2, parts[1] == "pass" {
        step.repeatUntil = .init(role: String(parts[0]))
      } else {
        table.fault("repeat_until", "expected 'ROLE.pass', found '\(text.printable())'")
      }
    }
    if let rounds = table.int("max_rounds", in: 1...1000) { step.maxRounds = rounds }
    if table.has("repeat_until") != table.has("max_rounds") {
      table.has("max_rounds")
        ? table.fault("max_rounds", "has no place without 'repeat_until'")
        : table.fault("repeat_until", "needs 'max_rounds'")
    }
    step.pivot = table.choice("pivot") ?? .none
    step.pick = table.choice("pick")
    table.finish()
    return step
  }

  private func sights(_ words: [String], _ table: ConfigTable) -> [OrchestrationStep.Sight] {
    var sights: [OrchestrationStep.Sight] = []
    for word in words {
      let parts = word.split(separator: ".", omittingEmptySubsequences: false)
      switch word {
      case "instruction": sights.append(.instruction)
      case "notes": sights.append(.notes)
      case _ where parts.count == 2 && parts[1] == "output":
        sights.append(.output(role: String(parts[0])))
      default:
        table.fault(
          "sees",
          "'\(word.printable())' is not known; expected 'instruction', 'notes' or 'ROLE.output'"
            + Spelling.suggestion(for: word, in: ["instruction", "notes"]))
      }
    }
    return sights
  }

  private static func models(_ table: ConfigTable, _ key: String, _ fanOut: Int) -> [String] {
    let aliases: [String]
    if case .array = table.any(key)?.value {
      aliases = table.strings(key) ?? []
    } else {
      aliases = table.string(key).map { [$0] } ?? []
    }
    for alias in aliases where !PartsReader.isToolName(alias) {
      table.fault(key, "'\(alias.printable())' is no alias; expected one such as 'task'")
    }
    if aliases.isEmpty { table.fault(key, "expected an alias, or a list of them") }
    if aliases.count > fanOut {
      table.fault(key, "\(aliases.count) models for \(fanOut) that work side by side")
    }
    return aliases
  }

  private static func isRole(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return text.utf8.count <= 40
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x61...0x7A, 0x30...0x39, 0x2D: true
        default: false
        }
      }
  }
}
