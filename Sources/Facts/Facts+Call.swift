public import Base

/// A call of a model as it is made: recorded before anything is sent, with what it may cost at most.
public struct CallFact: Sendable, Hashable {
  /// The run that pays.
  public let run: RunID
  /// The candidate that it is made for.
  public let candidate: CandidateID?
  /// The trial that it is made for.
  public let trial: TrialID?
  /// The attempt at the trial, from 1.
  public let attempt: Int
  /// Who asks within the trial.
  public let lane: String
  /// The part that the model plays: `task`, `judge`, …
  public let role: String
  /// The model as `provider/model`.
  public let model: String
  /// Names the whole request.
  public let request: Digest
  /// Which answer to this request in this lane it will be, from 1.
  public let occurrence: Int
  /// The call whose request this one goes on from; nil when `content` is all of it.
  public let base: Int?
  /// The request as JSON, or what it adds to the request of `base`; it holds no keys.
  public let content: [UInt8]
  /// The most dollars that it can cost; nil when no price is known.
  public let ceilingUSD: Double?
  /// The most tokens that it can take.
  public let ceilingTokens: Int
  /// When.
  public let begunAt: Timestamp

  /// A call to record.
  public init(
    run: RunID, candidate: CandidateID? = nil, trial: TrialID? = nil, attempt: Int = 1,
    lane: String, role: String, model: String, request: Digest, occurrence: Int, base: Int? = nil,
    content: [UInt8], ceilingUSD: Double?, ceilingTokens: Int, begunAt: Timestamp
  ) {
    self.run = run
    self.candidate = candidate
    self.trial = trial
    self.attempt = attempt
    self.lane = lane
    self.role = role
    self.model = model
    self.request = request
    self.occurrence = occurrence
    self.base = base
    self.content = content
    self.ceilingUSD = ceilingUSD
    self.ceilingTokens = ceilingTokens
    self.begunAt = begunAt
  }
}

/// What one call used, in parts that do not overlap; nil is unknown and never 0.
public struct CallUsage: Sendable, Hashable {
  /// Tokens read and not from or into a cache.
  public var inputUncached: Int?
  /// Tokens read from a cache.
  public var cacheRead: Int?
  /// Tokens written into a short-lived cache.
  public var cacheWrite: Int?
  /// Tokens written into a cache that lives for an hour.
  public var cacheWriteLong: Int?
  /// Tokens of the answer, reasoning included.
  public var output: Int?
  /// Tokens of reasoning, a part of `output`.
  public var reasoning: Int?
  /// Dollars; nil is unknown.
  public var costUSD: Double?
  /// Where the dollars come from: `reported`, `computed`, `estimated`, `unknown`.
  public var costBasis = "unknown"

  /// Nothing known.
  public init() {}
}

/// The end of a call: an answer, or why there is none.
public struct CallEndFact: Sendable, Hashable {
  /// The call.
  public let call: Int
  /// The answer as JSON; nil when there is none.
  public let reply: [UInt8]?
  /// What kind of failure it was, in the client's word; nil when it was answered.
  public let fault: String?
  /// The failure in one sentence; may hold untrusted text.
  public let detail: String
  /// The model that answered in the end, as `provider/model`.
  public let model: String
  /// What it used.
  public let usage: CallUsage
  /// How often the request was sent.
  public let sends: Int
  /// How long the sending took that was answered.
  public let latency: Duration
  /// When.
  public let endedAt: Timestamp

  /// An end to record: with a reply or with a fault.
  public init(
    call: Int, reply: [UInt8]?, fault: String? = nil, detail: String = "", model: String,
    usage: CallUsage, sends: Int, latency: Duration, endedAt: Timestamp
  ) {
    self.call = call
    self.reply = reply
    self.fault = fault
    self.detail = detail
    self.model = model
    self.usage = usage
    self.sends = sends
    self.latency = latency
    self.endedAt = endedAt
  }
}

/// One step of an agent, appended when it was taken.
public struct StepFact: Sendable, Hashable {
  /// The trial.
  public let trial: TrialID
  /// The attempt, from 1.
  public let attempt: Int
  /// Its number in the trajectory, from 1.
  public let number: Int
  /// When it was recorded.
  public let at: Timestamp
  /// The step in ATIF's form.
  public let body: JSON

  /// A step to record.
  public init(trial: TrialID, attempt: Int, number: Int, at: Timestamp, body: JSON) {
    self.trial = trial
    self.attempt = attempt
    self.number = number
    self.at = at
    self.body = body
  }
}
