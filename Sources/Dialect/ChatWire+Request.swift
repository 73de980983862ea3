package import Base

/// OpenAI's chat completions, as most servers speak them.
package enum ChatWire {
  static func body(of request: ModelRequest, traits: ModelTraits) -> JSON {
    var body: [String: JSON] = [
      "model": .string(request.model),
      "messages": .array(messages(of: request, traits: traits)),
    ]
    if !request.tools.isEmpty {
      body["tools"] = .array(request.tools.map(tool))
      switch request.toolChoice {
      case .auto: break
      case .none: body["tool_choice"] = "none"
      case .required: body["tool_choice"] = "required"
      case .named(let name):
        body["tool_choice"] = ["type": "function", "function": ["name": .string(name)]]
      }
      if let parallel = request.allowsParallelCalls {
        body["parallel_tool_calls"] = .bool(parallel)
      }
    }
    if traits.supportsSampling {
      if let value = request.sampling.temperature { body["temperature"] = .number(value) }
      if let value = request.sampling.topP { body["top_p"] = .number(value) }
    }
    if let seed = request.sampling.seed { body["seed"] = .int(seed) }
    if !request.sampling.stop.isEmpty {
      body["stop"] = .array(request.sampling.stop.map(JSON.string))
    }
    if let limit = request.maxOutputTokens {
      body[traits.outputLimitField.rawValue] = .int(limit)
    }
    if let reasoning = request.reasoning { body["reasoning_effort"] = .string(reasoning) }
    if let schema = request.answerSchema {
      body["response_format"] = [
        "type": "json_schema",
        "json_schema": [
          "name": "answer", "schema": schema, "strict": .bool(WireSchema.isStrict(schema)),
        ],
      ]
    }
    if request.streams {
      body["stream"] = true
      if traits.supportsStreamUsage { body["stream_options"] = ["include_usage": true] }
    }
    return .object(body)
  }

  private static func tool(_ tool: ToolDeclaration) -> JSON {
    [
      "type": "function",
      "function": [
        "name": .string(tool.name), "description": .string(tool.description),
        "parameters": tool.parameters,
      ],
    ]
  }

  private static func messages(of request: ModelRequest, traits: ModelTraits) -> [JSON] {
    var messages: [JSON] = []
    if let system = request.system, !system.isEmpty {
      messages.append([
        "role": .string(traits.systemRole.rawValue), "content": .string(system),
      ])
    }
    for turn in Conversation.tidy(request.turns) {
      switch turn.role {
      case .assistant: messages.append(assistant(turn, traits: traits))
      case .user: messages += user(turn)
      }
    }
    return messages
  }

  private static func user(_ turn: Turn) -> [JSON] {
    var messages: [JSON] = []
    var content: [JSON] = []
    for part in turn.parts {
      switch part {
      case .toolAnswer(let answer):
        messages.append([
          "role": "tool", "tool_call_id": .string(answer.callID), "content": .string(answer.text),
        ])
      case .text(let text): content.append(["type": "text", "text": .string(text)])
      case .image(let type, let base64):
        content.append([
          "type": "image_url", "image_url": ["url": .string("data:\(type);base64,\(base64)")],
        ])
      case .toolUse, .reasoning: break
      }
    }
    // One text goes as a plain string: the form that every server knows.
    if content.count == 1, let text = content[0]["text"].string {
      messages.append(["role": "user", "content": .string(text)])
    } else if !content.isEmpty {
      messages.append(["role": "user", "content": .array(content)])
    }
    return messages
  }

  private static func assistant(_ turn: Turn, traits: ModelTraits) -> JSON {
    let text = turn.text
    let uses = turn.toolUses
    var message: [String: JSON] = [
      "role": "assistant", "content": text.isEmpty && !uses.isEmpty ? .null : .string(text),
    ]
    if !uses.isEmpty {
      message["tool_calls"] = .array(
        uses.map { use in
          [
            "id": .string(use.id), "type": "function",
            "function": [
              "name": .string(use.name),
              "arguments": .string(use.arguments.isEmpty ? "{}" : use.arguments),
            ],
          ]
        })
    }
    if traits.returnsReasoning {
      for case .reasoning(let reasoning) in turn.parts where reasoning.dialect == .chat {
        for (field, value) in reasoning.block?.object ?? [:]
        where reasoningFields.contains(field) {
          message[field] = value
        }
      }
    }
    return .object(message)
  }

  /// Where servers put what the model thought, the richest first.
  package static let reasoningFields = ["reasoning_details", "reasoning_content", "reasoning"]
}

/// What providers ask of schemas.
package enum WireSchema {
  /// Whether a schema meets the rules of a strict one: every object closed, every member required.
  package static func isStrict(_ schema: JSON) -> Bool {
    switch schema {
    case .array(let elements): return elements.allSatisfy(isStrict)
    case .object(let members):
      if members["type"] == "object" {
        guard members["additionalProperties"] == false else { return false }
        let names = Set((members["properties"]?.object ?? [:]).keys)
        let required = Set((members["required"]?.array ?? []).compactMap(\.string))
        guard names == required else { return false }
      }
      return members.values.allSatisfy(isStrict)
    default: return true
    }
  }
}
