internal import Base
internal import Dialect

extension ResponsesServing {
  /// One part of an answer as an item.
  static func item(_ part: Part, id: String, index: Int, _ answer: ServedAnswer) -> JSON? {
    switch part {
    case .text(let text):
      return [
        "type": "message", "id": .string("msg_\(id)_\(index)"), "role": "assistant",
        "status": "completed",
        "content": [
          ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]
        ],
      ]
    case .toolUse(let use):
      if answer.plainTools.contains(use.name) {
        let input = (try? JSON.parse(use.arguments))?["input"].string ?? use.arguments
        return [
          "type": "custom_tool_call", "id": .string("ctc_\(id)_\(index)"),
          "call_id": .string(use.id), "name": .string(use.name), "input": .string(input),
          "status": "completed",
        ]
      }
      return [
        "type": "function_call", "id": .string("fc_\(id)_\(index)"), "call_id": .string(use.id),
        "name": .string(use.name),
        "arguments": .string(use.arguments.isEmpty ? "{}" : use.arguments), "status": "completed",
      ]
    case .reasoning(let thought):
      if thought.dialect == .responses, let block = thought.block { return block }
      let seal = CarriedThought.seal(thought)
      if thought.text.isEmpty && seal.isEmpty { return nil }
      return [
        "type": "reasoning", "id": .string("rs_\(id)_\(index)"),
        "summary": thought.text.isEmpty
          ? [] : [["type": "summary_text", "text": .string(thought.text)]],
        "encrypted_content": seal.isEmpty ? nil : .string(seal),
      ]
    case .image, .toolAnswer: return nil
    }
  }

  static func message(id: String, index: Int, refusal: String) -> JSON {
    [
      "type": "message", "id": .string("msg_\(id)_\(index)"), "role": "assistant",
      "status": "completed", "content": [["type": "refusal", "refusal": .string(refusal)]],
    ]
  }

  /// The words of a refusal that stands in an item of its own.
  static func refusal(_ stop: StopReason) -> String? {
    guard case .refusal(let words) = stop, words != "content_filter" else { return nil }
    return words.isEmpty ? "refusal" : words
  }

  /// The response around the items; without a reply it is still in progress.
  static func response(
    id: String, model: String, _ answer: ServedAnswer, items: [JSON], reply: ModelReply?
  ) -> JSON {
    let incomplete: String? =
      switch reply?.stop {
      case .outputLimit, .contextOverflow: "max_output_tokens"
      case .refusal("content_filter"): "content_filter"
      case .other(let word): word
      default: nil
      }
    let status = reply == nil ? "in_progress" : incomplete == nil ? "completed" : "incomplete"
    return [
      "id": .string(id), "object": "response", "created_at": answer.seconds,
      "status": .string(status), "error": nil,
      "incomplete_details": incomplete.map { ["reason": .string($0)] } ?? nil,
      "instructions": nil, "max_output_tokens": nil, "metadata": [:], "model": .string(model),
      "output": .array(items), "parallel_tool_calls": true, "previous_response_id": nil,
      "reasoning": ["effort": nil, "summary": nil], "store": false, "temperature": nil,
      "text": ["format": ["type": "text"]], "tool_choice": "auto", "tools": [], "top_p": nil,
      "truncation": "disabled", "usage": ServedUsage.responses(reply?.usage), "user": nil,
      "service_tier": .optional(reply?.usage?.serviceTier),
    ]
  }
}
