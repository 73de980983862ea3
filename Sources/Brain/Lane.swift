internal import Base
internal import Dialect
internal import Harness
internal import Interchange
internal import Model

/// What one lane is: who speaks in it, with which words above the conversation, by which model.
struct LaneSpec: Sendable {
  /// Its name within the trial; a journal keys answers by it.
  var name: String
  /// The role that is played in it.
  var role: String
  /// What stands above the conversation.
  var system: String?
  /// The model.
  var model: ModelName
  /// How answers are drawn.
  var settings: ModelSettings
  /// What happens when the conversation grows.
  var context: ContextPolicy
  /// The most turns of this lane alone; nil for as many as the trial has.
  var turns: Int?
  /// Whether its work ends with a verdict.
  var isJudge = false
}

/// One context at work: asks, does what is asked for, answers all calls, until the role is done.
struct Lane: Sendable {
  let spec: LaneSpec
  let tools: any Toolbox
  let shared: Shared
  private let texts: ToolTexts
  private(set) var conversation: Conversation
  private var stepNumber = 0
  private var turnsHere = 0
  private var cutsInARow = 0
  private var didRemind = false
  private var didCompact = false
  /// The last step, when it is not durable yet: it becomes so beside the next call.
  private var unsaved: StepRecord?

  init(_ spec: LaneSpec, tools: any Toolbox, shared: Shared, first: String) {
    self.spec = spec
    self.tools = tools
    self.shared = shared
    texts = ToolTexts.of(tools.declarations)
    conversation = Conversation(first)
  }

  /// Goes on with what was said before, with other tools of the same kinds.
  init(_ lane: Lane, tools: any Toolbox, next: String) {
    self = Lane(lane.spec, tools: tools, shared: lane.shared, conversation: lane.conversation)
    stepNumber = lane.stepNumber
    conversation.add([.text(next)])
  }

  private init(
    _ spec: LaneSpec, tools: any Toolbox, shared: Shared, conversation: Conversation
  ) {
    self.spec = spec
    self.tools = tools
    self.shared = shared
    texts = ToolTexts.of(tools.declarations)
    self.conversation = conversation
  }

  /// Works until the role hands over; what ends the whole trial is thrown as an `Ending`.
  mutating func work() async throws -> Handover {
    try await begin()
    while true {
      try _Concurrency.Task.checkCancellation()
      if let most = spec.turns, turnsHere >= most {
        try await save()
        return Handover(text: "(stopped after its \(most) turns)")
      }
      let answer = try await nextAnswer()
      turnsHere += 1
      shared.meter.book(answer)
      if let handover = try await act(on: answer) {
        try await save()
        return handover
      }
    }
  }

  /// Records what the lane starts with, or what it is told when it goes on.
  @inline(never)
  private mutating func begin() async throws {
    let said = conversation.turns.last { $0.role == .user }?.text ?? ""
    if stepNumber == 0 {
      let speaker = StepRecord.Speaker(
        name: spec.role, version: shared.version, model: "\(spec.model)",
        tools: texts.functions)
      if let system = spec.system { try await record(.system, system, speaker: speaker) }
      try await record(.user, said, speaker: spec.system == nil ? speaker : nil)
    } else {
      try await record(.user, said)
    }
  }

  // MARK: what an answer asks for

  /// Does what an answer asks for; answers the handover when the role is done.
  @inline(never)
  private mutating func act(on answer: ModelAnswer) async throws -> Handover? {
    let reply = answer.reply
    let uses = reply.turn.toolUses
    if case .refusal(let words) = reply.stop {
      try await record(answer, [], extra: ["refusal": .string(words)])
      throw Ending.refused(words.isEmpty ? "(no reason given)" : words)
    }
    if reply.stop == .contextOverflow {
      // Half an answer is none: the conversation is made smaller and asked again.
      try await record(answer, [], extra: ["discarded": "the window was full"])
      try await makeRoom()
      return nil
    }
    conversation.add(reply)
    if reply.stop == .paused, uses.isEmpty {
      try await record(answer, [])
      return nil
    }
    if uses.isEmpty { return try await stopped(answer) }
    cutsInARow = reply.stop == .outputLimit ? cutsInARow + 1 : 0
    let outcomes = try await perform(uses, of: answer)
    conversation.add(outcomes.map { .toolAnswer($0.answer) })
    if let handover = outcomes.lazy.compactMap(\.handover).first { return handover }
    try checkCuts()
    return nil
  }

