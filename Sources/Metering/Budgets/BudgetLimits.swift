public import Base
public import Dialect
public import Model

/// How much of each kind may be used; nil is no limit.
public struct Caps: Sendable, Hashable {
  /// Dollars.
  public var usd: Double?
  /// Tokens, read and answered together, from caches or not.
  public var tokens: Int?
  /// Time since the first call.
  public var wall: Duration?

  /// Limits; leave out what is not limited.
  public init(usd: Double? = nil, tokens: Int? = nil, wall: Duration? = nil) {
    self.usd = usd
    self.tokens = tokens
    self.wall = wall
  }

  /// Whether nothing is limited.
  public var isEmpty: Bool { usd == nil && tokens == nil && wall == nil }
}

/// What a limit is for.
public enum BudgetScope: Sendable, Hashable, CustomStringConvertible {
  /// The whole run.
  case run
  /// One part that models play.
  case role(Purpose.Role)
  /// One candidate.
  case candidate(CandidateID)
  /// One trial.
  case trial(TrialID)

  /// What kind of scope it is.
  public var kind: ModelFault.Spent {
    switch self {
    case .run: .run
    case .role: .role
    case .candidate: .candidate
    case .trial: .trial
    }
  }

  /// The scope in words.
  public var description: String {
    switch self {
    case .run: "the run"
    case .role(let role): "the role \(role.rawValue)"
    case .candidate(let id): "candidate \(id)"
    case .trial(let id): "trial \(id)"
    }
  }
}

/// The limits of one run.
public struct BudgetLimits: Sendable, Hashable {
  /// Of the whole run.
  public var run: Caps
  /// Of each candidate.
  public var candidate: Caps
  /// Of each trial.
  public var trial: Caps
  /// Of each part that models play.
  public var roles: [Purpose.Role: Caps]

  /// Limits; leave out what is not limited.
  public init(
    run: Caps = Caps(), candidate: Caps = Caps(), trial: Caps = Caps(),
    roles: [Purpose.Role: Caps] = [:]
  ) {
    self.run = run
    self.candidate = candidate
    self.trial = trial
    self.roles = roles
  }

  /// The limits that a call falls under.
  func scopes(of purpose: Purpose) -> [(scope: BudgetScope, caps: Caps)] {
    var scopes: [(scope: BudgetScope, caps: Caps)] = [(.run, run)]
    if let caps = roles[purpose.role] { scopes.append((.role(purpose.role), caps)) }
    if let id = purpose.candidate { scopes.append((.candidate(id), candidate)) }
    if let id = purpose.trial { scopes.append((.trial(id), trial)) }
    // The run's books are kept in any case: it may be given a cap later.
    return scopes.filter { $0.scope == .run || !$0.caps.isEmpty }
  }
}

/// What one call may take at most, before it is made.
public struct CallCeiling: Sendable, Hashable {
  /// Tokens that the request cannot pass.
  public var inputTokens: Int
  /// The limit of the answer that the request itself has; nil when it has none.
  public var askedOutput: Int?
  /// What an answer is never longer than.
  public var modelOutput: Int
  /// Whether the answer's limit is sent already and cannot be made lower.
  public var isFixed = false
  /// Dollars of a token of the request at most; nil when no price is known.
  public var usdPerInput: Double?
  /// Dollars of a token of the answer at most; nil when no price is known.
  public var usdPerOutput: Double?

  /// A ceiling.
  public init(
    inputTokens: Int, askedOutput: Int? = nil, modelOutput: Int, usdPerInput: Double? = nil,
    usdPerOutput: Double? = nil
  ) {
    self.inputTokens = inputTokens
    self.askedOutput = askedOutput
    self.modelOutput = modelOutput
    self.usdPerInput = usdPerInput
    self.usdPerOutput = usdPerOutput
  }
}

/// Money in whole billionths of a dollar, so that sums do not drift.
struct NanoDollars: Sendable, Hashable, Comparable {
  var count: Int

  static let zero = NanoDollars(count: 0)

  /// Rounded up: what is owed is never made smaller.
  init(owed usd: Double) { count = Self.whole((usd * 1e9).rounded(.up)) }
  /// Rounded down: what is allowed is never made larger.
  init(allowed usd: Double) { count = Self.whole((usd * 1e9).rounded(.down)) }

  private init(count: Int) { self.count = count }

  private static func whole(_ value: Double) -> Int {
    value >= 4e18 ? 4_000_000_000_000_000_000 : value > 0 ? Int(value) : 0
  }

  var usd: Double { Double(count) / 1e9 }

  static func + (left: Self, right: Self) -> Self {
    let (sum, overflow) = left.count.addingReportingOverflow(right.count)
    return Self(count: overflow ? Int.max : sum)
  }

  static func - (left: Self, right: Self) -> Self { Self(count: left.count - right.count) }
  static func < (left: Self, right: Self) -> Bool { left.count < right.count }
}
