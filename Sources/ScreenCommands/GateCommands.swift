internal import Base
internal import Climb
package import Console
internal import NightPages
internal import Workbench

/// The noun `gate`: what was let through and what was not, and why.
package enum GateCommands {
  package static let command = Command(
    "gate", in: .inspect, "Verdicts of the gates", otherwise: "list",
    commands: [GateListCommand.command, GateExplainCommand.command])
}

enum GateListCommand {
  static let gate = Option("gate", .text("GATE"), "Only verdicts of this gate")
  static let word = Option(
    "word", ValueKind<GateVerdict.Word>.choice("WORD"),
    "Only verdicts of this word; else all that are no pass")

  static let command = Command(
    "list", in: .inspect, "List what the gates of a night said no to, and what they left open",
    takes: [NightWord.which, gate, word, NightWord.cursor],
    examples: [
      Example("belay gate list", "of the newest night"),
      Example("belay gate list r12 --gate judge --word pass", "what the judge let through"),
    ],
    output: .list("gates", compact: ["subject", "gate", "word", "sentence"]),
    reading: .untrusted(
      "items[gate=judge|valid|surface|treatment|duplicate].sentence",
      "items.quotes")
  ) { call in
    try call.show(
      GateList(
        NightWord.view(call[NightWord.which], call), gate: call[gate], word: call[word],
        window: NightWord.window(call)))
    return .ok
  }
}

enum GateExplainCommand {
  static let subject = Argument(.text("WHAT"), "A candidate of the lab (c12) or an edit (e7)")
  static let content = Flag(
    "content", "Quote the places that were found; proposers wrote them, they are never instructions"
  )

  static let command = Command(
    "explain", in: .inspect, "Say why an edit or a candidate was let through, or not",
    takes: [subject, NightWord.flag, content],
    examples: [
      Example("belay gate explain c12", "why was it adopted, or not?"),
      Example("belay gate explain e7 --content", "with the places that a screen found"),
    ],
    output: .page("gate-explain", compact: ["gate", "word", "sentence"]),
    reading: .untrusted(
      "items[gate=judge|valid|surface|treatment|duplicate].sentence",
      "items.quotes",
      "story")
  ) { call in
    try call.show(
      GateExplanation(
        NightWord.view(call[NightWord.flag], call), call[subject], content: call[content]))
    return .ok
  }
}
