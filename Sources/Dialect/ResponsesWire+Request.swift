internal import Base

/// OpenAI's responses.
package enum ResponsesWire {
  static func body(of request: ModelRequest, traits: ModelTraits) -> JSON {
    var body: [String: JSON] = [
      "model": .string(request.model), "store": false,
      "input": .array(Conversation.tidy(request.turns).flatMap(items)),
    ]
    if let system = request.system, !system.isEmpty { body["instructions"] = .string(system) }
    if !request.tools.isEmpty {
      body["tools"] = .array(request.tools.map(tool))
      switch request.toolChoice {
      case .auto: break
      case .none: body["tool_choice"] = "none"
      case .required: body["tool_choice"] = "required"
      case .named(let name):
        body["tool_choice"] = ["type": "function", "name": .string(name)]
      }
      if let parallel = request.allowsParallelCalls {
        body["parallel_tool_calls"] = .bool(parallel)
      }
    }
    if traits.supportsSampling {
      if let value = request.sampling.temperature { body["temperature"] = .number(value) }
      if let value = request.sampling.topP { body["top_p"] = .number(value) }
    }
    if let limit = request.maxOutputTokens { body["max_output_tokens"] = .int(limit) }
    if let reasoning = request.reasoning { body["reasoning"] = ["effort": .string(reasoning)] }
    // Nothing is stored there, so what it thought has to travel with the conversation.
    if traits.returnsEncryptedReasoning { body["include"] = ["reasoning.encrypted_content"] }
    if let schema = request.answerSchema {
      body["text"] = [
        "format": [
          "type": "json_schema", "name": "answer", "schema": schema,
          "strict": .bool(WireSchema.isStrict(schema)),
        ]
      ]
    }
    if request.streams { body["stream"] = true }
    return .object(body)
  }

  // Here a tool is strict unless it is said not to be, and a strict one has rules for its schema.
  private static func tool(_ tool: ToolDeclaration) -> JSON {
    [
      "type": "function", "name": .string(tool.name), "description": .string(tool.description),
      "parameters": tool.parameters, "strict": .bool(WireSchema.isStrict(tool.parameters)),
    ]
  }

  private static func items(_ turn: Turn) -> [JSON] {
    var items: [JSON] = []
    var content: [JSON] = []
    func flush() {
      guard !content.isEmpty else { return }
      let isPlain = content.count == 1 && !content[0]["text"].isNull
      items.append([
        "role": .string(turn.role.rawValue),
        "content": isPlain ? content[0]["text"] : .array(content),
      ])
      content = []
    }
    let textType: JSON = turn.role == .user ? "input_text" : "output_text"
    for part in turn.parts {
      switch part {
      case .text(let text): content.append(["type": textType, "text": .string(text)])
      case .image(let type, let base64):
        content.append([
          "type": "input_image", "image_url": .string("data:\(type);base64,\(base64)"),
        ])
      case .toolUse(let use):
        flush()
        items.append([
          "type": "function_call", "call_id": .string(use.id), "name": .string(use.name),
          "arguments": .string(use.arguments.isEmpty ? "{}" : use.arguments),
        ])
      case .toolAnswer(let answer):
        flush()
        items.append([
          "type": "function_call_output", "call_id": .string(answer.callID),
          "output": .string(answer.text),
        ])
      case .reasoning(let reasoning):
        guard reasoning.dialect == .responses, let block = reasoning.block else { continue }
        flush()
        items.append(block)
      }
    }
    flush()
    return items
  }
}