  /// An answer without a call ends the work, unless it was cut or a verdict is missing.
  private mutating func stopped(_ answer: ModelAnswer) async throws -> Handover? {
    let reply = answer.reply
    if reply.stop == .outputLimit {
      cutsInARow += 1
      try await record(answer, [])
      try checkCuts()
      try await tell("Your answer was cut at the limit of its length. Go on, and be brief.")
      return nil
    }
    try await record(answer, [])
    if spec.isJudge, !didRemind {
      didRemind = true
      try await tell("Your verdict is missing. Call submit with `verdict` set to pass or fail.")
      return nil
    }
    return Handover(text: reply.turn.text)
  }

  private func checkCuts() throws {
    guard cutsInARow >= Self.cutsAllowed else { return }
    throw Ending.limit(
      "max_output_tokens",
      "\(cutsInARow) answers in a row were cut at the limit of an answer's length")
  }

  private static let cutsAllowed = 4

  private mutating func tell(_ words: String) async throws {
    conversation.add([.text(words)])
    try await record(.user, words)
  }

  /// Does all calls of an answer in their order; every one of them gets its answer, executed or not.
  private mutating func perform(_ uses: [ToolUse], of answer: ModelAnswer) async throws
    -> [ToolOutcome]
  {
    let number = stepNumber + 1
    var step = step(answer, number)
    let old = answer.isReplay ? await shared.recorder.before(step, in: spec.name) : nil
    let intent = old == nil ? StepRecord(lane: spec.name, step: step) : nil
    var outcomes = try await shared.recorder.telling(intent) { [tools, shared] in
      try await Self.perform(
        uses, by: tools, clock: shared.clock, isCut: answer.reply.stop == .outputLimit)
    }
    if let old { await align(&outcomes, with: old) }
    step.results = outcomes.map { outcome in
      ToolResult(
        callID: outcome.answer.callID, text: outcome.answer.text,
        subagents: outcome.lanes.map { $0 },
        extra: outcome.answer.isError ? ["is_error": true] : .null)
    }
    stepNumber = number
    unsaved = StepRecord(lane: spec.name, step: step)
    return outcomes
  }

  private static func perform(
    _ uses: [ToolUse], by tools: any Toolbox, clock: AgentClock, isCut: Bool
  ) async throws -> [ToolOutcome] {
    var outcomes: [ToolOutcome] = []
    var isOver = false
    for (index, use) in uses.enumerated() {
      if isCut, index == uses.count - 1 {
        outcomes.append(
          .error(
            use,
            "Not executed: the answer was cut at the limit of its length in the middle of this call. "
              + "Call again with less at once."))
      } else if isOver {
        outcomes.append(.error(use, "Not executed: the work was already handed over."))
      } else {
        try await clock.pausing { try await tools.prepare() }
        let outcome = try await tools.perform(use)
        isOver = outcome.handover != nil
        outcomes.append(outcome)
      }
    }
    return outcomes
  }

  /// Makes the last step durable where no call does it.
  private mutating func save() async throws {
    guard let record = unsaved else { return }
    unsaved = nil
    try await shared.recorder.append(record)
  }

  /// Asks while the last step becomes durable: both wait for the same disk. The step is durable before the
  /// answer is acted upon, whatever the answer is.
  @inline(never)
  private mutating func askAndSave() async throws -> ModelAnswer {
    guard let record = unsaved else {
      return try await shared.ask(request(), of: spec.model, as: .task, lane: spec.name)
    }
    unsaved = nil
    async let saved: Void = shared.recorder.append(record)
    let answer: Result<ModelAnswer, any Error>
    do {
      answer = .success(
        try await shared.ask(request(), of: spec.model, as: .task, lane: spec.name))
    } catch { answer = .failure(error) }
    try await saved
    return try answer.get()
  }

