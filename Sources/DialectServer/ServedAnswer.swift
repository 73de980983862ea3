public import Base
public import Dialect

/// What the form of an answer depends on besides the answer: who asked, and how.
public struct ServedAnswer: Sendable, Hashable {
  /// The dialect that was asked in.
  public var dialect: WireDialect
  /// The id of an answer that has none of its own.
  public var id: String
  /// When it was made.
  public var created: Timestamp
  /// The model's name as the one who asked knows it; nil leaves it to the answer.
  public var model: String?
  /// Whether a stream of the chat dialect ends with its usage.
  public var includesUsage = true
  /// The tools that take one plain text instead of JSON (responses).
  public var plainTools: Set<String> = []

  /// An answer in this dialect.
  public init(_ dialect: WireDialect, id: String, created: Timestamp, model: String? = nil) {
    self.dialect = dialect
    self.id = id
    self.created = created
    self.model = model
  }

  /// Takes from the request's own body what no neutral request holds.
  public init(
    _ dialect: WireDialect, request body: [UInt8], id: String, created: Timestamp,
    model: String? = nil
  ) {
    self.init(dialect, id: id, created: created, model: model)
    let body = (try? JSON.parse(body)) ?? .null
    if dialect == .chat {
      includesUsage = body["stream_options"]["include_usage"].bool ?? false
    }
    for tool in body["tools"].array ?? [] where tool["type"] == "custom" {
      if let name = tool["name"].string { plainTools.insert(name) }
    }
  }

  var seconds: JSON { .int(Int(created.milliseconds / 1000)) }
}

extension WireDialect {
  /// Reads a request that was sent to us; `path` matters for Gemini alone.
  public func decodeRequest(
    _ bytes: [UInt8], path: String = ""
  ) throws(ModelFault) -> ModelRequest {
    let body: JSON
    do throws(ModelFault) {
      body = try WireReader.json(bytes[...])
    } catch {
      throw ModelFault(.badRequest, error.message)
    }
    guard body.object != nil else { throw ModelFault(.badRequest, "the request is no object") }
    switch self {
    case .chat: return try ChatRequest.read(body)
    case .responses: return try ResponsesRequest.read(body)
    case .messages: return try MessagesRequest.read(body)
    case .gemini: return try GeminiRequest.read(body, path: path)
    }
  }
}

extension ServedAnswer {
  /// The whole answer as a body of JSON.
  public func encode(_ reply: ModelReply) -> [UInt8] {
    let body =
      switch dialect {
      case .chat: ChatServing.body(reply, self)
      case .responses: ResponsesServing.body(reply, self)
      case .messages: MessagesServing.body(reply, self)
      case .gemini: GeminiServing.body(reply, self)
      }
    return body.utf8()
  }
}

/// What all readers of requests share.
enum RequestReader {
  static func bad(_ message: String) -> ModelFault { ModelFault(.badRequest, message) }

  static func model(_ body: JSON) throws(ModelFault) -> String {
    guard let model = WireReader.text(body["model"]) else { throw bad("model: expected a name") }
    return model
  }

  /// A picture in a `data:` address.
  static func picture(_ address: String) throws(ModelFault) -> Part {
    guard address.hasPrefix("data:"), let comma = address.firstIndex(of: ",") else {
      throw bad("pictures are taken inside the request (data:…;base64,…), not by address")
    }
    let head = address[address.index(address.startIndex, offsetBy: 5)..<comma]
    guard head.hasSuffix(";base64") else { throw bad("pictures are taken in base64") }
    return .image(
      mediaType: String(head.dropLast(7)), base64: String(address[address.index(after: comma)...]))
  }

  static func texts(_ value: JSON) -> [String] {
    if let text = value.string { return [text] }
    return (value.array ?? []).compactMap(\.string)
  }

  /// Adds parts to the last turn when it is of the same side.
  static func append(_ parts: [Part], _ role: Turn.Role, to turns: inout [Turn]) {
    guard !parts.isEmpty else { return }
    if turns.last?.role == role {
      turns[turns.count - 1].parts += parts
    } else {
      turns.append(Turn(role, parts))
    }
  }

  /// Adds to the text above the conversation.
  static func append(system text: String, to request: inout ModelRequest) {
    guard !text.isEmpty else { return }
    request.system = request.system.map { "\($0)\n\n\(text)" } ?? text
  }

  /// The tool that was called by this id.
  static func toolName(_ id: String, in turns: [Turn]) -> String {
    for turn in turns.reversed() {
      for use in turn.toolUses where use.id == id { return use.name }
    }
    return ""
  }
}

/// A thought of one dialect inside another one's seal, so that it survives a client that speaks that.
enum CarriedThought {
  // Clients take seals for base 64, some decode and encode them: letters and digits alone, in fours.
  private static let prefix = "belaythought"

  /// A seal that holds the thought's own block; empty when it has none.
  static func seal(_ thought: Reasoning) -> String {
    guard let block = thought.block else { return "" }
    let value: JSON = ["dialect": .string(thought.dialect.rawValue), "block": block]
    let bytes = value.utf8()
    return prefix + Hex.text(bytes.count.isMultiple(of: 2) ? bytes : bytes + [0x20])
  }

  /// The thought in a seal that we made.
  static func open(_ seal: String?, text: String) -> Reasoning? {
    guard let seal, seal.hasPrefix(prefix), let bytes = Hex.bytes(seal.dropFirst(prefix.count)),
      let value = try? JSON.parse(bytes), let name = value["dialect"].string,
      let dialect = WireDialect(rawValue: name)
    else { return nil }
    return Reasoning(text: text, block: value["block"], dialect: dialect)
  }
}
