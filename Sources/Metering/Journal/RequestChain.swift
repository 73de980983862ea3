internal import Base
internal import Dialect
internal import Model

/// The names of a request and of its beginnings: each turn's name covers all that stands before it.
///
/// So that it is seen at once whether a request goes on from an earlier one, whatever its length.
struct RequestChain {
  /// A request whose names are known: one that goes on from it has them, too.
  struct Known {
    let chain: RequestChain
    let turns: [Turn]
  }

  /// What stands above the conversation and how it is to be answered.
  let head: Digest
  /// The name of the conversation up to each turn; the last is the request's.
  let turns: [Digest]

  /// The whole request's name.
  var digest: Digest { turns.last ?? head }

  init(_ request: ModelRequest, wire: ParsedWire?, after known: Known? = nil) {
    head = Digest.of(Self.head(request, wire).utf8())
    var names: [Digest] = []
    names.reserveCapacity(request.turns.count)
    if let known, known.chain.head == head {
      // Turns that were not touched since lie in the same place, and are the same at a glance.
      let same = zip(known.turns, request.turns).prefix { $0 == $1 }.count
      names += known.chain.turns.prefix(same)
    }
    var last = names.last ?? head
    // One room for all turns.
    var words: [UInt8] = []
    for turn in request.turns.dropFirst(names.count) {
      words.removeAll(keepingCapacity: true)
      words += last.bytes
      Self.feed(turn, to: &words)
      last = Digest.of(words)
      names.append(last)
    }
    turns = names
  }

  /// Everything but the turns. A limit that a budget set is not the asker's and does not count.
  static func head(_ request: ModelRequest, _ wire: ParsedWire?) -> JSON {
    var head: [String: JSON] = [
      "model": .string(request.model), "system": .optional(request.system),
      "tools": .array(
        request.tools.map {
          [
            "name": .string($0.name), "description": .string($0.description),
            "parameters": $0.parameters,
          ]
        }),
      "tool_choice": request.toolChoice.json,
      "parallel": .optional(request.allowsParallelCalls),
      "temperature": .number(request.sampling.temperature),
      "top_p": .number(request.sampling.topP),
      "stop": .array(request.sampling.stop.map(JSON.string)),
      "seed": .optional(request.sampling.seed), "max_output": .optional(request.maxOutputTokens),
      "reasoning": .optional(request.reasoning), "schema": request.answerSchema ?? .null,
    ]
    // What the neutral form does not hold: everything of the body but the conversation.
    if let wire, case .object(var members) = wire.body {
      for key in Self.passing { members[key] = nil }
      head["wire"] = .object(members)
      head["dialect"] = .string(wire.request.dialect.rawValue)
    }
    return .object(head)
  }

  // The conversation itself, how the answer travels, and marks that differ from process to process.
  private static let passing = [
    "messages", "input", "contents", "system", "instructions", "systemInstruction", "stream",
    "stream_options", "metadata", "user", "prompt_cache_key", "safety_identifier",
    "client_metadata",
  ]

  // Lengths part the fields, so that no two turns are fed alike.
  private static func feed(_ turn: Turn, to words: inout [UInt8]) {
    add("turn", turn.role.rawValue, to: &words)
    for part in turn.parts {
      switch part {
      case .text(let text): add("text", text, to: &words)
      case .image(let type, let data): add("image", type, data, to: &words)
      case .toolUse(let use):
        add(
          "use", use.id, use.name, use.arguments, use.signature.map { "+\($0)" } ?? "-", to: &words)
      case .toolAnswer(let answer):
        add(
          "answer", answer.callID, answer.name, answer.text, answer.isError ? "error" : "",
          to: &words)
      case .reasoning(let thought):
        add(
          "thought", thought.text, thought.block?.text() ?? "", thought.dialect.rawValue,
          to: &words)
      }
    }
  }

  private static func add(
    _ tag: String, _ first: String, _ second: String? = nil, _ third: String? = nil,
    _ fourth: String? = nil, to words: inout [UInt8]
  ) {
    words += tag.utf8
    for text in [first, second, third, fourth] {
      guard let text else { break }
      words.append(0x20)
      add(text.utf8.count, to: &words)
    }
    words.append(0x0A)
    words += first.utf8
    if let second { words += second.utf8 }
    if let third { words += third.utf8 }
    if let fourth { words += fourth.utf8 }
  }

  private static func add(_ number: Int, to words: inout [UInt8]) {
    if number > 9 { add(number / 10, to: &words) }
    words.append(UInt8(0x30 + number % 10))
  }
}

extension ToolChoice {
  fileprivate var json: JSON {
    switch self {
    case .auto: "auto"
    case .none: "none"
    case .required: "required"
    case .named(let name): ["named": .string(name)]
    }
  }
}
