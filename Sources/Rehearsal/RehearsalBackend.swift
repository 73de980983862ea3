internal import Base
public import Dialect

/// A simulated model: a pure function of the request, of what it knows of the suite, and of a seed.
///
/// It is announced as simulated wherever a figure of it is shown: what it costs is invented.
public struct RehearsalBackend: ModelBackend {
  /// What it knows.
  public let knowledge: RehearsalKnowledge
  private let memory = TraitMemory()

  /// A model that knows this.
  public init(_ knowledge: RehearsalKnowledge) { self.knowledge = knowledge }

  /// Answers; the model's name may have `rehearsal/` in front.
  public func reply(
    to request: ModelRequest, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelReply {
    let reply = try answer(request)
    if request.streams {
      for event in Self.pieces(of: reply) { await pieces(event) }
    }
    await pieces(.finished(reply))
    return reply
  }

  /// Answers at once.
  public func answer(_ request: ModelRequest) throws(ModelFault) -> ModelReply {
    guard let model = RehearsalModel.named(request.model) else {
      let known = RehearsalModel.all.map { "rehearsal/\($0.name)" }.joined(separator: ", ")
      throw ModelFault(.noModel, "there is no simulated model \(request.model); there are \(known)")
    }
    let read = TokenRule.tokens(request)
    guard read <= model.window else {
      throw ModelFault(
        .contextOverflow, "\(read) tokens do not fit the window of \(model.window) tokens")
    }
    let seed = Self.seed(request)
    let speaker = Speaker(request, model, knowledge, memory, seed: seed)
    var reply = Self.limited(
      ModelReply(
        id: "rehearsal-\(Self.mark(request, seed))", model: "rehearsal/\(model.name)",
        parts: speaker.parts(), stop: .done),
      to: request.maxOutputTokens)
    var usage = ModelUsage()
    usage.inputUncached = read
    usage.output = reply.parts.reduce(0) { $0 + TokenRule.tokens($1) }
    reply.usage = usage
    return reply
  }

  /// The seed of a request: its own, else one made of what is asked first.
  static func seed(_ request: ModelRequest) -> UInt64 {
    if let seed = request.sampling.seed { return UInt64(bitPattern: Int64(seed)) }
    let first = request.turns.first { $0.role == .user }?.text ?? ""
    return Digest.of(first).number
  }

  private static func mark(_ request: ModelRequest, _ seed: UInt64) -> String {
    let last = request.turns.last?.parts.map { "\($0)" }.joined() ?? ""
    return String(Digest.of("\(seed) \(request.turns.count) \(last)").hex.prefix(16))
  }

  /// The answer as far as the limit of its tokens lets it go.
  static func limited(_ reply: ModelReply, to limit: Int?) -> ModelReply {
    var reply = reply
    if reply.parts.contains(where: { if case .toolUse = $0 { true } else { false } }) {
      reply.stop = .toolUse
    }
    guard let limit else { return reply }
    var left = limit
    var kept: [Part] = []
    for part in reply.parts {
      let needs = TokenRule.tokens(part)
      if needs <= left {
        kept.append(part)
        left -= needs
        continue
      }
      reply.stop = .outputLimit
      switch part {
      case .text(let text):
        kept.append(.text(prefix(text, left * TokenRule.bytesPerToken)))
      case .toolUse(var use):
        let frame = TokenRule.tokens(.toolUse(ToolUse(id: "", name: use.name, arguments: "")))
        guard left > frame else { break }
        use.arguments = prefix(use.arguments, (left - frame) * TokenRule.bytesPerToken)
        kept.append(.toolUse(use))
      default: break
      }
      break
    }
    reply.parts = kept
    return reply
  }

  private static func prefix(_ text: String, _ bytes: Int) -> String {
    var cut = text.utf8.index(text.startIndex, offsetBy: bytes, limitedBy: text.endIndex)
    while let at = cut, at > text.startIndex, at < text.endIndex,
      text.utf8[at] & 0xC0 == 0x80
    {
      cut = text.utf8.index(before: at)
    }
    return String(text[..<(cut ?? text.endIndex)])
  }

  /// An answer piece by piece, some words at a time, without its end.
  public static func pieces(of reply: ModelReply) -> [ReplyEvent] {
    var events: [ReplyEvent] = [.started(id: reply.id, model: reply.model)]
    var calls = 0
    for part in reply.parts {
      switch part {
      case .text(let text): events += split(text).map { .text($0) }
      case .toolUse(let use):
        events.append(.toolUse(index: calls, id: use.id, name: use.name))
        events += split(use.arguments).map { .arguments(index: calls, $0) }
        calls += 1
      default: break
      }
    }
    return events
  }

  /// The tokens that a request is read as: a fixed rule over its text.
  public static func tokens(_ request: ModelRequest) -> Int { TokenRule.tokens(request) }

  private static func split(_ text: String) -> [String] {
    var pieces: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      let piece = rest.prefix(48)
      pieces.append(String(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }
}