  /// A resumed trial does its commands again and tells the model what it was told the first time, so that
  /// times and process ids in outputs do not lead to answers that are paid for twice.
  private func align(_ outcomes: inout [ToolOutcome], with old: TrajectoryStep) async {
    let texts = Dictionary(
      old.results.map { ($0.callID ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    for index in outcomes.indices {
      let answer = outcomes[index].answer
      guard let before = texts[answer.callID], before.text != answer.text else { continue }
      await shared.recorder.mark("resumed_outputs_differ")
      guard (before.extra["is_error"].bool ?? false) == answer.isError else { continue }
      outcomes[index].answer.text = before.text
    }
  }

  // MARK: asking

  /// Asks for the next answer; makes room before when the window fills, and once when it overflowed.
  @inline(never)
  private mutating func nextAnswer() async throws -> ModelAnswer {
    if shared.models.shouldCompact(spec, estimate: estimate) { try await compact() }
    if let ending = shared.meter.takeTurn() {
      try await save()
      throw ending
    }
    while true {
      do {
        let answer = try await askAndSave()
        didCompact = false
        return answer
      } catch let fault as ModelFault where fault.kind == .contextOverflow {
        try await makeRoom()
      } catch let fault as ModelFault {
        guard let ending = Ending(fault, in: shared.attempt) else { throw CancellationError() }
        throw ending
      }
    }
  }

  private var overhead: Int {
    (spec.system?.utf8.count ?? 0) + texts.bytes
  }

  private var estimate: Int { conversation.estimate(overhead: overhead) }

  private func request() -> ModelRequest {
    var request = ModelRequest(
      model: spec.model.model, system: spec.system, turns: conversation.turns,
      tools: texts.declarations)
    request.sampling.temperature = spec.settings.temperature
    request.sampling.topP = spec.settings.topP
    request.sampling.seed = shared.seed(of: spec.name)
    request.maxOutputTokens = shared.meter.allowance(spec.settings.maxOutputTokens)
    request.reasoning = spec.settings.reasoning?.rawValue
    request.cachesPrefix = true
    return request
  }

  // MARK: room

  /// Compacts once after an overflow; a second overflow at the same place ends the trial.
  @inline(never)
  private mutating func makeRoom() async throws {
    guard spec.context.compaction != .none, !didCompact else {
      throw Ending.limit("context", "its conversation does not fit the model's window")
    }
    try await compact(overflow: estimate)
    didCompact = true
  }

  @inline(never)
  private mutating func compact(overflow: Int? = nil) async throws {
    try await save()
    guard
      let compacted = try await Compaction(
        spec: spec, shared: shared, overhead: overhead, overflow: overflow
      )
      .compact(conversation)
    else { return }
    conversation = compacted.conversation
    var step = TrajectoryStep(
      number: stepNumber + 1, at: shared.wall.now, source: .system, text: compacted.note,
      extra: ["context_management": compacted.record])
    step.modelCalls = compacted.answer == nil ? 0 : 1
    stepNumber += 1
    try await shared.recorder.append(StepRecord(lane: spec.name, step: step))
  }

  // MARK: the trace

  private mutating func record(
    _ source: TrajectoryStep.Source, _ text: String, speaker: StepRecord.Speaker? = nil
  ) async throws {
    try await save()
    stepNumber += 1
    let step = TrajectoryStep(
      number: stepNumber, at: shared.wall.now, source: source, text: text)
    try await shared.recorder.append(StepRecord(lane: spec.name, speaker: speaker, step: step))
  }

  private mutating func record(_ answer: ModelAnswer, _ results: [ToolResult], extra: JSON = .null)
    async throws
  {
    try await save()
    stepNumber += 1
    var step = step(answer, stepNumber)
    step.results = results
    if let more = extra.object { for (key, value) in more { step.extra[key] = value } }
    try await shared.recorder.append(StepRecord(lane: spec.name, step: step))
  }

  private func step(_ answer: ModelAnswer, _ number: Int) -> TrajectoryStep {
    let turn = answer.reply.turn
    var step = TrajectoryStep(
      number: number, at: shared.wall.now, source: .agent, text: turn.text,
      extra: answer.extra(asked: spec.model))
    step.model = "\(answer.name)"
    step.reasoningEffort = spec.settings.reasoning?.rawValue
    let thoughts = answer.reply.parts.compactMap {
      if case .reasoning(let reasoning) = $0 { reasoning.text } else { nil }
    }.joined(separator: "\n")
    step.reasoning = thoughts.isEmpty ? nil : thoughts
    step.calls = turn.toolUses.map(ToolCall.init)
    let usage = TokenUsage(answer)
    step.usage = usage.isEmpty ? nil : usage
    step.modelCalls = 1
    return step
  }
}
