public import Base

/// What a provider says is left of its limits, to slow down before it has to say no.
public struct RemainingQuota: Sendable, Hashable {
  /// One limit.
  public struct Window: Sendable, Hashable {
    /// How much there is in all; nil when the provider does not say.
    public var limit: Int?
    /// How much is left.
    public var remaining: Int
    /// When it is whole again; nil when the provider does not say.
    public var reset: Duration?

    /// The share that is left, from 0 to 1; nil without a limit.
    public var share: Double? {
      guard let limit, limit > 0 else { return nil }
      return min(1, Double(remaining) / Double(limit))
    }
  }

  /// Calls.
  public var requests: Window?
  /// Tokens read and written together.
  public var tokens: Window?
  /// Tokens read.
  public var inputTokens: Window?
  /// Tokens written.
  public var outputTokens: Window?

  /// Reads the headers of an answer, names in lower case; nil when they say nothing of limits.
  public init?(headers: [String: String], now: Timestamp) {
    func window(_ what: String) -> Window? {
      Self.window("x-ratelimit", what, headers) { RetryTime.duration($0) }
        ?? Self.anthropic(what, headers, now: now)
    }
    requests = window("requests")
    tokens = window("tokens")
    inputTokens = Self.anthropic("input-tokens", headers, now: now)
    outputTokens = Self.anthropic("output-tokens", headers, now: now)
    if requests == nil, tokens == nil, inputTokens == nil, outputTokens == nil { return nil }
  }

  /// The smallest share left of any limit; nil when none is known.
  public var tightest: Double? {
    [requests, tokens, inputTokens, outputTokens].compactMap { $0?.share }.min()
  }

  // OpenAI: `x-ratelimit-remaining-requests`, resets as durations.
  private static func window(
    _ prefix: String, _ what: String, _ headers: [String: String], reset: (String) -> Duration?
  ) -> Window? {
    guard let remaining = count(headers["\(prefix)-remaining-\(what)"]) else { return nil }
    let limit = count(headers["\(prefix)-limit-\(what)"])
    // Some gateways send a limit of 0 or -1 for none at all.
    if let limit, limit == 0 { return nil }
    return Window(
      limit: limit, remaining: remaining,
      reset: headers["\(prefix)-reset-\(what)"].flatMap(reset))
  }

  // Anthropic: `anthropic-ratelimit-requests-remaining`, resets as dates.
  private static func anthropic(
    _ what: String, _ headers: [String: String], now: Timestamp
  ) -> Window? {
    let prefix = "anthropic-ratelimit-\(what)"
    guard let remaining = count(headers["\(prefix)-remaining"]) else { return nil }
    let reset = headers["\(prefix)-reset"].flatMap(Timestamp.init(iso:))
    return Window(
      limit: count(headers["\(prefix)-limit"]), remaining: remaining,
      reset: reset.map { max(.zero, $0.since(now)) })
  }

  private static func count(_ text: String?) -> Int? {
    guard let text, let value = Int(text), (0...1_000_000_000_000).contains(value) else {
      return nil
    }
    return value
  }
}
