internal import Base
internal import Calls
internal import Facts
internal import Interchange
internal import Ledger

/// One attempt at a trial as a trace: the task, its agents, what they asked models and what they had done.
struct OtlpTrace {
  /// A call of a model with what was said, where that was asked for.
  struct Asked {
    var record: CallRecord
    var reply: JSON = .null
    var request: JSON = .null
  }

  /// An agent of the attempt: one conversation.
  private struct Agent {
    var trajectory: Trajectory?
    var span: OtlpSpan
    var lane: String
  }

  let trial: TrialRecord
  let attempt: AttemptRecord?
  let number: Int
  let run: RunRecord?
  let candidate: CandidateRecord?
  /// Trajectories by the step of the task that left them.
  let trajectories: [(part: String?, trajectory: Trajectory)]
  let calls: [Asked]
  let content: Bool
  let version: String

  // Two labs have trials of the same number; what they are of differs.
  private var seed: String {
    "belay \(run?.fact.startedAt.milliseconds ?? 0) \(run?.fact.suite.hex ?? "") "
      + "\(candidate?.harness.hex ?? "") \(trial.id) \(number)"
  }

  private func id(_ words: String...) -> String {
    OtlpSpan.id(([seed] + words).joined(separator: "\u{0}"), bytes: 8)
  }

  /// One line of a file of traces.
  var json: JSON {
    let trace = OtlpSpan.id(seed, bytes: 16)
    return [
      "resourceSpans": [
        [
          "resource": ["attributes": OtlpSpan.attributes(resource)],
          "scopeSpans": [
            [
              "scope": ["name": "belay", "version": .string(version)],
              "spans": .array(spans.map { $0.json(trace: trace) }),
            ]
          ],
        ]
      ]
    ]
  }

  private var resource: [String: JSON] {
    [
      "service.name": "belay", "service.version": .string(version),
      "belay.run": .string("\(trial.fact.run)"), "belay.suite": .optional(run?.suiteName),
      "belay.suite_digest": .optional(run?.fact.suite.hex),
      // Whoever sees a figure of it must know.
      "belay.rehearsal": .optional(run?.fact.rehearsal),
    ]
  }

  /// The spans, parents first.
  var spans: [OtlpSpan] {
    var agents = agents
    var inner: [OtlpSpan] = []
    for index in agents.indices {
      let own = self.calls(of: index, agents)
      var children = own.map { chat($0, parent: agents[index].span.id) }
      if let trajectory = agents[index].trajectory {
        if own.isEmpty && calls.isEmpty { children += told(trajectory, agents[index]) }
        children += tools(trajectory, agents[index], children)
      }
      agents[index].span.start = children.map(\.start).min() ?? agents[index].span.start
      agents[index].span.end = children.map(\.end).max() ?? agents[index].span.end
      inner += children
    }
    adopt(&agents)
    var root = workflow
    let times = agents.map(\.span) + inner
    if attempt == nil { root.end = times.map(\.end).max() ?? root.end }
    root.start = min(root.start, times.map(\.start).min() ?? root.start)
    return [root] + agents.map(\.span) + inner
  }

  private var workflow: OtlpSpan {
    var attributes: [String: JSON] = [
      "gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": .string(trial.taskName),
      "belay.trial": .string("\(trial.id)"), "belay.attempt": .int(number),
      "belay.task_digest": .string(trial.fact.task.hex),
      "belay.split": .optional(trial.split?.rawValue),
      "belay.seed": .string("\(trial.fact.seed)"),
      "belay.candidate": .string("\(trial.fact.candidate)"),
      "belay.harness": .optional(candidate?.name),
      "belay.harness_digest": .optional(candidate?.harness.hex),
    ]
    var span = OtlpSpan(
      id: id("workflow"), parent: nil, name: "invoke_workflow \(trial.taskName)", kind: .inside,
      start: attempt?.startedAt ?? trial.fact.dispatchedAt,
      end: attempt?.endedAt ?? trial.fact.dispatchedAt, attributes: [:])
    if let attempt {
      attributes["belay.outcome"] = .string(attempt.outcome.rawValue)
      attributes["belay.limit"] = .optional(attempt.limit)
      attributes["belay.reward"] = .number(attempt.reward)
      attributes["belay.score"] = .number(attempt.score)
      attributes["belay.cost_usd"] = .number(attempt.usage.costUSD)
      attributes["belay.flags"] = .array(attempt.flags.map(JSON.string))
      if !attempt.outcome.isScored { span.fault = attempt.outcome.rawValue }
      if let score = attempt.score {
        span.events = [
          OtlpSpan.Event(
            name: "gen_ai.evaluation.result", at: attempt.endedAt,
            attributes: [
              "gen_ai.evaluation.name": "score", "gen_ai.evaluation.score.value": .double(score),
              "gen_ai.evaluation.score.label": .string(attempt.outcome.rawValue),
            ])
        ]
      }
    }
    span.attributes = attributes
    return span
  }

