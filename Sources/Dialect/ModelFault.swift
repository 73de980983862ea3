/// Why a model gave no answer, in words that belong to no provider.
public struct ModelFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is; decides what is done next.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The request is not valid: never sent again unchanged.
    case badRequest = "bad_request"
    /// The conversation does not fit the model's window.
    case contextOverflow = "context_overflow"
    /// The provider would not let the model answer at all (moderation): an outcome, never a failure of the task.
    case refused
    /// The key is missing, wrong or not allowed.
    case auth
    /// There is no such model.
    case noModel = "no_model"
    /// The provider wants money: never tried again by itself.
    case money
    /// Too many requests or tokens for now.
    case rate
    /// The provider is overloaded.
    case overload
    /// The provider failed.
    case server
    /// The connection could not be made or broke.
    case connection
    /// Nothing came for too long.
    case stalled
    /// The answer ended before its own mark of the end.
    case truncated
    /// The answer is not in the provider's dialect.
    case malformed
    /// One of Belay's own budgets is spent: the call was not made.
    case budget
    /// The call was given up by the one who asked.
    case cancelled
  }

  /// What kind.
  public var kind: Kind
  /// What the provider said; untrusted text without keys.
  public var message: String
  /// The HTTP status, when there was one.
  public var status: Int?
  /// How long the provider asks to wait.
  public var retryAfter: Duration?
  /// Whether the provider itself says that trying again makes sense.
  public var providerSaysRetry: Bool?
  /// The provider's id of the request.
  public var requestID: String?
  /// Whose budget is spent, for a fault of that kind.
  public var spent: Spent?

  /// Whose budget there is.
  public enum Spent: String, Sendable, Hashable, CaseIterable {
    /// The whole run's.
    case run
    /// That of one part which models play.
    case role
    /// One candidate's.
    case candidate
    /// One trial's.
    case trial
  }

  /// A failure.
  public init(
    _ kind: Kind, _ message: String, status: Int? = nil, retryAfter: Duration? = nil,
    requestID: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.status = status
    self.retryAfter = retryAfter
    self.requestID = requestID
  }

  /// The failure in one line.
  public var description: String {
    "\(kind.rawValue)\(status.map { " (HTTP \($0))" } ?? ""): \(message)"
  }
}
