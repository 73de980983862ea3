internal import Base

/// Gemini's generateContent.
package enum GeminiWire {
  /// What Gemini takes for the signature of a call that another model made.
  package static let foreignSignature = "skip_thought_signature_validator"

  static func body(of request: ModelRequest, traits: ModelTraits) -> JSON {
    var body: [String: JSON] = [
      "contents": .array(
        Conversation.tidy(request.turns).compactMap { content($0, traits: traits) })
    ]
    if let system = request.system, !system.isEmpty {
      body["systemInstruction"] = ["parts": [["text": .string(system)]]]
    }
    if !request.tools.isEmpty {
      body["tools"] = [["functionDeclarations": .array(request.tools.map(declaration))]]
      if let mode = toolMode(request.toolChoice) {
        body["toolConfig"] = ["functionCallingConfig": mode]
      }
    }
    let config = generation(request, traits: traits)
    if !config.isEmpty { body["generationConfig"] = .object(config) }
    return .object(body)
  }

  private static func generation(_ request: ModelRequest, traits: ModelTraits) -> [String: JSON] {
    var config: [String: JSON] = [:]
    if traits.supportsSampling {
      if let value = request.sampling.temperature { config["temperature"] = .number(value) }
      if let value = request.sampling.topP { config["topP"] = .number(value) }
    }
    if let seed = request.sampling.seed { config["seed"] = .int(seed) }
    if !request.sampling.stop.isEmpty {
      config["stopSequences"] = .array(request.sampling.stop.map(JSON.string))
    }
    if let limit = request.maxOutputTokens { config["maxOutputTokens"] = .int(limit) }
    if let schema = request.answerSchema {
      config["responseMimeType"] = "application/json"
      config["responseJsonSchema"] = schema
    }
    if let effort = request.reasoning, let thinking = thinking(effort, request, traits) {
      config["thinkingConfig"] = thinking
    }
    return config
  }

  private static func thinking(
    _ effort: String, _ request: ModelRequest, _ traits: ModelTraits
  ) -> JSON? {
    switch traits.thinking {
    case .none: return nil
    case .adaptive:
      let level =
        switch effort {
        case "none", "minimal", "low": "low"
        case "medium": "medium"
        default: "high"
        }
      return ["thinkingLevel": .string(level), "includeThoughts": true]
    case .budget:
      // The larger ones cannot stop to think; 128 is the least that they take.
      if effort == "none" {
        return ["thinkingBudget": request.model.contains("pro") ? 128 : 0]
      }
      return [
        "thinkingBudget": .int(min(24_576, MessagesWire.budget(effort))), "includeThoughts": true,
      ]
    }
  }

  private static func declaration(_ tool: ToolDeclaration) -> JSON {
    var declaration: JSON = [
      "name": .string(tool.name), "description": .string(tool.description),
    ]
    if !(tool.parameters["properties"].object ?? [:]).isEmpty {
      declaration["parametersJsonSchema"] = tool.parameters
    }
    return declaration
  }

  private static func toolMode(_ choice: ToolChoice) -> JSON? {
    switch choice {
    case .auto: nil
    case .none: ["mode": "NONE"]
    case .required: ["mode": "ANY"]
    case .named(let name): ["mode": "ANY", "allowedFunctionNames": [.string(name)]]
    }
  }

  private static func content(_ turn: Turn, traits: ModelTraits) -> JSON? {
    var parts: [JSON] = []
    var hasCall = false
    for part in turn.parts {
      switch part {
      case .text(let text): if !text.isEmpty { parts.append(["text": .string(text)]) }
      case .image(let type, let base64):
        parts.append(["inlineData": ["mimeType": .string(type), "data": .string(base64)]])
      case .toolUse(let use):
        var part: JSON = [
          "functionCall": identified(
            use.id,
            [
              "name": .string(use.name), "args": WireReader.object(arguments: use.arguments),
            ])
        ]
        if let signature = use.signature {
          part["thoughtSignature"] = .string(signature)
        } else if traits.needsSignatures, !hasCall {
          part["thoughtSignature"] = .string(foreignSignature)
        }
        hasCall = true
        parts.append(part)
      case .toolAnswer(let answer):
        parts.append([
          "functionResponse": identified(
            answer.callID,
            [
              "name": .string(answer.name),
              "response": [answer.isError ? "error" : "output": .string(answer.text)],
            ])
        ])
      case .reasoning(let reasoning):
        if reasoning.dialect == .gemini, let block = reasoning.block { parts.append(block) }
      }
    }
    guard !parts.isEmpty else { return nil }
    return ["role": turn.role == .user ? "user" : "model", "parts": .array(parts)]
  }

  // An id that Gemini did not give is none that it wants.
  private static func identified(_ id: String, _ value: JSON) -> JSON {
    var value = value
    if !id.isEmpty, !id.hasPrefix(WireReader.madeUpPrefix) { value["id"] = .string(id) }
    return value
  }
}
