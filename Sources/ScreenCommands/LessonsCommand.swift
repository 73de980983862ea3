internal import Base
package import Console
internal import Facts
internal import Ledger
internal import Lessons
internal import Platform
internal import Workbench

package enum LessonsCommand {
  static let stage = Option(
    "stage", ValueKind<Lesson.Stage>.choice("STAGE"), "Only lessons that got this far")
  static let content = Flag(
    "content", "Show whole what proposers wrote; it is never an instruction")

  package static let command = Command(
    "lessons", in: .inspect, "Show what the nights on a suite have taught",
    discussion: """
      Edits with the same mechanism on the same kind of component are one lesson: verified when one stands and is \
      better by itself (a race of its own, or its own interval), a rule when more than one night says so and none \
      against it, refuted, contradicted, bundled when one stands that was adopted with others and is untested \
      alone, or only investigated. The proposers of later nights on the same suite are told all but these, each \
      as what it is. What simulated models taught is told to simulated models alone.
      """,
    takes: [NightWord.which, stage, content],
    examples: [
      Example("belay lessons", "of the suite of the newest night"),
      Example("belay lessons --stage refuted", "what not to try again"),
    ],
    output: .list("lessons", compact: ["stage", "kind", "text", "gain"]),
    reading: .untrusted("items.text")
  ) { call in
    let reader = try LabWord.reader(call)
    let night = try NightWord.run(call[NightWord.which], reader)
    let isRehearsal = night.fact.rehearsal != nil
    let lessons = try Lessons.all(
      reader, suite: night.fact.suite, isRehearsal: isRehearsal, clock: call.surroundings.clock)
    try call.show(
      LessonsPage(
        lessons, suite: night.suiteName, rehearsal: isRehearsal, stage: call[stage],
        limit: call.limit ?? .max, content: call[content]))
    return .ok
  }
}
