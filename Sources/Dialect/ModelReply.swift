/// A whole answer of a model: half an answer is a `ModelFault`, never one of these.
public struct ModelReply: Sendable, Hashable {
  /// The provider's id of the answer.
  public var id: String?
  /// The model that answered, as it calls itself.
  public var model: String
  /// What it said, in order: text, reasoning and calls of tools.
  public var parts: [Part]
  /// Why it stopped.
  public var stop: StopReason
  /// What it used; nil when the provider did not say.
  public var usage: ModelUsage?

  /// An answer.
  public init(
    id: String? = nil, model: String, parts: [Part], stop: StopReason, usage: ModelUsage? = nil
  ) {
    self.id = id
    self.model = model
    self.parts = parts
    self.stop = stop
    self.usage = usage
  }

  /// The answer as a turn of the conversation.
  public var turn: Turn { Turn(.assistant, parts) }
}

/// Why a model stopped.
public enum StopReason: Sendable, Hashable {
  /// It was done.
  case done
  /// It waits for tools.
  case toolUse
  /// The limit of the answer was met: its last call of a tool is cut and must not be executed.
  case outputLimit
  /// One of the stop texts was met.
  case stopText
  /// It, or its provider's filter, declined; with the provider's words.
  case refusal(String)
  /// The conversation filled the model's window while it answered.
  case contextOverflow
  /// The provider paused a long turn: the same conversation with this answer at its end goes on.
  case paused
  /// A reason that this version does not know, in the provider's word.
  case other(String)
}

/// What one answer used: parts that do not overlap; nil is unknown, never 0.
public struct ModelUsage: Sendable, Hashable {
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
  /// Dollars, where the provider says so itself.
  public var reportedUSD: Double?
  /// The tier that it was served in, where the provider says so.
  public var serviceTier: String?
  /// Whether it is an estimate, because the provider's own figure was lost with the stream.
  public var isEstimate = false

  /// Nothing known.
  public init() {}

  /// All tokens read; nil when not known.
  public var input: Int? {
    guard let inputUncached else { return nil }
    return inputUncached + (cacheRead ?? 0) + (cacheWrite ?? 0) + (cacheWriteLong ?? 0)
  }
}

/// A piece of an answer while it comes in; only `finished` may be acted upon.
public enum ReplyEvent: Sendable, Hashable {
  /// The model began to answer.
  case started(id: String?, model: String)
  /// More text.
  case text(String)
  /// More of what it thinks.
  case reasoning(String)
  /// What it thought is whole, with what its provider wants back; the words of it came before.
  case thought(Reasoning)
  /// A call of a tool began; `index` counts the calls of this answer from 0.
  case toolUse(index: Int, id: String, name: String)
  /// More of a call's arguments.
  case arguments(index: Int, String)
  /// The whole answer, after the provider's own mark of the end.
  case finished(ModelReply)
}
