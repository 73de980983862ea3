public import Base

extension WireDialect {
  /// Where a request goes, below the provider's base address (for OpenAI and Gemini that ends in the
  /// version, for Anthropic it is the host alone).
  public func path(model: String, streams: Bool) -> String {
    switch self {
    case .chat: "/chat/completions"
    case .responses: "/responses"
    case .messages: "/v1/messages"
    case .gemini:
      "/models/\(Self.escaped(model)):"
        + (streams ? "streamGenerateContent?alt=sse" : "generateContent")
    }
  }

  /// The headers that every request needs, names in lower case.
  public func headers(key: String?) -> [String: String] {
    var headers = ["content-type": "application/json"]
    switch self {
    case .chat, .responses: headers["authorization"] = key.map { "Bearer \($0)" }
    case .messages:
      headers["x-api-key"] = key
      headers["anthropic-version"] = "2023-06-01"
    case .gemini: headers["x-goog-api-key"] = key
    }
    return headers
  }

  /// The request as the provider takes it.
  public func body(of request: ModelRequest, traits: ModelTraits) -> JSON {
    switch self {
    case .chat: ChatWire.body(of: request, traits: traits)
    case .messages: MessagesWire.body(of: request, traits: traits)
    case .responses: ResponsesWire.body(of: request, traits: traits)
    case .gemini: GeminiWire.body(of: request, traits: traits)
    }
  }

  /// The request as bytes, the same for the same request, so that a provider's cache of prefixes holds.
  public func encode(_ request: ModelRequest, traits: ModelTraits) -> [UInt8] {
    body(of: request, traits: traits).utf8()
  }

  /// Reads a whole answer that came with a status below 300.
  public func decodeReply(_ bytes: [UInt8]) throws(ModelFault) -> ModelReply {
    let body = try WireReader.json(bytes[...])
    if let fault = WireFault.embedded(in: body, dialect: self) { throw fault }
    guard body.object != nil else { throw ModelFault(.malformed, "the answer is no object") }
    switch self {
    case .chat: return try ChatWire.reply(body)
    case .messages: return try MessagesWire.reply(body)
    case .responses: return try ResponsesWire.reply(body)
    case .gemini: return try GeminiWire.reply(body)
    }
  }

  /// What an answer with a status of 300 or more means; `headers` have names in lower case, and `now`
  /// is needed for a retry time that is a date without the server's own date beside it.
  public func fault(
    status: Int, headers: [String: String], body: [UInt8], now: Timestamp? = nil
  ) -> ModelFault {
    WireFault.read(dialect: self, status: status, headers: headers, body: body, now: now)
  }

  private static func escaped(_ model: String) -> String {
    var out = ""
    for byte in model.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        out += byte < 16 ? "%0\(hex)" : "%\(hex)"
      }
    }
    return out
  }
}
