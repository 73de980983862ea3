public import Base

/// A call of a model as it stands.
public struct CallRecord: Sendable, Hashable {
  /// Its number in the ledger.
  public let id: Int
  /// What was asked; without `content`, which is read on demand.
  public let fact: CallFact
  /// How it ended; nil while it is on its way, or when its process was killed.
  public let end: CallEndRecord?

  /// A call that was read back.
  package init(id: Int, fact: CallFact, end: CallEndRecord?) {
    self.id = id
    self.fact = fact
    self.end = end
  }
}

/// The end of a call, its answer by blob.
public struct CallEndRecord: Sendable, Hashable {
  /// The answer; nil when there was none.
  public let reply: Digest?
  /// What kind of failure it was; nil when it was answered.
  public let fault: String?
  /// The failure in one sentence; may hold untrusted text.
  public let detail: String
  /// The model that answered in the end.
  public let model: String
  /// What it used.
  public let usage: CallUsage
  /// How often it was sent.
  public let sends: Int
  /// How long the sending took that was answered.
  public let latency: Duration
  /// When.
  public let endedAt: Timestamp

  /// An end that was read back.
  package init(
    reply: Digest?, fault: String?, detail: String, model: String, usage: CallUsage, sends: Int,
    latency: Duration, endedAt: Timestamp
  ) {
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

/// What the calls of one trial and role add up to.
public struct Spending: Sendable, Hashable {
  /// The candidate.
  public let candidate: CandidateID?
  /// The trial.
  public let trial: TrialID?
  /// The part that the model played.
  public let role: String
  /// Calls that were begun.
  public let calls: Int
  /// Dollars, those of calls without an end at their ceiling.
  public let usd: Double
  /// Tokens, those of calls without an end at their ceiling.
  public let tokens: Int
  /// Calls whose part of the sums is an estimate: no end, or no usage.
  public let estimated: Int
  /// Calls that ended without anybody knowing their price.
  public let unpriced: Int
  /// When the first of them was begun.
  public let firstAt: Timestamp
  /// When the last thing was heard of one of them.
  public let lastAt: Timestamp

  /// A sum that was read back.
  package init(
    candidate: CandidateID?, trial: TrialID?, role: String, calls: Int, usd: Double, tokens: Int,
    estimated: Int,
    unpriced: Int, firstAt: Timestamp, lastAt: Timestamp
  ) {
    self.candidate = candidate
    self.trial = trial
    self.role = role
    self.calls = calls
    self.usd = usd
    self.tokens = tokens
    self.estimated = estimated
    self.unpriced = unpriced
    self.firstAt = firstAt
    self.lastAt = lastAt
  }
}
