internal import Base

/// Whether a document is a valid trajectory: every object's keys, their kinds, and what ties steps together.
enum AtifShape {
  private indirect enum Kind: Sendable {
    case text, count, number, flag, open, anything
    case message
    case list(Kind)
    case object(String)
  }

  private struct Member: Sendable {
    let kind: Kind
    var isRequired = false
  }

  /// Whether all rules of ATIF 1.0 to 1.8 that its version asks for hold.
  static func isValid(_ document: JSON) -> Bool {
    fits(document, .object("Trajectory")) && hangsTogether(document)
  }

  private static let shapes: [String: [String: Member]] = [
    "Trajectory": [
      "schema_version": Member(kind: .text, isRequired: true), "session_id": Member(kind: .text),
      "trajectory_id": Member(kind: .text),
      "agent": Member(kind: .object("Agent"), isRequired: true),
      "steps": Member(kind: .list(.object("Step")), isRequired: true),
      "notes": Member(kind: .text), "final_metrics": Member(kind: .object("FinalMetrics")),
      "continued_trajectory_ref": Member(kind: .text), "extra": Member(kind: .open),
      "subagent_trajectories": Member(kind: .list(.object("Trajectory"))),
    ],
    "Agent": [
      "name": Member(kind: .text, isRequired: true),
      "version": Member(kind: .text, isRequired: true), "model_name": Member(kind: .text),
      "tool_definitions": Member(kind: .list(.open)), "extra": Member(kind: .open),
    ],
    "Step": [
      "step_id": Member(kind: .count, isRequired: true), "timestamp": Member(kind: .text),
      "source": Member(kind: .text, isRequired: true),
      "message": Member(kind: .message, isRequired: true),
      "observation": Member(kind: .object("Observation")),
      "is_copied_context": Member(kind: .flag), "llm_call_count": Member(kind: .count),
      "extra": Member(kind: .open), "model_name": Member(kind: .text),
      "reasoning_effort": Member(kind: .anything), "reasoning_content": Member(kind: .text),
      "tool_calls": Member(kind: .list(.object("ToolCall"))),
      "metrics": Member(kind: .object("Metrics")),
    ],
    "ToolCall": [
      "tool_call_id": Member(kind: .text, isRequired: true),
      "function_name": Member(kind: .text, isRequired: true),
      "arguments": Member(kind: .open, isRequired: true), "extra": Member(kind: .open),
    ],
    "Observation": [
      "results": Member(kind: .list(.object("ObservationResult")), isRequired: true)
    ],
    "ObservationResult": [
      "source_call_id": Member(kind: .text), "content": Member(kind: .message),
      "subagent_trajectory_ref": Member(kind: .list(.object("SubagentTrajectoryRef"))),
      "extra": Member(kind: .open),
    ],
    "SubagentTrajectoryRef": [
      "trajectory_id": Member(kind: .text), "session_id": Member(kind: .text),
      "trajectory_path": Member(kind: .text), "extra": Member(kind: .open),
    ],
    "Metrics": [
      "prompt_tokens": Member(kind: .count), "completion_tokens": Member(kind: .count),
      "cached_tokens": Member(kind: .count), "cost_usd": Member(kind: .number),
      "prompt_token_ids": Member(kind: .list(.count)),
      "completion_token_ids": Member(kind: .list(.count)),
      "logprobs": Member(kind: .list(.number)), "extra": Member(kind: .open),
    ],
    "FinalMetrics": [
      "total_prompt_tokens": Member(kind: .count), "total_completion_tokens": Member(kind: .count),
      "total_cached_tokens": Member(kind: .count), "total_cost_usd": Member(kind: .number),
      "total_steps": Member(kind: .count), "extra": Member(kind: .open),
    ],
    "ContentPart": [
      "type": Member(kind: .text, isRequired: true), "text": Member(kind: .text),
      "source": Member(kind: .object("Source")),
    ],
    "Source": [
      "media_type": Member(kind: .text, isRequired: true),
      "path": Member(kind: .text, isRequired: true), "duration_sec": Member(kind: .number),
    ],
  ]

  private static func fits(_ value: JSON, _ kind: Kind) -> Bool {
    switch kind {
    case .text: return value.string != nil
    case .count: return (value.int ?? -1) >= 0
    case .number: return value.double != nil
    case .flag: return value.bool != nil
    case .open: return value.object != nil
    case .anything: return true
    case .message: return value.string != nil || fits(value, .list(.object("ContentPart")))
    case .list(let element): return value.array?.allSatisfy { fits($0, element) } ?? false
    case .object(let name):
      guard let shape = shapes[name], let members = value.object else { return false }
      return members.allSatisfy { key, member in
        guard let rule = shape[key] else { return false }
        return member.isNull ? !rule.isRequired : fits(member, rule.kind)
      } && shape.allSatisfy { !$0.value.isRequired || members[$0.key] != nil }
    }
  }

  private static let onlyOfAgents = [
    "model_name", "reasoning_effort", "reasoning_content", "tool_calls", "metrics",
  ]

  // What the kinds of the members cannot say.
  private static func hangsTogether(_ document: JSON) -> Bool {
    guard let text = document["schema_version"].string, text.hasPrefix("ATIF-v1."),
      let minor = Int(text.dropFirst(8)), (0...8).contains(minor),
      minor >= 7 || document["session_id"].string != nil, let steps = document["steps"].array,
      !steps.isEmpty
    else { return false }
    let nested = document["subagent_trajectories"].array ?? []
    return steps.enumerated().allSatisfy { isSound($1, number: $0 + 1, minor: minor) }
      && nested.allSatisfy { hangsTogether($0) && $0["trajectory_id"].string != nil }
      && Set(nested.map { $0["trajectory_id"] }).count == nested.count
  }

  private static func isSound(_ step: JSON, number: Int, minor: Int) -> Bool {
    guard step["step_id"].int == number,
      ["system", "user", "agent"].contains(step["source"].string ?? ""),
      step["timestamp"].string.map({ Timestamp(iso: $0) != nil }) ?? true
    else { return false }
    if step["source"] != "agent", onlyOfAgents.contains(where: { !step[$0].isNull }) {
      return false
    }
    if step["llm_call_count"].int == 0,
      !step["metrics"].isNull || !step["reasoning_content"].isNull
    {
      return false
    }
    let calls = Set((step["tool_calls"].array ?? []).map { $0["tool_call_id"] })
    return (step["observation"]["results"].array ?? []).allSatisfy { result in
      (result["source_call_id"].isNull || calls.contains(result["source_call_id"]))
        && (result["subagent_trajectory_ref"].array ?? []).allSatisfy {
          minor < 7 || !$0["trajectory_id"].isNull || !$0["trajectory_path"].isNull
        }
    }
  }
}
