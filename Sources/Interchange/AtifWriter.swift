public import Base

extension Trajectory {
  /// The document, with its sub-agents inside; totals are stated over all of them.
  public var atif: JSON { AtifWriter.document(self, isRoot: true) }
}

extension TrajectoryStep {
  /// The step as an element of `steps`.
  public var atif: JSON { AtifWriter.step(self) }
}

/// Writes ATIF 1.7: absent is left out, never null, since readers of older versions refuse nulls.
enum AtifWriter {
  static func document(_ trajectory: Trajectory, isRoot: Bool) -> JSON {
    var agent: [String: JSON] = [
      "name": .string(trajectory.agentName), "version": .string(trajectory.agentVersion),
    ]
    agent["model_name"] = trajectory.model.map(JSON.string)
    if !trajectory.tools.isEmpty { agent["tool_definitions"] = .array(trajectory.tools) }
    var root: [String: JSON] = [
      "schema_version": .string(Atif.written), "agent": .object(agent),
      "steps": .array(
        trajectory.steps.enumerated().map { index, step in
          var numbered = step
          numbered.number = index + 1
          return self.step(numbered)
        }), "final_metrics": totals(trajectory),
    ]
    root["session_id"] = trajectory.sessionID.map(JSON.string)
    root["trajectory_id"] = trajectory.trajectoryID.map(JSON.string)
    root["notes"] = trajectory.notes.map(JSON.string)
    root["continued_trajectory_ref"] = trajectory.continuation.map(JSON.string)
    if !trajectory.subagents.isEmpty {
      root["subagent_trajectories"] = .array(
        trajectory.subagents.map { document($0, isRoot: false) })
    }
    return .object(root)
  }

  static func step(_ step: TrajectoryStep) -> JSON {
    var out: [String: JSON] = [
      "step_id": .int(step.number), "source": .string(step.source.rawValue),
      "message": .string(step.text),
    ]
    out["timestamp"] = step.at.map { .string($0.description) }
    if !step.results.isEmpty {
      out["observation"] = ["results": .array(step.results.map(result))]
    }
    if step.isCopied { out["is_copied_context"] = true }
    out["llm_call_count"] = step.modelCalls.map(JSON.int)
    if !step.extra.isNull { out["extra"] = step.extra }
    guard step.source == .agent else { return .object(out) }
    out["model_name"] = step.model.map(JSON.string)
    out["reasoning_effort"] = step.reasoningEffort.map(JSON.string)
    if !step.calls.isEmpty { out["tool_calls"] = .array(step.calls.map(call)) }
    // Where no model spoke, the format allows neither of these.
    guard step.modelCalls != 0 else { return .object(out) }
    out["reasoning_content"] = step.reasoning.map(JSON.string)
    out["metrics"] = step.usage.flatMap(metrics)
    return .object(out)
  }

  private static func call(_ call: ToolCall) -> JSON {
    var out: [String: JSON] = [
      "tool_call_id": .string(call.id), "function_name": .string(call.name),
      "arguments": call.arguments.object == nil ? .object([:]) : call.arguments,
    ]
    if !call.extra.isNull { out["extra"] = call.extra }
    return .object(out)
  }

  private static func result(_ result: ToolResult) -> JSON {
    var out: [String: JSON] = ["content": .string(result.text)]
    out["source_call_id"] = result.callID.map(JSON.string)
    if !result.subagents.isEmpty {
      out["subagent_trajectory_ref"] = .array(
        result.subagents.map { ["trajectory_id": .string($0)] })
    }
    if !result.extra.isNull { out["extra"] = result.extra }
    return .object(out)
  }

  private static func metrics(_ usage: TokenUsage) -> JSON? {
    guard !usage.isEmpty else { return nil }
    var out: [String: JSON] = [:]
    out["prompt_tokens"] = usage.input.map(JSON.int)
    out["completion_tokens"] = usage.output.map(JSON.int)
    out["cached_tokens"] = usage.cached.map(JSON.int)
    out["cost_usd"] = usage.costUSD.map { .number($0) }
    return .object(out)
  }

  private static func totals(_ trajectory: Trajectory) -> JSON {
    var out: [String: JSON] = ["total_steps": .int(trajectory.steps.count)]
    let usage = trajectory.declaredUsage ?? sum(trajectory)
    out["total_prompt_tokens"] = usage.input.map(JSON.int)
    out["total_completion_tokens"] = usage.output.map(JSON.int)
    out["total_cached_tokens"] = usage.cached.map(JSON.int)
    out["total_cost_usd"] = usage.costUSD.map { .number($0) }
    if !trajectory.subagents.isEmpty { out["extra"] = ["includes_subagents": true] }
    return .object(out)
  }

  /// A sum of which a part is unknown is unknown: half a price is no price.
  private static func sum(_ trajectory: Trajectory) -> TokenUsage {
    let steps = asked(trajectory)
    func all<Number>(_ of: (TokenUsage) -> Number?, _ add: (Number, Number) -> Number) -> Number? {
      var total: Number?
      for step in steps {
        guard let value = step.usage.flatMap(of) else { return nil }
        total = total.map { add($0, value) } ?? value
      }
      return total
    }
    return TokenUsage(
      input: all(\.input) { $0 &+ $1 }, cached: all(\.cached) { $0 &+ $1 },
      output: all(\.output) { $0 &+ $1 }, costUSD: all(\.costUSD) { $0 + $1 })
  }

  private static func asked(_ trajectory: Trajectory) -> [TrajectoryStep] {
    trajectory.steps.filter { $0.source == .agent && !$0.isCopied && $0.modelCalls != 0 }
      + trajectory.subagents.flatMap(asked)
  }
}
