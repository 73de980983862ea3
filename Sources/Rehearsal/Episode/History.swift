internal import Base
internal import Dialect

/// What was done so far, as the conversation shows it.
struct History: Sendable {
  /// A move that was made, and what came back; nil when nothing did.
  struct Entry: Sendable {
    var move: Move?
    var command: String
    var answer: String?
  }

  /// The commands so far, in order.
  var entries: [Entry] = []
  /// Whether the last answer was cut before its end.
  var lastWasCut = false
  /// Whether a question was asked already.
  var hasAsked = false

  init(_ request: ModelRequest, _ voice: Voice, _ script: Script) {
    var written = ""
    var hasWorked = false
    func entry(_ command: String) -> Entry {
      // A long command comes in pieces, which are run as one.
      if let piece = Pieces.content(of: command) {
        written = piece.isFirst ? piece.text : written + piece.text
      }
      let whole = command == Pieces.run ? written : command
      var move = script.move(of: whole)
      // Doing the work once more may take the same command: it is a repair all the same.
      if case .solve(let slips)? = move {
        if hasWorked { move = .repair(slips: slips, found: []) }
        hasWorked = true
      }
      return Entry(move: move, command: command)
    }
    var places: [String: Int] = [:]
    for turn in request.turns {
      switch turn.role {
      case .assistant:
        lastWasCut = false
        if turn.text.contains(script.words(.ask)) { hasAsked = true }
        for use in turn.toolUses {
          guard let command = Self.command(of: use, voice) else {
            lastWasCut = true
            continue
          }
          places[use.id] = entries.count
          entries.append(entry(command))
        }
        if case .fence(let word) = voice.hands {
          for command in Self.blocks(turn.text, word) {
            entries.append(entry(command))
          }
        }
      case .user:
        for part in turn.parts {
          if case .toolAnswer(let answer) = part, let place = places[answer.callID] {
            entries[place].answer = answer.text
          }
        }
        if case .fence = voice.hands, let last = entries.indices.last, entries[last].answer == nil {
          entries[last].answer = turn.text
        }
      }
    }
  }

  /// What came back from the last move of a kind.
  func answer(where fits: (Move) -> Bool) -> String? {
    entries.last { $0.move.map(fits) ?? false }?.answer
  }

  /// Whether a move of this kind was made.
  func contains(where fits: (Move) -> Bool) -> Bool {
    entries.contains { $0.move.map(fits) ?? false }
  }

  /// The slips in the work that was done last; nil when there is none.
  var slipsInWork: Set<Int>? {
    for entry in entries.reversed() {
      switch entry.move {
      case .solve(let slips), .repair(let slips, _): return slips
      default: continue
      }
    }
    return nil
  }

  private static func command(of use: ToolUse, _ voice: Voice) -> String? {
    if use.arguments.isEmpty { return "" }
    guard let arguments = try? JSON.parse(use.arguments) else { return nil }
    guard case .tool(_, let member, _, _) = voice.hands else { return "" }
    if let words = arguments[member].array { return words.last?.string ?? "" }
    return arguments[member].string ?? ""
  }

  static func blocks(_ text: String, _ word: String) -> [String] {
    var blocks: [String] = []
    var open: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let lines = open {
        if line.hasPrefix("```") {
          blocks.append(lines.joined(separator: "\n"))
          open = nil
        } else {
          open = lines + [line]
        }
      } else if line == "```\(word)" {
        open = []
      }
    }
    return blocks
  }
}
