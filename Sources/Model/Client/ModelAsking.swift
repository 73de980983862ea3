public import Base
public import Dialect

/// Answers calls of models, whatever stands behind it: a client, budgets, a journal, a test.
public protocol ModelAsking: Sendable {
  /// Answers, or throws a `ModelFault`; pieces are told as they come.
  ///
  /// A second `started` means that the call is made again and that earlier pieces are void. Only
  /// the answer that is returned may be acted upon.
  func ask(
    _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer
}

extension ModelAsking {
  /// Answers when the whole answer is there.
  public func ask(_ call: ModelCall) async throws -> ModelAnswer { try await ask(call) { _ in } }
}

/// What a model is asked for: decides which budgets pay and under which key the journal keeps the answer.
public struct Purpose: Sendable, Hashable {
  /// The part that the model plays.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    /// It works on a task.
    case task
    /// It proposes a better harness.
    case propose
    /// It judges what others did.
    case judge
    /// It shortens what was said.
    case summarize
  }

  /// The part that the model plays.
  public var role: Role
  /// The run that pays; nil outside of runs.
  public var run: RunID?
  /// The candidate that it is asked for.
  public var candidate: CandidateID?
  /// The trial that it is asked for.
  public var trial: TrialID?
  /// The attempt at the trial, from 1.
  public var attempt: Int
  /// Who asks within the trial: equal requests of different lanes never share an answer.
  public var lane: String

  /// A purpose.
  public init(
    _ role: Role, run: RunID? = nil, candidate: CandidateID? = nil, trial: TrialID? = nil,
    attempt: Int = 1, lane: String = "main"
  ) {
    self.role = role
    self.run = run
    self.candidate = candidate
    self.trial = trial
    self.attempt = attempt
    self.lane = lane
  }
}

/// One call of a model.
public struct ModelCall: Sendable {
  /// What is asked.
  public var request: ModelRequest
  /// Who is asked; `request.model` is set from it.
  public var name: ModelName
  /// What for.
  public var purpose: Purpose
  /// Whether pieces go to somebody who cannot take them back: a call that broke after its first piece is then not made again.
  public var piecesAreFinal = false
  /// Is told each time just before the request goes out: from then on a provider may charge for it.
  public var onSend: @Sendable () -> Void = {}
  /// The request as its author wrote it, sent as it is when the provider speaks the same dialect.
  public var wire: WireRequest?
  /// Is asked before the call is sent again after a fault; throwing ends the call. The failed try may be charged by the provider.
  public var beforeResend: @Sendable (ModelFault) async throws -> Void = { _ in }

  /// A call.
  public init(_ request: ModelRequest, of name: ModelName, for purpose: Purpose) {
    var request = request
    request.model = name.model
    self.request = request
    self.name = name
    self.purpose = purpose
  }
}

/// A request in its author's own words, edited where that was needed; it carries no keys.
public struct WireRequest: Sendable {
  /// The dialect that it is written in.
  public var dialect: WireDialect
  /// The body.
  public var body: [UInt8]
  /// Headers that change what it means (`anthropic-beta`), never credentials.
  public var headers: [(name: String, value: String)]
  /// Is given the bytes of a streamed answer as they come in, before the pieces made of them.
  public var bytes: @Sendable ([UInt8]) async -> Void
  /// Writes the body with another limit of its answer, every other byte as it is; nil has it written anew.
  public var limiting: (@Sendable (Int) -> [UInt8])?

  /// A request.
  public init(
    dialect: WireDialect, body: [UInt8], headers: [(name: String, value: String)] = [],
    bytes: @escaping @Sendable ([UInt8]) async -> Void = { _ in }
  ) {
    self.dialect = dialect
    self.body = body
    self.headers = headers
    self.bytes = bytes
  }
}

/// Where the dollars of an answer come from.
public enum CostBasis: String, Sendable, Hashable, CaseIterable {
  /// The provider said so.
  case reported
  /// Tokens that the provider counted, times the price table.
  case computed
  /// An estimate, because the usage was lost or the price is the user's guess.
  case estimated
  /// Nobody knows.
  case unknown
}

/// An answer with what it took.
public struct ModelAnswer: Sendable, Hashable {
  /// What the model said.
  public var reply: ModelReply
  /// The model that answered in the end: another than was asked when a fallback stood in.
  public var name: ModelName
  /// Dollars; nil is unknown, never 0.
  public var costUSD: Double?
  /// Where the dollars come from.
  public var costBasis: CostBasis
  /// Whether the journal had it: nothing was sent and nothing is paid again.
  public var isReplay: Bool
  /// From the sending of the request that was answered to its end, without waits and failed tries.
  public var latency: Duration
  /// How long it waited before that: for its turn, for a provider that was down, between tries.
  public var waited = Duration.zero
  /// How often it was sent.
  public var sends: Int
  /// The answer's body as it came in, when the request went out as its author wrote it and nothing was streamed.
  public var wireBody: [UInt8]?

  /// An answer whose price is not known yet.
  public init(
    _ reply: ModelReply, from name: ModelName, costUSD: Double? = nil,
    costBasis: CostBasis = .unknown, isReplay: Bool = false, latency: Duration = .zero,
    sends: Int = 1
  ) {
    self.reply = reply
    self.name = name
    self.costUSD = costUSD
    self.costBasis = costBasis
    self.isReplay = isReplay
    self.latency = latency
    self.sends = sends
  }
}
