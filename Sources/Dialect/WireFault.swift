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

    func has(_ mark: String) -> Bool { marks.contains(mark) }
    func hasAny(_ known: Set<String>) -> Bool { marks.contains { known.contains($0) } }
    func says(_ texts: [String]) -> Bool {
      let lowered = message.lowercased()
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
    if words.isModerated || words.hasAny(FaultWords.refused) { return .refused }
    if isAuth(status: status, words: words) { return .auth }
    if isNoModel(status: status, words: words) { return .noModel }
    if status == 429 || words.hasAny(FaultWords.rate) { return .rate }
    if status == 503 || status == 529 || words.hasAny(FaultWords.overload)
      || (status >= 500 || status == 200) && words.says(["overloaded"])
    {
      return .overload
    }
    switch status {
    case 408, 409, 425, 500...: return .server
    case 300..<500: return .badRequest
    // Inside a stream there is no status: only what names a bad request is one.
    default: return words.hasAny(FaultWords.badRequest) ? .badRequest : .server
    }
  }

  private static func isMoney(status: Int, words: Words) -> Bool {
    if status == 402 || words.hasAny(FaultWords.money) { return true }
    if words.marks.contains(where: { mark in
      mark.hasPrefix("enforced_spend_limit") || mark.hasPrefix("billing_")
    }) {
      return true
    }
    if !words.quotas.isEmpty {
      return words.quotas.contains { $0.lowercased().contains("perday") }
    }
    if words.says(FaultWords.moneyTexts) { return true }
    // Gemini says this of a minute's quota as well, and then adds when to come back.
    guard status == 429 || status == 403, words.retryAfter == nil else { return false }
    return words.says(["exceeded your current quota", "per day", "daily limit", "check your plan"])
      || words.says(["quota exceeded"]) && !words.says(["per minute", "per second", "per hour"])
  }

  private static func isOverflow(status: Int, words: Words) -> Bool {
    if status == 413 || words.hasAny(FaultWords.overflow) { return true }
    // More than a minute's quota at once: no waiting helps, only a shorter conversation.
    if status == 429 { return words.says(["request too large for"]) }
    guard status == 200 || (400...500).contains(status) else { return false }
    return words.says(FaultWords.overflowTexts)
      || words.says(["token count"]) && words.says(["exceeds"])
  }

  private static func isAuth(status: Int, words: Words) -> Bool {
    if [401, 403, 407].contains(status) || words.hasAny(FaultWords.auth) { return true }
    return status == 400
      && words.says(["api key not valid", "api key expired", "api key not found"])
  }

  private static func isNoModel(status: Int, words: Words) -> Bool {
    if status == 404 || words.has("model_not_found") { return true }
    return [200, 400, 422].contains(status)
      && words.says([
        "is not a valid model", "no such model", "invalid model name", "unknown model",
      ])
  }

  private static func shown(_ words: Words, status: Int) -> String {
    let text = words.message.isEmpty ? "the provider said nothing more" : words.message
    return KeyScrub.clean(text)
  }
}
