public import Base

/// One fact of a night as the ledger keeps it: its place, when it was written down, its kind and its content.
public struct NightRecord: Sendable, Hashable {
  /// Its place in the night, from 1.
  public let number: Int
  /// When it was recorded; no decision rests on it.
  public let at: Timestamp
  /// The kind of fact, as a word.
  public let kind: String
  /// Its content, JSON as text.
  public let body: String

  /// A fact at its place.
  public init(number: Int, at: Timestamp, kind: String, body: String) {
    self.number = number
    self.at = at
    self.kind = kind
    self.body = body
  }
}

/// A candidate that a person made the champion of a suite.
public struct ChampionRecord: Sendable, Hashable {
  /// When.
  public let at: Timestamp
  /// The candidate.
  public let candidate: CandidateID
  /// Under which name.
  public let name: String
  /// By whom.
  public let author: String
  /// Why.
  public let reason: String

  /// A candidate under a name, and who gave it.
  public init(
    at: Timestamp, candidate: CandidateID, name: String, author: String, reason: String
  ) {
    self.at = at
    self.candidate = candidate
    self.name = name
    self.author = author
    self.reason = reason
  }
}