  private var agents: [Agent] {
    let start = attempt?.startedAt ?? trial.fact.dispatchedAt
    let end = attempt?.endedAt ?? start
    var agents: [Agent] = []
    func add(_ trajectory: Trajectory?, part: String?, number: Int) {
      let lane = trajectory?.trajectoryID ?? StepRecord.main
      let name = trajectory?.agentName ?? candidate?.name ?? "agent"
      let attributes: [String: JSON] = [
        "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": .string(name),
        "gen_ai.agent.version": .optional(
          trajectory?.agentVersion.isEmpty == false ? trajectory?.agentVersion : nil),
        "gen_ai.agent.id": .optional(candidate?.harness.hex),
        "gen_ai.conversation.id": .string(conversation(lane)),
        "gen_ai.request.model": .optional(trajectory?.model.map { ModelWord($0).model }),
        "gen_ai.provider.name": .optional(trajectory?.model.flatMap { ModelWord($0).provider }),
        "belay.step": .optional(part),
      ]
      agents.append(
        Agent(
          trajectory: trajectory,
          span: OtlpSpan(
            id: id("agent", part ?? "", lane, "\(number)"), parent: id("workflow"),
            name: "invoke_agent \(name)", kind: .inside, start: start, end: end,
            attributes: attributes), lane: lane))
      for (index, below) in (trajectory?.subagents ?? []).enumerated() {
        add(below, part: part, number: index + 1)
      }
    }
    for (part, trajectory) in trajectories { add(trajectory, part: part, number: 0) }
    if agents.isEmpty { add(nil, part: nil, number: 0) }
    return agents
  }

  private func conversation(_ lane: String) -> String { "\(trial.id).\(number) \(lane)" }

  /// The calls of an agent's own lane; those of no agent's lane are the first one's.
  private func calls(of index: Int, _ agents: [Agent]) -> [Asked] {
    calls.filter { call in
      (agents.firstIndex { $0.lane == call.record.fact.lane } ?? 0) == index
    }
  }

  /// Whoever was called by another's tool lies below that one.
  private func adopt(_ agents: inout [Agent]) {
    for parent in agents {
      for step in parent.trajectory?.steps ?? [] {
        for lane in step.results.flatMap(\.subagents) {
          guard
            let index = agents.firstIndex(where: {
              $0.lane == lane && $0.span.id != parent.span.id
            })
          else { continue }
          agents[index].span.parent = parent.span.id
        }
      }
    }
  }

  // MARK: what was asked of models

