extension Orchestration {
  /// A named pattern of steps.
  public enum Preset: String, Sendable, Hashable, CaseIterable {
    /// One agent with tools, until it submits.
    case loop
    /// The same prompt again and again with a fresh context and notes, until a small validator says done.
    case freshLoop = "fresh-loop"
    /// A planner, a builder and a checker, who first agree what is to be checked.
    case planBuildCheck = "plan-build-check"
    /// Several explorers side by side, a synthesis, a builder and an auditor.
    case fanOut = "fan-out"
    /// A finder, an adversary who wants to refute it, a referee.
    case findRefuteJudge = "find-refute-judge"
    /// One who hands bounded pieces to sub-agents with fresh contexts.
    case delegate
  }

  /// The steps of a preset for an agent with these tools; each role's prompt is `prompts/ROLE.md`, that of
  /// `loop` is `prompts/system.md`.
  public static func steps(of preset: Preset, model: String, tools: [ToolSelection])
    -> [OrchestrationStep]
  {
    var steps = roles(of: preset)
    for index in steps.indices {
      steps[index].models = [model]
      if steps[index].prompt.isEmpty { steps[index].prompt = "prompts/\(steps[index].role).md" }
      // A role that only looks gets what it can look with, of what the harness has.
      let only = steps[index].tools
      steps[index].tools =
        only.isEmpty ? tools : only.filter { tools.contains($0) || $0.isDelegation }
    }
    return steps
  }

  private static let looking: [ToolSelection] = [
    .builtIn(.shell), .builtIn(.read), .builtIn(.search), .builtIn(.skill), .builtIn(.submit),
  ]

  private static func roles(of preset: Preset) -> [OrchestrationStep] {
    func output(_ role: String) -> OrchestrationStep.Sight { .output(role: role) }
    func until(_ role: String) -> OrchestrationStep.Passing { .init(role: role) }
    func step(
      _ role: String, _ tools: [ToolSelection] = [], sees: [OrchestrationStep.Sight] = [],
      fresh: Bool = true, until passing: OrchestrationStep.Passing? = nil, rounds: Int = 1,
      pivot: OrchestrationStep.Pivot = .none, fanOut: Int = 1, prompt: String = ""
    ) -> OrchestrationStep {
      OrchestrationStep(
        role: role, prompt: prompt, tools: tools, sees: [.instruction] + sees,
        freshContext: fresh, repeatUntil: passing, maxRounds: rounds, pivot: pivot, fanOut: fanOut)
    }
    return switch preset {
    case .loop: [step("agent", fresh: false, prompt: "prompts/system.md")]
    case .freshLoop:
      [
        step("worker", sees: [.notes], until: until("validator"), rounds: 8),
        step("validator", looking),
      ]
    case .planBuildCheck:
      [
        step("planner", looking),
        // What will be checked is agreed before anything is built, so that neither can move the goal.
        step(
          "contractor", looking, sees: [output("planner"), output("reviewer")],
          until: until("reviewer"), rounds: 3),
        step("reviewer", looking, sees: [output("contractor")]),
        step(
          "builder", sees: [output("planner"), output("contractor"), output("checker")],
          fresh: false, until: until("checker"), rounds: 4, pivot: .restart),
        step("checker", looking, sees: [output("contractor")]),
      ]
    case .fanOut:
      [
        step("explorer", fanOut: 3),
        step("synthesis", looking, sees: [output("explorer")]),
        step(
          "builder", sees: [output("synthesis"), output("auditor")], fresh: false,
          until: until("auditor"), rounds: 2),
        step("auditor", looking),
      ]
    case .findRefuteJudge:
      [
        step(
          "finder", sees: [output("adversary"), output("referee")], until: until("referee"),
          rounds: 3),
        step("adversary", looking, sees: [output("finder")]),
        step("referee", looking, sees: [output("finder"), output("adversary")]),
      ]
    case .delegate:
      [
        step("orchestrator", [.delegate(role: "worker")] + looking, fresh: false),
        step("worker"),
      ]
    }
  }
}

extension ToolSelection {
  /// Whether it hands pieces to sub-agents.
  public var isDelegation: Bool { if case .delegate = self { true } else { false } }
}
