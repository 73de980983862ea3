internal import Base
internal import Dialect

/// Reads requests in OpenAI's chat dialect.
enum ChatRequest {
  static func read(_ body: JSON) throws(ModelFault) -> ModelRequest {
    var request = ModelRequest(model: try RequestReader.model(body))
    guard let messages = body["messages"].array else {
      throw RequestReader.bad("messages: expected an array")
    }
    if let count = body["n"].int, count > 1 {
      throw RequestReader.bad("n: one answer is given at a time")
    }
    for message in messages { try take(message, into: &request) }
    request.tools = tools(body["tools"])
    request.toolChoice = toolChoice(body["tool_choice"]) { $0["function"]["name"] }
    request.allowsParallelCalls = body["parallel_tool_calls"].bool
    request.sampling.temperature = body["temperature"].double
    request.sampling.topP = body["top_p"].double
    request.sampling.stop = RequestReader.texts(body["stop"])
    request.sampling.seed = body["seed"].int
    request.maxOutputTokens =
      WireReader.count(body["max_completion_tokens"]) ?? WireReader.count(body["max_tokens"])
    request.reasoning =
      WireReader.text(body["reasoning_effort"]) ?? WireReader.text(body["reasoning"]["effort"])
    switch body["response_format"]["type"].string {
    case "json_schema": request.answerSchema = body["response_format"]["json_schema"]["schema"]
    case "json_object": request.answerSchema = ["type": "object"]
    default: break
    }
    request.streams = body["stream"].bool ?? false
    return request
  }

  private static func take(
    _ message: JSON, into request: inout ModelRequest
  ) throws(ModelFault) {
    let content = message["content"]
    switch message["role"].string ?? "" {
    case "system", "developer": RequestReader.append(system: text(content), to: &request)
    case "user":
      RequestReader.append(try parts(content), .user, to: &request.turns)
    case "assistant":
      RequestReader.append(assistant(message), .assistant, to: &request.turns)
    case "tool", "function":
      let id = message["tool_call_id"].string ?? ""
      let answer = ToolAnswer(
        callID: id, name: RequestReader.toolName(id, in: request.turns), text: text(content))
      RequestReader.append([.toolAnswer(answer)], .user, to: &request.turns)
    case let role: throw RequestReader.bad("messages: no role is called '\(role)'")
    }
  }

  private static func assistant(_ message: JSON) -> [Part] {
    var parts: [Part] = []
    var fields: [String: JSON] = [:]
    for field in ChatWire.reasoningFields where !message[field].isNull {
      fields[field] = message[field]
    }
    if let thought = ChatWire.reasoning(fields) { parts.append(.reasoning(thought)) }
    let said = text(message["content"]) + (message["refusal"].string ?? "")
    if !said.isEmpty { parts.append(.text(said)) }
    for call in message["tool_calls"].array ?? [] {
      let function = call["function"]
      parts.append(
        .toolUse(
          ToolUse(
            id: call["id"].string ?? "", name: function["name"].string ?? "",
            arguments: WireReader.arguments(function["arguments"]))))
    }
    return parts
  }

  private static func parts(_ content: JSON) throws(ModelFault) -> [Part] {
    if let text = content.string { return [.text(text)] }
    var parts: [Part] = []
    for part in content.array ?? [] {
      switch part["type"].string ?? "" {
      case "text": parts.append(.text(part["text"].string ?? ""))
      case "image_url":
        parts.append(try RequestReader.picture(part["image_url"]["url"].string ?? ""))
      case let type: throw RequestReader.bad("content: '\(type)' is not taken")
      }
    }
    return parts
  }

  private static func text(_ content: JSON) -> String {
    if let text = content.string { return text }
    return (content.array ?? []).compactMap { $0["text"].string ?? $0["refusal"].string }.joined()
  }

  private static func tools(_ tools: JSON) -> [ToolDeclaration] {
    (tools.array ?? []).compactMap { tool in
      guard let name = WireReader.text(tool["function"]["name"]) else { return nil }
      let function = tool["function"]
      return ToolDeclaration(
        name: name, description: function["description"].string ?? "",
        parameters: function["parameters"].isNull ? ["type": "object"] : function["parameters"])
    }
  }

  static func toolChoice(_ choice: JSON, name: (JSON) -> JSON) -> ToolChoice {
    switch choice {
    case "none": .none
    case "required": .required
    default: WireReader.text(name(choice)).map(ToolChoice.named) ?? .auto
    }
  }
}
