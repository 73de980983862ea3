internal import Base

/// Reads providers' faults: one reader for all, because servers borrow each other's words.
enum WireFault {
  /// What the body of a fault says, whichever provider's shape it has.
  struct Words {
    var message = ""
    /// Types, codes and statuses, in lower case.
    var marks: [String] = []
    var code: Int?
    var retryAfter: Duration?
    var quotas: [String] = []
    var isModerated = false

    var lowered: String { message.lowercased() }

    func has(_ mark: String) -> Bool { marks.contains(mark) }
    func says(_ texts: [String]) -> Bool {
      let lowered = lowered
      return texts.contains { lowered.contains($0) }
    }
  }

  static func read(
    dialect: WireDialect, status: Int, headers: [String: String], body: [UInt8], now: Timestamp?
  ) -> ModelFault {
    let words = words(of: body)
    var fault = ModelFault(
      kind(status: status, words: words, dialect: dialect), shown(words, status: status),
      status: status)
    fault.retryAfter = RetryTime.read(headers, words: words, now: now)
    fault.requestID = headers["x-request-id"] ?? headers["request-id"] ?? headers["x-generation-id"]
    switch headers["x-should-retry"] {
    case "true": fault.providerSaysRetry = true
    case "false": fault.providerSaysRetry = false
    default: break
    }
    return fault
  }

  /// A fault inside an answer that came with status 200, whole or as an event of a stream.
  static func embedded(in body: JSON, dialect: WireDialect) -> ModelFault? {
    let error = body["error"]
    let isError =
      switch error {
      case .null: body["type"].string == "error"
      case .bool(let flag): flag
      case .object(let members): !members.isEmpty
      default: true
      }
    guard isError else { return nil }
    let words = words(of: body)
    var fault = ModelFault(
      kind(status: words.code ?? 200, words: words, dialect: dialect), shown(words, status: 200),
      status: words.code)
    fault.retryAfter = words.retryAfter
    return fault
  }

  static func kind(status: Int, words: Words, dialect: WireDialect) -> ModelFault.Kind {
    if isMoney(status: status, words: words) { return .money }
    if isOverflow(status: status, words: words) { return .contextOverflow }
    if words.isModerated || words.has("content_filter") || words.has("content_policy_violation") {
      return .refused
    }
    if isAuth(status: status, words: words) { return .auth }
    if isNoModel(status: status, words: words) { return .noModel }
    if status == 429 || words.has("rate_limit_error") || words.has("rate_limit_exceeded")
      || words.has("slow_down") || words.has("resource_exhausted") || words.has("too_many_requests")
    {
      return .rate
    }
    if status == 503 || status == 529
      || !Set(words.marks).isDisjoint(with: [
        "overloaded_error", "server_is_overloaded", "overloaded", "unavailable",
      ])
      || (status >= 500 || status == 200) && words.says(["overloaded"])
    {
      return .overload
    }
    switch status {
    case 408, 409, 425, 500...: return .server
    case 300..<500: return .badRequest
    default:
      // Inside a stream there is no status: only what names a bad request is one.
      return !Set(words.marks).isDisjoint(with: [
        "invalid_request_error", "invalid_argument", "invalid_prompt",
      ])
        ? .badRequest : .server
    }
  }

  private static func isMoney(status: Int, words: Words) -> Bool {
    if status == 402 { return true }
    if !Set(words.marks).isDisjoint(with: [
      "insufficient_quota", "billing_error", "billing_hard_limit_reached", "billing_not_active",
      "insufficient_credits", "insufficient_balance", "payment_required", "budget_exceeded",
      "access_terminated", "quota_exceeded", "out_of_credits", "credits_exhausted",
    ]) {
      return true
    }
    if words.marks.contains(where: {
      $0.hasPrefix("enforced_spend_limit") || $0.hasPrefix("billing_")
    }) {
      return true
    }
    if !words.quotas.isEmpty {
      return words.quotas.contains { $0.lowercased().contains("perday") }
    }
    if words.says([
      "credit balance is too low", "insufficient credits", "insufficient balance",
      "insufficient funds", "budget has been exceeded", "spend limit", "spending limit",
      "credits are depleted", "out of credits", "key limit exceeded", "requires more credits",
    ]) {
      return true
    }
    // Gemini says this of a minute's quota as well, and then adds when to come back.
    guard status == 429 || status == 403, words.retryAfter == nil else { return false }
    return words.says(["exceeded your current quota", "per day", "daily limit", "check your plan"])
      || words.says(["quota exceeded"]) && !words.says(["per minute", "per second", "per hour"])
  }

  private static func isOverflow(status: Int, words: Words) -> Bool {
    if status == 413 { return true }
    if !Set(words.marks).isDisjoint(with: [
      "context_length_exceeded", "exceed_context_size_error", "request_too_large",
      "context_window_exceeded", "model_context_window_exceeded",
    ]) {
      return true
    }
    if status == 429 { return words.says(["request too large for"]) }
    guard status == 200 || (400..<500).contains(status) || status == 500 else { return false }
    return words.says([
      "prompt is too long", "maximum context length", "context length exceeded",
      "exceed context limit", "exceeds the context window", "exceeds the model's context",
      "exceeds the available context size", "context size has been exceeded",
      "input is too long for requested model", "exceeds the limit of the context",
      "context window exceeded", "contextwindowexceeded", "maximum prompt length is",
      "input tokens exceed the configured limit", "input length exceeds the context length",
      "larger than the maximum context", "longer than the model's context length",
    ]) || words.says(["token count"]) && words.says(["exceeds"])
  }

  private static func isAuth(status: Int, words: Words) -> Bool {
    if status == 401 || status == 403 || status == 407 { return true }
    if !Set(words.marks).isDisjoint(with: [
      "invalid_api_key", "api_key_invalid", "authentication_error", "permission_error",
      "permission_denied", "unauthenticated", "account_deactivated", "invalid_authentication",
    ]) {
      return true
    }
    return status == 400
      && words.says(["api key not valid", "api key expired", "api key not found"])
  }

  private static func isNoModel(status: Int, words: Words) -> Bool {
    if words.has("model_not_found") { return true }
    if status == 404 { return true }
    return (status == 400 || status == 422 || status == 200)
      && words.says([
        "is not a valid model", "no such model", "invalid model name", "unknown model",
      ])
  }

  private static func shown(_ words: Words, status: Int) -> String {
    let text = words.message.isEmpty ? "the provider said nothing more" : words.message
    return KeyScrub.clean(text)
  }
}
