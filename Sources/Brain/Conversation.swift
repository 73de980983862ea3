internal import Base
internal import Dialect

/// What was said in one context, and about how many tokens it is.
struct Conversation: Sendable {
  private(set) var turns: [Turn]
  /// Tokens as the provider counted them at the last answer, that answer included.
  private var counted: Int?
  /// Bytes that were added since.
  private var uncounted: Int

  init(_ first: String) {
    turns = [.user(first)]
    uncounted = first.utf8.count
  }

  /// About how many tokens the next request has, with `overhead` bytes of prompt and tools.
  func estimate(overhead: Int) -> Int {
    if let counted { return counted + Self.tokens(uncounted) }
    return Self.tokens(uncounted + overhead)
  }

  /// A rule of thumb that is rather too high than too low for code and logs.
  static func tokens(_ bytes: Int) -> Int { (bytes * 2 + 6) / 7 }

  /// Adds an answer.
  mutating func add(_ reply: ModelReply) {
    let parts = reply.parts.filter { $0.isWorthKeeping }
    turns.append(Turn(.assistant, parts))
    if let usage = reply.usage, let input = usage.input, let output = usage.output {
      counted = input + output
      uncounted = 0
    } else {
      uncounted += Self.bytes(parts)
    }
  }

  /// Adds what the other side says next.
  mutating func add(_ parts: [Part]) {
    uncounted += Self.bytes(parts)
    if turns.last?.role == .user {
      turns[turns.count - 1].parts += parts
    } else {
      turns.append(Turn(.user, parts))
    }
  }

  /// Puts other turns in the place of all.
  mutating func replace(with turns: [Turn]) {
    self.turns = turns
    counted = nil
    uncounted = turns.reduce(0) { $0 + Self.bytes($1.parts) }
  }

  static func bytes(_ parts: [Part]) -> Int { parts.reduce(0) { $0 + $1.bytes } }
}

extension Part {
  /// About what it adds to a request.
  fileprivate var bytes: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .image(_, let base64): base64.utf8.count
    case .toolUse(let use): use.name.utf8.count + use.arguments.utf8.count + 16
    case .toolAnswer(let answer): answer.text.utf8.count + 16
    case .reasoning(let reasoning): reasoning.text.utf8.count
    }
  }

  /// Empty texts are faults to some providers.
  fileprivate var isWorthKeeping: Bool {
    if case .text(let text) = self { !text.isEmpty } else { true }
  }
}
