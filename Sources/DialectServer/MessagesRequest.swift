internal import Base
internal import Dialect

/// Reads requests in Anthropic's dialect.
enum MessagesRequest {
  static func read(_ body: JSON) throws(ModelFault) -> ModelRequest {
    var request = ModelRequest(model: try RequestReader.model(body))
    guard let messages = body["messages"].array else {
      throw RequestReader.bad("messages: expected an array")
    }
    RequestReader.append(system: text(body["system"]), to: &request)
    for message in messages {
      switch message["role"].string ?? "" {
      case "user":
        let parts = try parts(message["content"], turns: request.turns)
        RequestReader.append(parts, .user, to: &request.turns)
      case "assistant":
        let parts = try parts(message["content"], turns: request.turns)
        RequestReader.append(parts, .assistant, to: &request.turns)
      case "system": RequestReader.append(system: text(message["content"]), to: &request)
      case let role: throw RequestReader.bad("messages: no role is called '\(role)'")
      }
    }
    readTools(body, into: &request)
    request.sampling.temperature = body["temperature"].double
    request.sampling.topP = body["top_p"].double
    request.sampling.stop = RequestReader.texts(body["stop_sequences"])
    request.maxOutputTokens = WireReader.count(body["max_tokens"])
    request.reasoning = reasoning(body)
    let format = body["output_config"]["format"]
    if format["type"] == "json_schema" { request.answerSchema = format["schema"] }
    request.streams = body["stream"].bool ?? false
    return request
  }

  private static func readTools(_ body: JSON, into request: inout ModelRequest) {
    let tools = body["tools"].array ?? []
    // Tools that Anthropic runs itself have no schema, and no other provider has them.
    request.tools = tools.compactMap { tool in
      guard let name = WireReader.text(tool["name"]), tool["input_schema"].object != nil else {
        return nil
      }
      return ToolDeclaration(
        name: name, description: tool["description"].string ?? "",
        parameters: tool["input_schema"])
    }
    request.cachesPrefix =
      !body["cache_control"].isNull || tools.contains { !$0["cache_control"].isNull }
      || (body["system"].array ?? []).contains { !$0["cache_control"].isNull }
    let choice = body["tool_choice"]
    switch choice["type"].string {
    case "any": request.toolChoice = .required
    case "none": request.toolChoice = .none
    case "tool":
      request.toolChoice = WireReader.text(choice["name"]).map(ToolChoice.named) ?? .auto
    default: break
    }
    request.allowsParallelCalls = choice["disable_parallel_tool_use"].bool.map { !$0 }
  }

  private static func reasoning(_ body: JSON) -> String? {
    switch body["thinking"]["type"].string {
    case "disabled": "none"
    case "enabled":
      switch body["thinking"]["budget_tokens"].int ?? 0 {
      case ..<2048: "minimal"
      case ..<8192: "low"
      case ..<16_384: "medium"
      case ..<28_000: "high"
      default: "xhigh"
      }
    default: WireReader.text(body["output_config"]["effort"])
    }
  }

  private static func parts(_ content: JSON, turns: [Turn]) throws(ModelFault) -> [Part] {
    if let text = content.string { return [.text(text)] }
    guard let blocks = content.array else {
      throw RequestReader.bad("messages: content must be a text or an array of blocks")
    }
    var parts: [Part] = []
    for block in blocks {
      switch block["type"].string ?? "" {
      case "text": parts.append(.text(block["text"].string ?? ""))
      case "image": parts.append(try picture(block["source"]))
      case "tool_use":
        parts.append(
          .toolUse(
            ToolUse(
              id: block["id"].string ?? "", name: block["name"].string ?? "",
              arguments: WireReader.arguments(block["input"]))))
      case "tool_result": parts += try result(block, turns: turns)
      case "thinking":
        let text = block["thinking"].string ?? ""
        parts.append(
          .reasoning(
            CarriedThought.open(block["signature"].string, text: text)
              ?? Reasoning(text: text, block: block, dialect: .messages)))
      case "redacted_thinking":
        parts.append(
          .reasoning(
            CarriedThought.open(block["data"].string, text: "")
              ?? Reasoning(text: "", block: block, dialect: .messages)))
      case "document" where block["source"]["type"] == "text":
        parts.append(.text(block["source"]["data"].string ?? ""))
      case "document", "": throw RequestReader.bad("messages: such a block is not taken")
      // What Anthropic's own tools left goes back to Anthropic alone.
      default: parts.append(.reasoning(Reasoning(text: "", block: block, dialect: .messages)))
      }
    }
    return parts
  }

  private static func result(_ block: JSON, turns: [Turn]) throws(ModelFault) -> [Part] {
    let id = block["tool_use_id"].string ?? ""
    var parts: [Part] = [
      .toolAnswer(
        ToolAnswer(
          callID: id, name: RequestReader.toolName(id, in: turns), text: text(block["content"]),
          isError: block["is_error"].bool ?? false))
    ]
    for inner in block["content"].array ?? [] where inner["type"] == "image" {
      parts.append(try picture(inner["source"]))
    }
    return parts
  }

  private static func picture(_ source: JSON) throws(ModelFault) -> Part {
    guard source["type"] == "base64", let data = source["data"].string else {
      throw RequestReader.bad("pictures are taken in base64, not by address")
    }
    return .image(mediaType: source["media_type"].string ?? "image/png", base64: data)
  }

  private static func text(_ content: JSON) -> String {
    if let text = content.string { return text }
    return (content.array ?? []).compactMap { $0["text"].string }.joined(separator: "\n\n")
  }
}
