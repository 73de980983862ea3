internal import Base
internal import Interchange

/// What was said, as OpenTelemetry's conventions write messages: one text of JSON for a list of them.
struct OtlpMessages {
  /// The recorded answer, and what its call added to the conversation.
  let reply: JSON
  let request: JSON

  /// Why the answer ended; nil when there is none.
  var finishReason: String? {
    switch reply["stop"] {
    case .null: nil
    case "done", "stop_text", "paused": "stop"
    case "tool_use": "tool_call"
    case "output_limit", "context_overflow": "length"
    case let other: other["refusal"].isNull ? other["other"].string : "content_filter"
    }
  }

  /// The answer; null when there is none.
  var output: JSON {
    guard reply.object != nil else { return .null }
    return Self.text([
      [
        "role": "assistant", "parts": Self.parts(reply["parts"]),
        "finish_reason": .string(finishReason ?? "error"),
      ]
    ])
  }

  /// The turns that the call added to the one that it goes on from.
  var input: JSON {
    guard let turns = request["turns"].array else { return .null }
    return Self.text(
      .array(turns.map { ["role": $0["role"], "parts": Self.parts($0["parts"])] }))
  }

  /// What stands above a conversation, where it begins.
  var system: JSON {
    guard let system = request["system"].string else { return .null }
    return Self.text([["type": "text", "content": .string(system)]])
  }

  /// The answer that a step of a trajectory tells of.
  static func output(of step: TrajectoryStep) -> JSON {
    var parts: [JSON] = []
    if let reasoning = step.reasoning {
      parts.append(["type": "reasoning", "content": .string(reasoning)])
    }
    if !step.text.isEmpty { parts.append(["type": "text", "content": .string(step.text)]) }
    parts += step.calls.map { call($0.id, $0.name, $0.arguments) }
    return text([
      [
        "role": "assistant", "parts": .array(parts),
        "finish_reason": step.calls.isEmpty ? "stop" : "tool_call",
      ]
    ])
  }

  private static func text(_ value: JSON) -> JSON { .string(value.text()) }

  private static func call(_ id: String, _ name: String, _ arguments: JSON) -> JSON {
    [
      "type": "tool_call", "id": .string(id), "name": .string(name), "arguments": arguments,
    ]
  }

  private static func parts(_ parts: JSON) -> JSON {
    .array(
      (parts.array ?? []).compactMap { part in
        guard let (kind, value) = part.object?.first else { return nil }
        switch kind {
        case "text": return ["type": "text", "content": value]
        case "reasoning": return ["type": "reasoning", "content": value["text"]]
        case "tool_use":
          let words = value["arguments"].string ?? ""
          return call(
            value["id"].string ?? "", value["name"].string ?? "",
            (try? JSON.parse(words)) ?? .string(words))
        case "tool_answer":
          return ["type": "tool_call_response", "id": value["id"], "response": value["text"]]
        case "image":
          return [
            "type": "blob", "modality": "image", "mime_type": value["media_type"],
            "content": value["base64"],
          ]
        default: return nil
        }
      })
  }
}

/// `provider/model`, as the conventions name both.
struct ModelWord {
  let provider: String?
  let model: String

  init(_ name: String) {
    let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      provider = nil
      model = name
      return
    }
    model = String(parts[1])
    let known = [
      "gemini": "gcp.gemini", "mistral": "mistral_ai", "xai": "x_ai", "moonshot": "moonshot_ai",
    ]
    provider = known[String(parts[0])] ?? String(parts[0])
  }
}
