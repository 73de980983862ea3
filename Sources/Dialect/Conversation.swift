/// A conversation made ready for a provider: every call answered, neighbours of one side joined.
enum Conversation {
  /// What stands for an answer that never came: a call without one is rejected by every provider.
  static let lostAnswer = "The tool gave no answer: it was interrupted."

  /// The turns, with an answer for every call right after it and no two turns of one side in a row.
  static func tidy(_ turns: [Turn]) -> [Turn] {
    var out: [Turn] = []
    var open: [ToolUse] = []
    for turn in turns where !turn.parts.isEmpty {
      if turn.role == .user {
        let (answers, rest) = split(turn.parts)
        var parts: [Part] = []
        for answer in answers {
          // An answer to nothing is rejected as well: what it says is kept as words.
          if let at = open.firstIndex(where: { $0.id == answer.callID }) {
            let use = open.remove(at: at)
            var named = answer
            if named.name.isEmpty { named.name = use.name }
            parts.append(.toolAnswer(named))
          } else {
            parts.append(.text(answer.text))
          }
        }
        append(Turn(.user, parts + rest), to: &out)
      } else {
        close(&open, in: &out)
        append(turn, to: &out)
        open += turn.toolUses
      }
    }
    close(&open, in: &out)
    return out.map { $0.role == .user ? Turn(.user, answersFirst($0.parts)) : $0 }
  }

  private static func close(_ open: inout [ToolUse], in turns: inout [Turn]) {
    guard !open.isEmpty else { return }
    let answers = open.map {
      Part.toolAnswer(
        ToolAnswer(callID: $0.id, name: $0.name, text: lostAnswer, isError: true))
    }
    open = []
    append(Turn(.user, answers), to: &turns)
  }

  private static func append(_ turn: Turn, to turns: inout [Turn]) {
    if turns.last?.role == turn.role {
      turns[turns.count - 1].parts += turn.parts
    } else {
      turns.append(turn)
    }
  }

  private static func split(_ parts: [Part]) -> (answers: [ToolAnswer], rest: [Part]) {
    var answers: [ToolAnswer] = []
    var rest: [Part] = []
    for part in parts {
      if case .toolAnswer(let answer) = part { answers.append(answer) } else { rest.append(part) }
    }
    return (answers, rest)
  }

  private static func answersFirst(_ parts: [Part]) -> [Part] {
    let (answers, rest) = split(parts)
    return answers.map(Part.toolAnswer) + rest
  }
}
