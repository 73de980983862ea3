internal import Base
internal import Dialect

/// Reads requests in OpenAI's dialect of responses.
enum ResponsesRequest {
  static func read(_ body: JSON) throws(ModelFault) -> ModelRequest {
    var request = ModelRequest(model: try RequestReader.model(body))
    if !body["previous_response_id"].isNull || !body["conversation"].isNull {
      throw RequestReader.bad("nothing is stored here: send the whole conversation as input")
    }
    RequestReader.append(system: body["instructions"].string ?? "", to: &request)
    switch body["input"] {
    case .string(let text): request.turns = [.user(text)]
    case .array(let items): for item in items { try take(item, into: &request) }
    default: throw RequestReader.bad("input: expected a text or an array of items")
    }
    request.tools = (body["tools"].array ?? []).compactMap(tool)
    request.toolChoice = ChatRequest.toolChoice(body["tool_choice"]) { $0["name"] }
    request.allowsParallelCalls = body["parallel_tool_calls"].bool
    request.sampling.temperature = body["temperature"].double
    request.sampling.topP = body["top_p"].double
    request.maxOutputTokens = WireReader.count(body["max_output_tokens"])
    request.reasoning = WireReader.text(body["reasoning"]["effort"])
    let format = body["text"]["format"]
    if format["type"] == "json_schema" { request.answerSchema = format["schema"] }
    if format["type"] == "json_object" { request.answerSchema = ["type": "object"] }
    request.streams = body["stream"].bool ?? false
    return request
  }

  private static func take(_ item: JSON, into request: inout ModelRequest) throws(ModelFault) {
    switch item["type"].string ?? "message" {
    case "message": try take(message: item, into: &request)
    case "function_call":
      let use = ToolUse(
        id: item["call_id"].string ?? "", name: item["name"].string ?? "",
        arguments: WireReader.arguments(item["arguments"]))
      RequestReader.append([.toolUse(use)], .assistant, to: &request.turns)
    case "custom_tool_call":
      let input: JSON = ["input": item["input"]]
      let use = ToolUse(
        id: item["call_id"].string ?? "", name: item["name"].string ?? "", arguments: input.text())
      RequestReader.append([.toolUse(use)], .assistant, to: &request.turns)
    case "function_call_output", "custom_tool_call_output":
      let id = item["call_id"].string ?? ""
      let answer = ToolAnswer(
        callID: id, name: RequestReader.toolName(id, in: request.turns), text: text(item["output"]))
      RequestReader.append([.toolAnswer(answer)], .user, to: &request.turns)
    case "item_reference": throw RequestReader.bad("nothing is stored here: send the item itself")
    default:
      let thought =
        CarriedThought.open(item["encrypted_content"].string, text: summary(item))
        ?? ResponsesWire.thought(item)
      RequestReader.append([.reasoning(thought)], .assistant, to: &request.turns)
    }
  }

  private static func take(
    message: JSON, into request: inout ModelRequest
  ) throws(ModelFault) {
    let content = message["content"]
    switch message["role"].string ?? "" {
    case "system", "developer": RequestReader.append(system: text(content), to: &request)
    case "assistant":
      let said = text(content)
      if !said.isEmpty { RequestReader.append([.text(said)], .assistant, to: &request.turns) }
    case "user":
      if let text = content.string {
        return RequestReader.append([.text(text)], .user, to: &request.turns)
      }
      var parts: [Part] = []
      for part in content.array ?? [] {
        switch part["type"].string ?? "" {
        case "input_text", "text": parts.append(.text(part["text"].string ?? ""))
        case "input_image":
          parts.append(try RequestReader.picture(part["image_url"].string ?? ""))
        case let type: throw RequestReader.bad("input: '\(type)' is not taken")
        }
      }
      RequestReader.append(parts, .user, to: &request.turns)
    case let role: throw RequestReader.bad("input: no role is called '\(role)'")
    }
  }

  private static func text(_ content: JSON) -> String {
    if let text = content.string { return text }
    return (content.array ?? []).compactMap { $0["text"].string ?? $0["refusal"].string }.joined()
  }

  private static func summary(_ item: JSON) -> String {
    (item["summary"].array ?? []).compactMap { $0["text"].string }.joined(separator: "\n\n")
  }

  // A tool that takes plain text is told to other models as one with a single member.
  private static func tool(_ tool: JSON) -> ToolDeclaration? {
    guard let name = WireReader.text(tool["name"]) else { return nil }
    var description = tool["description"].string ?? ""
    switch tool["type"].string {
    case "function":
      return ToolDeclaration(
        name: name, description: description,
        parameters: tool["parameters"].isNull ? ["type": "object"] : tool["parameters"])
    case "custom":
      if let grammar = WireReader.text(tool["format"]["definition"]) {
        description += "\n\nThe input must match this grammar:\n\(grammar)"
      }
      return ToolDeclaration(
        name: name, description: description,
        parameters: [
          "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
        ])
    default: return nil
    }
  }
}
