public import Base
public import Dialect

extension ModelFault {
  /// The failure for those who asked on a command line: decides the exit code and says what to do next.
  public func error(of name: ModelName) -> BelayError {
    let kind: ErrorKind
    let hint: String?
    switch self.kind {
    case .auth:
      kind = .auth
      hint = "belay models list shows which keys were found"
    case .money:
      kind = .rateLimited
      hint = "add credit or raise the provider's limit, then go on with the run"
    case .rate:
      kind = .rateLimited
      hint = retryAfter.map { "go on with the run in \($0)" }
    case .budget:
      kind = .budget
      hint = "raise the budget and go on with the run"
    case .noModel:
      kind = .notFound
      hint = "belay models list"
    case .cancelled:
      kind = .interrupted
      hint = nil
    case .badRequest, .contextOverflow, .refused, .overload, .server, .connection, .stalled,
      .truncated, .malformed:
      kind = .provider
      hint = nil
    }
    return BelayError(kind, description.printable(), place: "\(name)", hint: hint)
  }
}
