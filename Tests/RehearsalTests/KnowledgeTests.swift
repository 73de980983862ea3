import Base
import Platform
import Testing

@testable import Rehearsal

@Suite struct KnowledgeTests {
  @Test func `every task of the suite is known, with its slips`() throws {
    let knowledge = try Shipped.knowledge()
    #expect(knowledge.tasks.map(\.name) == (try Files.names(in: Shipped.suite + "/tasks")).sorted())
    for task in knowledge.tasks {
      #expect((2...3).contains(task.slips.count), "\(task.name)")
      let instruction = try Shipped.instruction(task.name)
      for slip in task.slips {
        #expect(task.solution(with: [slip]) != task.solution)
        // Who is told a finding repairs it: the instruction must not tell it.
        #expect(!instruction.contains(slip.finding), "\(task.name) \(slip.name)")
      }
    }
    let kinds = Set(knowledge.tasks.flatMap { $0.slips.map(\.kind) })
    #expect(kinds == Set(SlipKind.allCases))
  }

  @Test func `a task is recognised however it is wrapped`() throws {
    let wraps: [@Sendable (String) -> String] = [
      { "Your task:\n\n\($0)\n\nBegin now." },
      { $0.replacing("\n", with: "\n> ") },
      { $0.split(separator: "\n").joined(separator: " ") },
      { $0.uppercased() },
      { "<task>\n\($0)\n</task>" },
      { String($0.dropFirst($0.count / 3)) },
    ]
    let knowledge = try Shipped.knowledge()
    for task in knowledge.tasks {
      let instruction = try Shipped.instruction(task.name)
      for (number, wrap) in wraps.enumerated() {
        let found = knowledge.recognise(TextSentence.all(in: wrap(instruction)))
        #expect(found?.task.name == task.name, "\(task.name) wrap \(number)")
      }
    }
  }

  @Test func `a text about something else is no task`() throws {
    let text = "Write the file /app/out.csv. It has a header. Leave the input as it is."
    #expect(try Shipped.knowledge().recognise(TextSentence.all(in: text)) == nil)
  }

  @Test(arguments: [
    ("{", "not valid JSON"),
    ("{}", "schema: expected"),
    (#"{"schema": "belay.rehearsal/1"}"#, "tasks: expected an array"),
    (#"{"schema": "belay.rehearsal/1", "tasks": [{}]}"#, "tasks[0].name: expected a text"),
    (
      #"{"schema": "belay.rehearsal/1", "tasks": [], "twins": {"a": 1}}"#,
      "twins: expected an array"
    ),
    (#"{"schema": "belay.rehearsal/1", "tasks": [], "twins": [{}]}"#, "twins[0].name: expected"),
    (
      #"{"schema": "belay.rehearsal/1", "tasks": [{"name": "a", "slips": "none"}]}"#,
      "a.slips: expected an array"
    ),
  ])
  func `a fault in the file is named`(_ text: String, _ message: String) {
    let error = #expect(throws: BelayError.self) {
      try RehearsalKnowledge.parse(Array(text.utf8), place: "rehearsal.json")
    }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }
}
