internal import Base
internal import Dialect
internal import Harness
internal import Interchange
internal import Model
internal import Trial

/// Runs the steps of an orchestration: who works when, in which context, in which copy of the workspace.
struct Engine: Sendable {
  let harness: NativeHarness
  let shared: Shared
  let instruction: String
  /// Where the work is done; another one below a fan-out.
  let workshop: any Workshop
  /// What roles handed over in their last round.
  var outputs: [String: [Handover]] = [:]
  /// Contexts that go on in their next round.
  var lanes: [String: Lane] = [:]
  /// How often a role's lane was begun, so that every lane has a name of its own.
  var begun: [String: Int] = [:]
  /// What the steps came to, for the one sentence at the end.
  var lastWord: String?

  init(harness: NativeHarness, shared: Shared, instruction: String, workshop: any Workshop) {
    self.harness = harness
    self.shared = shared
    self.instruction = instruction
    self.workshop = workshop
  }

  /// Whether one agent alone works: its lane is the trial's own.
  private var isSingle: Bool {
    let sequence = harness.orchestration.sequence
    guard let only = sequence.first else { return true }
    return sequence.count == 1 && only.fanOut == 1 && only.repeatUntil == nil
  }

  /// Runs all steps; answers why the work is over.
  mutating func run() async throws -> String {
    let sequence = harness.orchestration.sequence
    try await run(sequence[...])
    let last = sequence.last.flatMap { outputs[$0.role]?.last?.text } ?? ""
    return lastWord ?? (last.isEmpty ? "it stopped" : last.oneLine)
  }

  private mutating func run(_ steps: ArraySlice<OrchestrationStep>) async throws {
    var index = steps.startIndex
    while index < steps.endIndex {
      let step = steps[index]
      if let judge = step.repeatUntil,
        let end = steps[index...].firstIndex(where: { $0.role == judge.role })
      {
        try await rounds(steps[index...end], until: judge.role)
        index = end + 1
      } else {
        try await run(step)
        index += 1
      }
    }
  }

  // MARK: rounds

  /// The steps again and again until the last of them passes.
  @inline(never)
  private mutating func rounds(_ steps: ArraySlice<OrchestrationStep>, until judge: String)
    async throws
  {
    guard let first = steps.first else { return }
    let most = max(1, first.maxRounds)
    let saved = first.pivot == .restart && most > 1 ? try await workshop.save() : nil
    var earlier: Verdict?
    for round in 1...most {
      try await run(first)
      try await run(steps.dropFirst())
      let verdict = outputs[judge]?.last?.verdict
      if verdict?.passes == true {
        lastWord = "the \(judge) passed it in round \(round)"
        return
      }
      if round < most, let saved, let verdict, let before = earlier, !verdict.isBetter(than: before)
      {
        try await restart(steps, from: saved, judge: judge)
        earlier = nil
      } else {
        earlier = verdict
      }
    }
    lastWord = "the \(judge) did not pass it in \(most) rounds"
  }

  /// Throws the attempt away: files and contexts are as before the first round. Only the judge's last word
  /// stays, for who may see it.
  @inline(never)
  private mutating func restart(
    _ steps: ArraySlice<OrchestrationStep>, from saved: SavedPlace, judge: String
  ) async throws {
    let fresh = try await workshop.branch(from: saved)
    try await workshop.adopt(fresh)
    for step in steps {
      lanes[step.role] = nil
      if step.role != judge { outputs[step.role] = nil }
    }
    await shared.recorder.mark("restarted")
    try await note(
      "The attempt was thrown away: two rounds in a row brought no progress.", lanes: [],
      extra: ["pivot": "restart"])
  }

  // MARK: one step

  private mutating func run(_ step: OrchestrationStep) async throws {
    if step.fanOut > 1 {
      outputs[step.role] = try await fanOut(step)
    } else {
      outputs[step.role] = [try await work(step)]
    }
  }

  /// One role at work in this workspace.
  mutating func work(_ step: OrchestrationStep, branch: Int? = nil) async throws -> Handover {
    let briefing = Briefing(
      instruction: instruction, notes: try await notes(for: step), outputs: outputs)
    let goesOn = !step.freshContext && lanes[step.role] != nil
    var lane: Lane
    if goesOn, let before = lanes[step.role] {
      let tools = try await open(step, before.spec)
      lane = Lane(before, tools: tools, next: briefing.next(for: step))
    } else {
      let spec = try spec(step, name: laneName(step.role, branch), branch: branch ?? 0)
      let tools = try await open(step, spec)
      lane = Lane(spec, tools: tools, shared: shared, first: briefing.first(for: step))
    }
    let tools = lane.tools
    do {
      let handover = try await lane.work()
      await tools.close()
      if !step.freshContext { lanes[step.role] = lane }
      if !isSingle, branch == nil {
        try await note("\(step.role): \(handover.said)", lanes: [lane.spec.name])
      }
      return handover
    } catch {
      await tools.close()
      throw error
    }
  }

