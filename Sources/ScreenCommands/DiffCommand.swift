internal import Base
package import Console
internal import Facts
internal import Harness
internal import Ledger
internal import NightReading
internal import Platform
internal import Survey
internal import Workbench

package enum DiffCommand {
  static let first = Argument(HarnessWord.kind, "The one before: \(GenerationWord.help)")
  static let second = Argument(
    ValueKind<String>.path("OTHER", suggestions: ["oracle", "nop"]), "The one after")
  static let config = Flag("config", "Only the components")
  static let scores = Flag("scores", "Only what came of them")

  package static let command = Command(
    "diff", in: .inspect, "Show what sets two harnesses apart, and what came of it",
    discussion: """
      By component: sections of prompts, tools, skills and keys of harness.toml. In a line that kept half of its \
      words what is gone and what is new is told by colours, else as [-gone-] and {+new+}. Two candidates of one \
      night are also held against each other task by task, with what each change is believed to be worth and \
      whose idea it was. Which gate tasks moved is told when the night is over, which sealed ones never.
      """,
    takes: [first, second, NightWord.flag, config, scores],
    examples: [
      Example("belay diff g0 champion", "what the newest night changed, from first to last"),
      Example("belay diff g0 g1", "what its first adoption changed"),
      Example("belay diff c1 c7 --scores", "what came of it, task by task"),
      Example("belay diff harnesses/bash-agent c7", "a folder and a candidate"),
    ],
    output: .page("diff", compact: ["component", "kind", "change", "edits"]),
    reading: .untrusted(
      "items.component", "items.lines.text", "edits.summary", "scores.tasks.task")
  ) { call in
    if call[config], call[scores] {
      throw BelayError(.usage, "--config and --scores exclude each other")
    }
    let words = [call[first], call[second]]
    let lab = try LabWord.resolve(call, for: words)
    var night: NightView?
    let reader = try lab?.reader()
    if let reader, call[NightWord.flag] != nil || words.contains(where: GenerationWord.isPlace) {
      night = try NightWord.view(call[NightWord.flag], call)
    }
    var sides: [DifferencePage.Side] = []
    for word in words {
      let id = try night.flatMap { try GenerationWord.candidate(word, in: $0) }
      let harness = try HarnessWord.resolve(
        id.map { "\($0)" } ?? word, lab: lab, from: call.surroundings.workingDirectory)
      let known =
        try id ?? CandidateID(word)
        ?? reader?.candidates()
        .first { $0.harness == harness.digest }?.id
      sides.append(
        DifferencePage.Side(id.map { "\(word) (\($0))" } ?? word, harness, candidate: known))
    }
    let candidates = sides.compactMap(\.candidate)
    if night == nil, let reader, candidates.count == 2 {
      night = try GenerationWord.night(of: candidates, reader, call.surroundings.clock)
    }
    try call.show(
      DifferencePage(
        sides[0], sides[1], part: call[config] ? .config : call[scores] ? .scores : .all,
        night: night, reader: reader))
    return .ok
  }
}
