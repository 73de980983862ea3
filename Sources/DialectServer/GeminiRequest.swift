internal import Base
internal import Dialect

/// Reads requests in Gemini's dialect.
enum GeminiRequest {
  static func read(_ body: JSON, path: String) throws(ModelFault) -> ModelRequest {
    guard let place = GeminiPath(path) else {
      throw RequestReader.bad("the path names no model: expected …/models/NAME:generateContent")
    }
    var request = ModelRequest(model: place.model)
    request.streams = place.verb == "streamGenerateContent"
    let system = either(body, "systemInstruction", "system_instruction")
    for part in system["parts"].array ?? [] {
      RequestReader.append(system: part["text"].string ?? "", to: &request)
    }
    guard let contents = body["contents"].array else {
      throw RequestReader.bad("contents: expected an array")
    }
    var open: [ToolUse] = []
    for (index, content) in contents.enumerated() {
      try take(content, index: index, open: &open, into: &request)
    }
    for tool in body["tools"].array ?? [] {
      let declarations = either(tool, "functionDeclarations", "function_declarations")
      request.tools += (declarations.array ?? []).compactMap(declaration)
    }
    let config = either(body, "toolConfig", "tool_config")
    let calling = either(config, "functionCallingConfig", "function_calling_config")
    switch calling["mode"].string?.uppercased() {
    case "NONE": request.toolChoice = .none
    case "ANY":
      let names = RequestReader.texts(
        either(calling, "allowedFunctionNames", "allowed_function_names"))
      request.toolChoice = names.count == 1 ? .named(names[0]) : .required
    default: break
    }
    read(config: either(body, "generationConfig", "generation_config"), into: &request)
    return request
  }

  private static func read(config: JSON, into request: inout ModelRequest) {
    request.sampling.temperature = config["temperature"].double
    request.sampling.topP = either(config, "topP", "top_p").double
    request.sampling.seed = config["seed"].int
    request.sampling.stop = RequestReader.texts(either(config, "stopSequences", "stop_sequences"))
    request.maxOutputTokens = WireReader.count(
      either(config, "maxOutputTokens", "max_output_tokens"))
    let schema = either(config, "responseJsonSchema", "response_json_schema")
    if !schema.isNull { request.answerSchema = schema }
    let thinking = either(config, "thinkingConfig", "thinking_config")
    if let level = WireReader.text(either(thinking, "thinkingLevel", "thinking_level")) {
      request.reasoning = level.lowercased()
    } else if let budget = either(thinking, "thinkingBudget", "thinking_budget").int {
      switch budget {
      case ..<0: break
      case 0...128: request.reasoning = "none"
      case ..<2048: request.reasoning = "minimal"
      case ..<8192: request.reasoning = "low"
      case ..<16_384: request.reasoning = "medium"
      default: request.reasoning = "high"
      }
    }
  }

  private static func take(
    _ content: JSON, index: Int, open: inout [ToolUse], into request: inout ModelRequest
  ) throws(ModelFault) {
    var parts: [Part] = []
    let isModel = content["role"].string == "model"
    for (number, part) in (content["parts"].array ?? []).enumerated() {
      let signature = WireReader.text(either(part, "thoughtSignature", "thought_signature"))
      let call = either(part, "functionCall", "function_call")
      let answer = either(part, "functionResponse", "function_response")
      let data = either(part, "inlineData", "inline_data")
      if call.object != nil {
        let use = ToolUse(
          id: WireReader.text(call["id"]) ?? "\(WireReader.madeUpPrefix)\(index)-\(number)",
          name: call["name"].string ?? "",
          arguments: call["args"].isNull ? "{}" : call["args"].text(),
          signature: signature == GeminiWire.foreignSignature ? nil : signature)
        open.append(use)
        parts.append(.toolUse(use))
      } else if answer.object != nil {
        parts.append(.toolAnswer(self.answer(answer, open: &open)))
      } else if data.object != nil {
        parts.append(
          .image(
            mediaType: either(data, "mimeType", "mime_type").string ?? "",
            base64: data["data"].string ?? ""))
      } else if let text = part["text"].string {
        parts += said(text, part: part, signature: signature)
      } else if isModel {
        parts.append(.reasoning(Reasoning(text: "", block: part, dialect: .gemini)))
      } else {
        throw RequestReader.bad("contents: such a part is not taken")
      }
    }
    RequestReader.append(parts, isModel ? .assistant : .user, to: &request.turns)
  }

  private static func said(_ text: String, part: JSON, signature: String?) -> [Part] {
    let isThought = part["thought"].bool == true
    if isThought || signature != nil && text.isEmpty {
      let own = Reasoning(text: isThought ? text : "", block: part, dialect: .gemini)
      return [.reasoning(CarriedThought.open(signature, text: own.text) ?? own)]
    }
    guard let signature else { return [.text(text)] }
    let seal: JSON = ["text": "", "thoughtSignature": .string(signature)]
    return [.text(text), .reasoning(Reasoning(text: "", block: seal, dialect: .gemini))]
  }

  // An answer without an id is for the first open call of its name.
  private static func answer(_ response: JSON, open: inout [ToolUse]) -> ToolAnswer {
    let name = response["name"].string ?? ""
    let id = WireReader.text(response["id"])
    var callID = id ?? name
    if let at = open.firstIndex(where: { id == nil ? $0.name == name : $0.id == id }) {
      callID = open.remove(at: at).id
    }
    let said = response["response"]
    let isError = said["output"].isNull && !said["error"].isNull
    let value = isError ? said["error"] : said["output"].isNull ? said : said["output"]
    return ToolAnswer(
      callID: callID, name: name, text: value.string ?? value.text(), isError: isError)
  }

  private static func declaration(_ value: JSON) -> ToolDeclaration? {
    guard let name = WireReader.text(value["name"]) else { return nil }
    let schema = either(value, "parametersJsonSchema", "parameters_json_schema")
    let parameters = schema.isNull ? lowered(value["parameters"]) : schema
    return ToolDeclaration(
      name: name, description: value["description"].string ?? "",
      parameters: parameters.isNull ? ["type": "object"] : parameters)
  }

  // Gemini's own schemas spell types in capitals.
  private static func lowered(_ schema: JSON) -> JSON {
    switch schema {
    case .array(let elements): .array(elements.map(lowered))
    case .object(let members):
      .object(
        Dictionary(
          uniqueKeysWithValues: members.map { name, value in
            if name == "type", let type = value.string { return (name, .string(type.lowercased())) }
            return (name, lowered(value))
          }))
    default: schema
    }
  }

  // Both spellings are valid in protobuf's JSON.
  private static func either(_ value: JSON, _ camel: String, _ snake: String) -> JSON {
    value[camel].isNull ? value[snake] : value[camel]
  }
}
