import Base
import Dialect
import Harness
import Interchange
import Model
import Testing
import Trial

@testable import Brain

@Suite struct ContextTests {
  private static func compacting(_ kind: String, at share: Double = 0.8) -> String {
    "[context]\ncompaction = \"\(kind)\"\ncompact_at = \(share)\n\(Bench.loop)"
  }
  private static let overflow = Scripted.Line.fault(ModelFault(.contextOverflow, "too long"))
  private static let small = Roster(["task": .scripted]) { _ in 1000 }

  @Test(arguments: ["truncate", "summarize"])
  func anOverflowIsCompactedOnceAndThenEndsTheTrialUnderItsName(kind: String) async throws {
    try await Bench.with { bench in
      let steps = (0..<8).map { Scripted.Line.reply(.shell("step \($0)")) }
      let saved = Scripted([
        "main": steps + [Self.overflow, .reply(.submits("went on"))],
        "main/summary": [.reply(.says("THE-SUMMARY"))],
      ])
      let words = String(repeating: "much output ", count: 300)
      let harness = try bench.harness(Self.compacting(kind))
      let report = try await bench.work(harness, saved) { _ in words }
      #expect(report.ending == .done("went on"))
      let last = try #require(saved.requests().last)
      #expect(last.everything.utf8.count < saved.requests()[8].everything.utf8.count)
      #expect(last.everything.contains("Write the answer."))
      #expect(last.everything.contains("THE-SUMMARY") == (kind == "summarize"))
      let note = try #require(
        report.trajectory?.steps.first { !$0.extra["context_management"].isNull })
      #expect(note.extra["context_management"]["kind"].string == kind)
      let twice = Scripted([
        "main": steps + [Self.overflow, Self.overflow],
        "main/summary": [.reply(.says("THE-SUMMARY"))],
      ])
      let ended = try await bench.work(harness, twice) { _ in words }
      #expect(ended.ending == .limit("context", "its conversation does not fit the model's window"))
    }
  }

  @Test func everyCallKeepsItsAnswerWhateverIsCutOut() async throws {
    try await Bench.with { bench in
      for kind in ["truncate", "summarize"] {
        let model = Scripted([
          "main": (0..<30).map { .reply(.shell("step \($0)", thinking: "t", input: 900)) }
            + [.reply(.submits("x"))]
        ])
        let words = String(repeating: "much output ", count: 40)
        _ = try await bench.work(
          bench.harness(Self.compacting(kind, at: 0.5)), model, models: Self.small
        ) { _ in words }
        for request in model.requests() {
          #expect(request.turns.first?.role == .user)
          for (turn, next) in zip(request.turns, request.turns.dropFirst()) {
            #expect(turn.role != next.role)
            let answers = next.parts.compactMap {
              if case .toolAnswer(let answer) = $0 { answer.callID } else { nil }
            }
            if turn.role == .assistant { #expect(turn.toolUses.map(\.id) == answers) }
          }
        }
        #expect(model.requests().count == 31)
        #expect((model.requests().last?.turns.count ?? 99) < 12)
      }
    }
  }

  @Test func summariesAreAskedOfTheModelThatIsConfiguredForThem() async throws {
    try await Bench.with { bench in
      let other = ModelName(provider: "test", model: "summarizer")
      let model = Scripted([
        "main": (0..<9).map { .reply(.shell("step \($0)", thinking: "hidden thought", input: 900)) }
          + [.reply(.submits("x"))],
        "main/summary": [.reply(.says("SUMMARY"))],
      ])
      let words = String(repeating: "much output ", count: 40)
      _ = try await bench.work(
        bench.harness(Self.compacting("summarize")), model,
        models: Roster(["task": .scripted, "summarize": other]) { _ in 1000 }
      ) { _ in words }
      let asked = try #require(model.calls.first { $0.purpose.role == .summarize })
      #expect(asked.name == other)
      #expect(!asked.request.everything.contains("hidden thought"))
    }
  }

  @Test func withoutCompactionAnOverflowEndsTheTrial() async throws {
    try await Bench.with { bench in
      let model = Scripted([.reply(.shell("a")), Self.overflow])
      let report = try await bench.work(bench.harness(), model)
      #expect(
        report.ending == .limit("context", "its conversation does not fit the model's window"))
      #expect(model.calls.count == 2)
    }
  }

  @Test func anInterruptedTrialSaysTheSameAgainAndSoGetsTheAnswersItHas() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness()
      let lines: [Scripted.Line] = [
        .reply(.shell("date")), .reply(.shell("ls")), .reply(.submits("done")),
      ]
      let first = Scripted(lines)
      let sink = PaperSink()
      _ = try await bench.work(harness, first, sink: sink) { "\($0) at noon" }
      // Killed before it handed over: what it had recorded until then, and the journal's answers.
      let recorded = Array(sink.all.prefix(6))
      let resumed = PaperSink(recorded)
      let again = Scripted(lines, isReplay: true)
      let report = try await bench.work(harness, again, sink: resumed) { "\($0) at midnight" }
      #expect(report.ending == .done("done"))
      #expect(again.requests() == first.requests())
      #expect(report.flags == ["resumed", "resumed_outputs_differ"])
      let whole = StepRecord.trajectory(resumed.all.compactMap(StepRecord.init), session: "t3")
      let trace = try #require(whole)
      #expect(trace.steps.map(\.number) == Array(1...trace.steps.count))
      #expect(trace.steps.flatMap(\.calls).map(\.name) == ["shell", "shell", "submit"])
      #expect(
        trace.steps.flatMap(\.results).map(\.text)
          == ["date at noon", "ls at noon", "handed over"])
    }
  }

  @Test func aResumedTrialThatTakesAnotherWayReplacesWhatItHadRecorded() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness()
      let sink = PaperSink()
      _ = try await bench.work(
        harness, Scripted([.reply(.shell("a")), .reply(.shell("b")), .reply(.submits("x"))]),
        sink: sink)
      let resumed = PaperSink(sink.all)
      let report = try await bench.work(
        harness, Scripted([.reply(.shell("a")), .reply(.submits("y"))]), sink: resumed)
      #expect(report.flags == ["resumed", "resumed_otherwise"])
      let trace = try #require(
        StepRecord.trajectory(resumed.all.compactMap(StepRecord.init), session: nil))
      #expect(trace.steps.flatMap(\.calls).map(\.name) == ["shell", "submit"])
    }
  }

  @Test func skillsAndNotesAreToldOfInThePrompt() async throws {
    try await Bench.with { bench in
      let model = Scripted([.reply(.submits("x"))])
      _ = try await bench.work(
        bench.harness(
          "[context]\nmemory = \"notes\"\n[tools]\nenabled = [\"shell\", \"skill\", \"submit\"]",
          files: [
            "skills/verify/SKILL.md":
              "---\nname: verify\ndescription: How to check\n---\nTHE-BODY\n"
          ]), model)
      let system = try #require(model.requests().first?.system)
      #expect(system.contains("- verify: How to check"))
      #expect(system.contains("/logs/agent/notes.md"))
      #expect(!system.contains("THE-BODY"))
    }
  }
}