  func open(_ step: OrchestrationStep, _ spec: LaneSpec) async throws -> any Toolbox {
    let own = step.tools.filter { !$0.isDelegation }
    let tools = try await workshop.open(own, for: spec)
    // A harness that gets less than it asks for is another harness: whoever reads its score must know.
    let offered = Set(tools.declarations.map(\.name))
    for case .builtIn(let tool) in own where !offered.contains(tool.rawValue) {
      await shared.recorder.mark("tool_missing:\(tool.rawValue)")
    }
    for case .own(let name) in own where !offered.contains(name) {
      await shared.recorder.mark("tool_missing:\(name)")
    }
    let roles = step.tools.compactMap {
      if case .delegate(let role) = $0 { Optional(role) } else { nil }
    }
    guard !roles.isEmpty else { return tools }
    return DelegatingToolbox(
      own: tools, caller: step, roles: roles, lane: spec.name, engine: self)
  }

  private func notes(for step: OrchestrationStep) async throws -> String {
    step.sees.contains(.notes) ? try await workshop.notes() : ""
  }

  func spec(_ step: OrchestrationStep, name: String, branch: Int) throws -> LaneSpec {
    let alias = step.model(ofBranch: branch)
    guard let model = shared.models.aliases[alias] else {
      throw Ending.providerFailed("no model was given for the alias '\(alias)'")
    }
    return LaneSpec(
      name: name, role: step.role, system: system(step), model: model, settings: harness.model,
      context: harness.context,
      isJudge: harness.orchestration.judges.contains(step.role))
  }

  /// The prompt, with what skills there are and where notes are kept.
  private func system(_ step: OrchestrationStep) -> String? {
    var blocks = [harness.prompt(step.prompt)?.text ?? ""]
    if step.tools.contains(.builtIn(.skill)), !harness.skills.isEmpty {
      blocks.append(
        "## Skills\n\nThese can be read with the tool `skill` when they apply:\n\n"
          + harness.skills.map { "- \($0.name): \($0.description)" }.joined(separator: "\n"))
    }
    if harness.context.memory == .notes {
      blocks.append(
        "## Notes\n\nThe file \(Notes.path) outlives this conversation. Write into it what whoever goes on "
          + "without your memory must know; what is in it now was put there by earlier workers.")
    }
    let text = blocks.filter { !$0.isEmpty }.joined(separator: "\n\n")
    return text.isEmpty ? nil : text
  }

  private mutating func laneName(_ role: String, _ branch: Int?) -> String {
    if isSingle { return shared.prefix + StepRecord.main }
    begun[role, default: 0] += branch == nil || branch == 0 ? 1 : 0
    let round = begun[role] ?? 1
    return shared.prefix + role + (round > 1 ? "#\(round)" : "")
      + (branch.map { ".\($0 + 1)" } ?? "")
  }

  /// A line in the trial's own lane that says what a step came to, and where its trace is.
  func note(_ text: String, lanes: [String], extra: JSON = .null) async throws {
    try await shared.recorder.note(
      text, lane: shared.prefix + StepRecord.main, lanes: lanes, at: shared.wall.now,
      speaker: StepRecord.Speaker(name: harness.orchestration.pattern, version: shared.version),
      extra: extra)
  }
}

extension Verdict {
  /// Whether it finds less that does not hold; without points, whether it finds something else.
  fileprivate func isBetter(than before: Verdict) -> Bool {
    if faults.isEmpty || before.faults.isEmpty { return self != before }
    return faults.count < before.faults.count
  }
}

extension String {
  /// The first line, cut to what a table bears.
  var oneLine: String {
    let line = split(separator: "\n", maxSplits: 1).first.map(String.init) ?? self
    return line.count > 200 ? "\(line.prefix(199))…" : line
  }
}

/// The file that survives a fresh context.
enum Notes {
  /// Its place: it is collected with the agent's logs.
  static let path = "/logs/agent/notes.md"
}
