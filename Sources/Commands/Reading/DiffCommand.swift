internal import Base
internal import Console
internal import Harness
internal import Inspection
internal import Platform

enum DiffCommand {
  static let first = Argument(HarnessWord.kind, "The one before: \(HarnessWord.help)")
  static let second = Argument(
    ValueKind<String>.path("OTHER", suggestions: ["oracle", "nop"]), "The one after")

  static let command = Command(
    "diff", in: .inspect, "Show what sets two harnesses apart, component by component",
    discussion: """
      Sections of prompts, tools, skills and keys of harness.toml are components of their own. In a line that \
      kept half of its words, [-what is gone-] and {+what is new+} are marked.
      """,
    takes: [first, second],
    examples: [
      Example("belay diff c1 c7", "what the climb has changed"),
      Example("belay diff harnesses/bash-agent c7", "a folder and a candidate"),
    ],
    output: .page("diff", compact: ["component", "change"]),
    reading: .untrusted(
      "items.component",
      "items.lines.text")
  ) { call in
    let lab = try? LabWord.resolve(call)
    let one = try HarnessWord.resolve(
      call[first], lab: lab, from: call.surroundings.workingDirectory)
    let other = try HarnessWord.resolve(
      call[second], lab: lab, from: call.surroundings.workingDirectory)
    try call.show(HarnessDiff(one, other, named: (call[first], call[second])))
    return .ok
  }
}