  private func chat(_ asked: Asked, parent: String) -> OtlpSpan {
    let (fact, end) = (asked.record.fact, asked.record.end)
    let model = ModelWord(fact.model)
    var attributes: [String: JSON] = [
      "gen_ai.operation.name": "chat", "gen_ai.provider.name": .optional(model.provider),
      "gen_ai.request.model": .string(model.model),
      "gen_ai.conversation.id": .string(conversation(fact.lane)),
      "belay.call": .int(asked.record.id), "belay.role": .string(fact.role),
    ]
    if let end {
      let usage = end.usage
      let parts = [usage.inputUncached, usage.cacheRead, usage.cacheWrite, usage.cacheWriteLong]
      if usage.inputUncached != nil || usage.cacheRead != nil {
        attributes["gen_ai.usage.input_tokens"] = .int(parts.reduce(0) { $0 &+ ($1 ?? 0) })
      }
      attributes["gen_ai.usage.cache_read.input_tokens"] = .optional(usage.cacheRead)
      if usage.cacheWrite != nil || usage.cacheWriteLong != nil {
        attributes["gen_ai.usage.cache_creation.input_tokens"] = .int(
          (usage.cacheWrite ?? 0) &+ (usage.cacheWriteLong ?? 0))
      }
      attributes["gen_ai.usage.output_tokens"] = .optional(usage.output)
      attributes["gen_ai.usage.reasoning.output_tokens"] = .optional(usage.reasoning)
      attributes["gen_ai.response.model"] = .string(ModelWord(end.model).model)
      attributes["belay.cost_usd"] = .number(usage.costUSD)
      attributes["belay.cost_basis"] = .string(usage.costBasis)
      attributes["belay.sends"] = .int(end.sends)
    }
    let said = OtlpMessages(reply: asked.reply, request: asked.request)
    attributes["gen_ai.response.id"] = asked.reply["id"]
    attributes["gen_ai.response.finish_reasons"] = said.finishReason.map { [.string($0)] } ?? .null
    if content {
      attributes["gen_ai.output.messages"] = said.output
      attributes["gen_ai.input.messages"] = said.input
      attributes["gen_ai.system_instructions"] = said.system
      if end?.detail.isEmpty == false { attributes["belay.detail"] = .optional(end?.detail) }
    }
    return OtlpSpan(
      id: id("chat", "\(asked.record.id)"), parent: parent, name: "chat \(model.model)",
      kind: .client, start: fact.begunAt, end: end?.endedAt ?? fact.begunAt,
      attributes: attributes, fault: end == nil ? "interrupted" : end?.fault)
  }

  /// The answers that a trajectory tells of, where nobody recorded the calls.
  private func told(_ trajectory: Trajectory, _ agent: Agent) -> [OtlpSpan] {
    var last = agent.span.start
    var spans: [OtlpSpan] = []
    for step in trajectory.steps {
      let at = step.at ?? last
      defer { last = max(last, at) }
      guard step.source == .agent, !step.isCopied, step.modelCalls != 0 else { continue }
      let model = (step.model ?? trajectory.model).map { ModelWord($0) }
      var attributes: [String: JSON] = [
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": .optional(model?.provider),
        "gen_ai.request.model": .optional(model?.model),
        "gen_ai.conversation.id": .string(conversation(agent.lane)),
        "gen_ai.usage.input_tokens": .optional(step.usage?.input),
        "gen_ai.usage.cache_read.input_tokens": .optional(step.usage?.cached),
        "gen_ai.usage.output_tokens": .optional(step.usage?.output),
        "belay.cost_usd": .number(step.usage?.costUSD), "belay.times": "derived",
      ]
      if content { attributes["gen_ai.output.messages"] = OtlpMessages.output(of: step) }
      spans.append(
        OtlpSpan(
          id: id("told", agent.span.id, "\(step.number)"), parent: agent.span.id,
          name: model.map { "chat \($0.model)" } ?? "chat", kind: .client, start: min(last, at),
          end: at, attributes: attributes))
    }
    return spans
  }

  // MARK: what was done

  /// The calls of tools. A trajectory tells when an answer was there: its tools ran until the next one
  /// was asked for.
  private func tools(
    _ trajectory: Trajectory, _ agent: Agent, _ chats: [OtlpSpan]
  ) -> [OtlpSpan] {
    var spans: [OtlpSpan] = []
    let starts = chats.map(\.start).sorted()
    for (index, step) in trajectory.steps.enumerated() where !step.calls.isEmpty && !step.isCopied {
      let start = step.at ?? agent.span.start
      let later = trajectory.steps[(index + 1)...].lazy.compactMap(\.at).first
      let end = [starts.first { $0 > start }, later].compactMap(\.self).min() ?? start
      for (place, call) in step.calls.enumerated() {
        let result = step.results.first { $0.callID == call.id }
        var attributes: [String: JSON] = [
          "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": .string(call.name),
          "gen_ai.tool.type": "function", "gen_ai.tool.call.id": .string(call.id),
          "belay.times": "derived",
        ]
        if content {
          attributes["gen_ai.tool.call.arguments"] = .string(call.arguments.text())
          attributes["gen_ai.tool.call.result"] = .optional(result?.text)
        }
        spans.append(
          OtlpSpan(
            id: id("tool", agent.span.id, "\(step.number)", "\(place)"), parent: agent.span.id,
            name: "execute_tool \(call.name)", kind: .inside, start: start, end: end,
            attributes: attributes,
            fault: result?.extra["is_error"].bool == true ? "tool_error" : nil))
      }
    }
    return spans
  }
}
