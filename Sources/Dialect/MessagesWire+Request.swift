internal import Base

/// Anthropic's messages.
package enum MessagesWire {
  static func body(of request: ModelRequest, traits: ModelTraits) -> JSON {
    let limit = max(1, request.maxOutputTokens ?? traits.maxOutputDefault)
    var turns = Conversation.tidy(request.turns)
    if turns.last?.role == .assistant, !traits.supportsPrefill { turns.append(.user("Go on.")) }
    var messages = turns.enumerated().compactMap { index, turn in
      message(turn, isPrefill: index == turns.count - 1)
    }
    var body: [String: JSON] = ["model": .string(request.model), "max_tokens": .int(limit)]
    var tools = request.tools.map(tool)
    if request.cachesPrefix {
      // Of the four marks, two go to what never changes and two to the end of the conversation, so
      // that the next call finds this one's prefix.
      if !tools.isEmpty { mark(&tools[tools.count - 1]) }
      for index in messages.indices.reversed().filter({ messages[$0]["role"] == "user" }).prefix(2)
      {
        markLastBlock(of: &messages[index])
      }
    }
    body["messages"] = .array(messages)
    if let system = request.system, !system.isEmpty {
      if request.cachesPrefix {
        body["system"] = [
          ["type": "text", "text": .string(system), "cache_control": ["type": "ephemeral"]]
        ]
      } else {
        body["system"] = .string(system)
      }
    }
    if !tools.isEmpty {
      body["tools"] = .array(tools)
      if let choice = toolChoice(request) { body["tool_choice"] = choice }
    }
    let thinks = think(request, traits: traits, limit: limit, turns: turns, body: &body)
    if traits.supportsSampling, !thinks {
      if let value = request.sampling.temperature { body["temperature"] = .number(value) }
      if let value = request.sampling.topP { body["top_p"] = .number(value) }
    }
    // Stop texts of nothing but blanks are rejected.
    let stops = request.sampling.stop.filter { !isBlank($0) }
    if !stops.isEmpty { body["stop_sequences"] = .array(stops.map(JSON.string)) }
    if let schema = request.answerSchema {
      var config = body["output_config"] ?? [:]
      config["format"] = ["type": "json_schema", "schema": schema]
      body["output_config"] = config
    }
    if request.streams { body["stream"] = true }
    return .object(body)
  }

  private static func tool(_ tool: ToolDeclaration) -> JSON {
    var schema = tool.parameters.object == nil ? [:] : tool.parameters
    if schema["type"].isNull { schema["type"] = "object" }
    return [
      "name": .string(tool.name), "description": .string(tool.description), "input_schema": schema,
    ]
  }

  private static func toolChoice(_ request: ModelRequest) -> JSON? {
    var choice: JSON
    switch request.toolChoice {
    case .auto:
      guard request.allowsParallelCalls != nil else { return nil }
      choice = ["type": "auto"]
    case .none: return ["type": "none"]
    case .required: choice = ["type": "any"]
    case .named(let name): choice = ["type": "tool", "name": .string(name)]
    }
    if let parallel = request.allowsParallelCalls {
      choice["disable_parallel_tool_use"] = .bool(!parallel)
    }
    return choice
  }

  private static func message(_ turn: Turn, isPrefill: Bool) -> JSON? {
    var blocks: [JSON] = []
    for part in turn.parts {
      switch part {
      // Empty and blank texts are rejected.
      case .text(let text):
        if !isBlank(text) { blocks.append(["type": "text", "text": .string(text)]) }
      case .image(let type, let base64):
        blocks.append([
          "type": "image",
          "source": ["type": "base64", "media_type": .string(type), "data": .string(base64)],
        ])
      case .toolUse(let use):
        blocks.append([
          "type": "tool_use", "id": .string(toolID(use.id)), "name": .string(use.name),
          "input": WireReader.object(arguments: use.arguments),
        ])
      case .toolAnswer(let answer): blocks.append(result(answer))
      case .reasoning(let reasoning):
        if reasoning.dialect == .messages, let block = reasoning.block { blocks.append(block) }
      }
    }
    if isPrefill, turn.role == .assistant, let text = blocks.last?["text"].string {
      blocks[blocks.count - 1]["text"] = .string(trimmedEnd(text))
    }
    guard !blocks.isEmpty else { return nil }
    let isPlain = blocks.count == 1 && blocks[0]["type"] == "text"
    return [
      "role": .string(turn.role.rawValue), "content": isPlain ? blocks[0]["text"] : .array(blocks),
    ]
  }

  private static func result(_ answer: ToolAnswer) -> JSON {
    var block: JSON = ["type": "tool_result", "tool_use_id": .string(toolID(answer.callID))]
    if !answer.text.isEmpty { block["content"] = .string(answer.text) }
    if answer.isError { block["is_error"] = true }
    return block
  }

  // Ids of other providers may hold what Anthropic's pattern rejects.
  private static func toolID(_ id: String) -> String {
    String(
      String.UnicodeScalarView(
        id.unicodeScalars.map { scalar in
          switch scalar {
          case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
          default: "_"
          }
        }))
  }

  private static func mark(_ block: inout JSON) { block["cache_control"] = ["type": "ephemeral"] }

  private static func markLastBlock(of message: inout JSON) {
    switch message["content"] {
    case .string(let text):
      message["content"] = [
        ["type": "text", "text": .string(text), "cache_control": ["type": "ephemeral"]]
      ]
    case .array(var blocks):
      guard !blocks.isEmpty else { return }
      mark(&blocks[blocks.count - 1])
      message["content"] = .array(blocks)
    default: break
    }
  }

  private static func isBlank(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
  }

  private static func trimmedEnd(_ text: String) -> String {
    var scalars = Substring(text).unicodeScalars
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return String(scalars)
  }
}
