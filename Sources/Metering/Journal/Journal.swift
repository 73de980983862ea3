public import Base
public import Dialect
public import Model

/// Where calls are made durable before they are sent, and answers before they are used.
public protocol Journal: Sendable {
  /// The answers that were recorded by earlier processes for one attempt at a trial, or outside of trials.
  func answers(of place: JournalPlace) async throws -> [JournalAnswer]
  /// An answer's content, as it was given to `end`.
  func content(of call: Int) async throws -> [UInt8]
  /// Records that a call is about to be made; returns its number when that is durable.
  func begin(_ entry: JournalEntry) async throws -> Int
  /// Records how a call ended; returns when that is durable.
  func end(_ end: JournalEnd) async throws
}

/// Which calls share their answers after a restart: those of one attempt at a trial, never of two.
public struct JournalPlace: Sendable, Hashable {
  /// The run.
  public let run: RunID
  /// The trial; nil outside of trials.
  public let trial: TrialID?
  /// The attempt, from 1.
  public let attempt: Int

  /// A place.
  public init(run: RunID, trial: TrialID?, attempt: Int) {
    self.run = run
    self.trial = trial
    self.attempt = attempt
  }
}

/// Names one request of one asker within a place.
public struct JournalKey: Sendable, Hashable {
  /// Who asks.
  public let lane: String
  /// Who is asked.
  public let model: ModelName
  /// The request.
  public let request: Digest

  /// A key.
  public init(lane: String, model: ModelName, request: Digest) {
    self.lane = lane
    self.model = model
    self.request = request
  }
}

/// An answer that was recorded; its content is read when it is handed out.
public struct JournalAnswer: Sendable, Hashable {
  /// The call.
  public let call: Int
  /// What was asked.
  public let key: JournalKey
  /// Which answer to it, from 1.
  public let occurrence: Int
  /// The model that answered.
  public let name: ModelName
  /// Dollars.
  public let costUSD: Double?
  /// Where the dollars come from.
  public let costBasis: CostBasis

  /// An answer that was recorded.
  public init(
    call: Int, key: JournalKey, occurrence: Int, name: ModelName, costUSD: Double?,
    costBasis: CostBasis
  ) {
    self.call = call
    self.key = key
    self.occurrence = occurrence
    self.name = name
    self.costUSD = costUSD
    self.costBasis = costBasis
  }
}

/// A call that is about to be made.
public struct JournalEntry: Sendable, Hashable {
  /// What for.
  public let purpose: Purpose
  /// Where.
  public let place: JournalPlace
  /// What is asked.
  public let key: JournalKey
  /// Which answer to it, from 1.
  public let occurrence: Int
  /// The call whose request this one goes on from.
  public let base: Int?
  /// The request, or what it adds to the base's, as JSON.
  public let content: [UInt8]
  /// The most dollars that it can cost.
  public let ceilingUSD: Double?
  /// The most tokens that it can take.
  public let ceilingTokens: Int
}

/// How a call ended.
public struct JournalEnd: Sendable, Hashable {
  /// The call.
  public let call: Int
  /// The answer's content; nil when there was none.
  public let content: [UInt8]?
  /// Why there was none; its words hold no keys.
  public let fault: ModelFault?
  /// The model that answered, or was asked.
  public let name: ModelName
  /// What it used; an estimate when the provider's own figure was lost.
  public let usage: ModelUsage
  /// Dollars.
  public let costUSD: Double?
  /// Where the dollars come from.
  public let costBasis: CostBasis
  /// How often it was sent.
  public let sends: Int
  /// How long the answer took.
  public let latency: Duration
}
