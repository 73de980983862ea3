/// What kind of thing went wrong; decides the exit code and whether trying again makes sense.
public enum ErrorKind: String, Sendable, CaseIterable {
  /// A defect of Belay or of the machine that no better input would avoid.
  case `internal`
  /// A command line, a file or a value that is not valid.
  case usage
  /// A run, candidate, trial, suite or file that does not exist.
  case notFound = "not_found"
  /// A key or a permission is missing.
  case auth
  /// A provider or proposer that failed after its retries.
  case provider
  /// A gate or an assertion that the user asked for said no.
  case gate
  /// A quota of a provider is used up for now.
  case rateLimited = "rate_limited"
  /// A budget or a deadline was reached; results are saved.
  case budget
  /// No sandbox can be had here, or the environment that a task asks for.
  case sandbox
  /// Someone else holds what is needed: the lab's lock, a port.
  case busy
  /// The user or the system asked to stop.
  case interrupted

  /// The exit code that stands for this kind, the same for ever.
  public var exitCode: Int32 {
    switch self {
    case .internal, .busy: 1
    case .usage: 2
    case .notFound: 3
    case .auth: 4
    case .provider: 5
    case .gate: 6
    case .rateLimited: 7
    case .budget: 8
    case .sandbox: 9
    case .interrupted: 130
    }
  }

  /// Whether the same call may succeed later without being changed.
  public var retryable: Bool {
    switch self {
    case .provider, .rateLimited, .busy: true
    default: false
    }
  }
}

/// The one error of all modules: what happened, where, what was expected, what to do next.
public struct BelayError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind, which decides the exit code.
  public let kind: ErrorKind
  /// What happened and what was expected, in one sentence without a full stop.
  public let message: String
  /// The object that it happened to: a file with its line, an id, an address.
  public let place: String?
  /// What the reader can do next, best a command that can be pasted.
  public let hint: String?
  /// What a lower layer said, word for word.
  public let cause: String?

  /// Makes an error; `cause` takes any lower error's own words.
  public init(
    _ kind: ErrorKind, _ message: String, place: String? = nil, hint: String? = nil,
    cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.message = message
    self.place = place
    self.hint = hint
    self.cause = cause.map { "\($0)" }
  }

  /// The same error with another next step.
  public func with(hint: String?) -> BelayError {
    BelayError(kind: kind, message: message, place: place, hint: hint, cause: cause)
  }

  private init(kind: ErrorKind, message: String, place: String?, hint: String?, cause: String?) {
    self.kind = kind
    self.message = message
    self.place = place
    self.hint = hint
    self.cause = cause
  }

  /// The whole error in one line, for logs and for the cause of another error.
  public var description: String {
    [place.map { "\($0): " } ?? "", message, cause.map { " (\($0))" } ?? ""].joined()
  }

  /// An error that names a failed system call by its errno.
  public static func system(
    _ call: String, _ code: Int32, place: String? = nil, kind: ErrorKind = .internal,
    hint: String? = nil
  ) -> BelayError {
    BelayError(kind, "\(call): \(errnoText(code))", place: place, hint: hint)
  }
}
