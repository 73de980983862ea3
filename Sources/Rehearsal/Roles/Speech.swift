internal import Base
internal import Dialect

/// Acts and ends in the form that a harness understands.
enum Speech {
  /// Runs a command.
  static func act(_ voice: Voice, _ words: String, _ command: String, call: Int) -> [Part] {
    switch voice.hands {
    case .tool(let name, let member, let isList, let rest):
      var arguments = rest
      arguments[member] = isList ? ["bash", "-lc", .string(command)] : .string(command)
      return [.text(words), .toolUse(use(name, arguments, call))]
    case .fence(let word): return [.text("\(words)\n\n```\(word)\n\(command)\n```")]
    case .none: return [.text("\(words)\n\n\(command)")]
    }
  }

  /// Hands over; with a verdict where one is asked for.
  static func submit(
    _ voice: Voice, _ words: String, passes: Bool? = nil, faults: [String] = [], call: Int
  ) -> [Part] {
    guard let submits = voice.submits else {
      let verdict = passes.map { $0 ? "PASS\n" : "FAIL\n" } ?? ""
      if let last = voice.lastCommand, voice.canAct, passes == nil {
        return act(voice, words, last, call: call)
      }
      return [.text(verdict + words)]
    }
    var arguments = submits.rest
    if let passes, let verdict = submits.verdict {
      arguments[verdict.member] = passes ? verdict.pass : verdict.fail
    }
    if let member = submits.faultsMember, !faults.isEmpty {
      arguments[member] = .array(faults.map(JSON.string))
    }
    if let member = submits.summaryMember { arguments[member] = .string(words) }
    // What fits no argument is said.
    return [.text(words), .toolUse(use(submits.tool, arguments, call))]
  }

  /// A call of a tool.
  static func use(_ name: String, _ arguments: [String: JSON], _ call: Int) -> ToolUse {
    // Ids count the calls of the conversation: no two are alike, and a replay gives the same ones.
    ToolUse(id: "call_\(call + 1)", name: name, arguments: JSON.object(arguments).text())
  }
}
