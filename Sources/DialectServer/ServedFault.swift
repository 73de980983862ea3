public import Base
public import Dialect

/// A fault in the form of one dialect: what its clients understand and act upon.
public struct ServedFault: Sendable, Hashable {
  /// The HTTP status.
  public let status: Int
  /// The headers, names in lower case.
  public let headers: [String: String]
  /// The body.
  public let body: JSON
  let message: String
  let type: String
  let code: String

  /// The fault as this dialect says it.
  public init(_ fault: ModelFault, _ dialect: WireDialect) {
    let form = Self.form(fault.kind, dialect)
    status = form.status
    type = form.type
    code = form.code
    message = Self.message(fault, dialect)
    var headers = ["content-type": "application/json"]
    if let wait = fault.retryAfter {
      let milliseconds = max(0, wait / .milliseconds(1))
      headers["retry-after-ms"] = "\(Int(min(milliseconds, 1e12)))"
      headers["retry-after"] = "\(Int((min(milliseconds, 1e12) / 1000).rounded(.up)))"
    }
    // Official clients try any 429 again, and obey this word alone.
    if [.money, .budget, .auth, .badRequest, .refused, .contextOverflow].contains(fault.kind) {
      headers["x-should-retry"] = "false"
    } else if let retries = fault.providerSaysRetry {
      headers["x-should-retry"] = retries ? "true" : "false"
    }
    if let id = fault.requestID {
      headers[dialect == .messages ? "request-id" : "x-request-id"] = id
    }
    self.headers = headers
    body =
      switch dialect {
      case .chat, .responses:
        [
          "error": [
            "message": .string(message), "type": .string(type), "param": nil,
            "code": code.isEmpty ? nil : .string(code),
          ]
        ]
      case .messages:
        [
          "type": "error", "error": ["type": .string(type), "message": .string(message)],
          "request_id": .optional(fault.requestID),
        ]
      case .gemini: Self.google(message, status: form.status, type: form.type, fault)
      }
  }

  private static func google(
    _ message: String, status: Int, type: String, _ fault: ModelFault
  ) -> JSON {
    var details: [JSON] = []
    if let wait = fault.retryAfter {
      let seconds = max(0, wait / .seconds(1))
      details.append([
        "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": .string("\(seconds)s"),
      ])
    }
    let reason: JSON? =
      switch fault.kind {
      case .money, .budget: "BILLING_SPEND_LIMIT"
      case .auth: "API_KEY_INVALID"
      case .refused: "CONTENT_FILTER"
      default: nil
      }
    if let reason {
      details.append(["@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason])
    }
    return [
      "error": [
        "code": .int(status), "message": .string(message), "status": .string(type),
        "details": .array(details),
      ]
    ]
  }

  // Clients of Anthropic's and Google's know an overflow by its words alone, of OpenAI's by a code too.
  private static func message(_ fault: ModelFault, _ dialect: WireDialect) -> String {
    guard fault.kind == .contextOverflow else { return fault.message }
    let (known, words) =
      switch dialect {
      case .chat, .responses: ("maximum context length", "the maximum context length is exceeded")
      case .messages: ("prompt is too long", "prompt is too long")
      case .gemini:
        ("token count", "the input token count exceeds the maximum number of tokens allowed")
      }
    return fault.message.lowercased().contains(known)
      ? fault.message : "\(words): \(fault.message)"
  }

  private struct Form {
    var status: Int
    var type: String
    var code = ""
  }

  private static func form(_ kind: ModelFault.Kind, _ dialect: WireDialect) -> Form {
    switch dialect {
    case .chat, .responses: openAI(kind)
    case .messages: anthropic(kind)
    case .gemini: gemini(kind)
    }
  }

  private static func openAI(_ kind: ModelFault.Kind) -> Form {
    switch kind {
    case .badRequest: Form(status: 400, type: "invalid_request_error")
    case .contextOverflow:
      Form(status: 400, type: "invalid_request_error", code: "context_length_exceeded")
    case .refused: Form(status: 400, type: "invalid_request_error", code: "content_filter")
    case .auth: Form(status: 401, type: "invalid_request_error", code: "invalid_api_key")
    case .noModel: Form(status: 404, type: "invalid_request_error", code: "model_not_found")
    case .money, .budget:
      Form(status: 429, type: "insufficient_quota", code: "insufficient_quota")
    case .rate: Form(status: 429, type: "requests", code: "rate_limit_exceeded")
    case .overload: Form(status: 503, type: "server_error", code: "server_is_overloaded")
    case .stalled: Form(status: 504, type: "server_error", code: "server_error")
    case .server, .connection, .truncated, .malformed, .cancelled:
      Form(status: 502, type: "server_error", code: "server_error")
    }
  }

  private static func anthropic(_ kind: ModelFault.Kind) -> Form {
    switch kind {
    case .badRequest, .contextOverflow, .refused: Form(status: 400, type: "invalid_request_error")
    case .auth: Form(status: 401, type: "authentication_error")
    case .noModel: Form(status: 404, type: "not_found_error")
    case .money, .budget: Form(status: 402, type: "billing_error")
    case .rate: Form(status: 429, type: "rate_limit_error")
    case .overload: Form(status: 529, type: "overloaded_error")
    case .stalled: Form(status: 504, type: "timeout_error")
    case .server, .connection, .truncated, .malformed, .cancelled:
      Form(status: 500, type: "api_error")
    }
  }

  private static func gemini(_ kind: ModelFault.Kind) -> Form {
    switch kind {
    case .badRequest, .contextOverflow, .refused: Form(status: 400, type: "INVALID_ARGUMENT")
    case .auth: Form(status: 401, type: "UNAUTHENTICATED")
    case .noModel: Form(status: 404, type: "NOT_FOUND")
    case .money, .budget: Form(status: 429, type: "RESOURCE_EXHAUSTED")
    case .rate: Form(status: 429, type: "RESOURCE_EXHAUSTED")
    case .overload: Form(status: 503, type: "UNAVAILABLE")
    case .stalled: Form(status: 504, type: "DEADLINE_EXCEEDED")
    case .server, .connection, .truncated, .malformed, .cancelled:
      Form(status: 500, type: "INTERNAL")
    }
  }
}
