import Base
import Dialect
import Harness
import Interchange
import Model
import Testing
import Trial

@testable import Brain

/// Words that only the builder thinks, says or sees, and that must reach nobody else.
private let secrets = ["SECRET-THOUGHT", "SECRET-COMMAND", "SECRET-OUTPUT", "SECRET-WORDS"]

@Suite struct OrchestrationTests {
  @Test func aCheckersRequestsHoldNothingOfTheBuildersThoughtsAndDeeds() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness(
        "[tools]\nenabled = [\"shell\", \"submit\"]\n[orchestration]\npattern = \"plan-build-check\"",
        files: [
          "prompts/planner.md": "Plan.", "prompts/contractor.md": "Agree.",
          "prompts/reviewer.md": "Review.", "prompts/builder.md": "Build.",
          "prompts/checker.md": "Check.",
        ])
      let model = Scripted([
        "planner": [.reply(.submits("the plan"))],
        "contractor": [.reply(.submits("point one"))],
        "reviewer": [.reply(.submits("fine", verdict: "pass"))],
        "builder": [
          .reply(
            .calls(
              [("shell", #"{"command":"SECRET-COMMAND"}"#)], saying: "SECRET-WORDS",
              thinking: "SECRET-THOUGHT")), .reply(.submits("the builder's report")),
          .reply(.submits("the second report")),
        ],
        "checker": [
          .reply(.shell("look")),
          .reply(.submits("not yet", verdict: "fail", faults: ["point one"])),
        ],
        "checker#2": [.reply(.submits("good", verdict: "pass"))],
      ])
      let report = try await bench.work(harness, model) { command in
        command == "SECRET-COMMAND" ? "SECRET-OUTPUT" : "nothing to see"
      }
      #expect(report.ending == .done("the checker passed it in round 2"))
      let others = model.calls.filter { !$0.purpose.lane.hasPrefix("builder") }
      #expect(others.count == 6)
      for call in others {
        let words = call.request.everything
        for secret in secrets + ["the builder's report", "Build."] {
          #expect(!words.contains(secret), "\(call.purpose.lane) was shown \(secret)")
        }
      }
      // What is named is shown: the contract to the checker, the checker's findings to the builder.
      #expect(model.requests("checker").first?.everything.contains("point one") == true)
      let second = try #require(model.requests("builder").last)
      #expect(second.everything.contains("does not hold: point one"))
      #expect(second.everything.contains("SECRET-THOUGHT"))
      #expect(model.requests("checker#2").first?.turns.count == 1)
      let trace = try #require(report.trajectory)
      #expect(Atif.read(trace.atif.utf8(), file: "t").faults.isEmpty)
      #expect(
        trace.subagents.compactMap(\.trajectoryID)
          == ["planner", "contractor", "reviewer", "builder", "checker", "checker#2"])
      #expect(
        trace.steps.flatMap(\.results).flatMap(\.subagents)
          == ["planner", "contractor", "reviewer", "builder", "checker", "builder", "checker#2"])
    }
  }

  @Test func aFreshLoopSharesNothingButItsNotesAndEndsWhenTheValidatorSaysSo() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness(
        """
        [tools]
        enabled = ["shell", "submit"]
        [context]
        memory = "notes"
        [orchestration]
        pattern = "fresh-loop"
        """, files: ["prompts/worker.md": "Work.", "prompts/validator.md": "Validate."])
      let model = Scripted([
        "worker": [.reply(.shell("SECRET-COMMAND")), .reply(.submits("SECRET-WORDS"))],
        "validator": [.reply(.submits("", verdict: "fail"))],
        "worker#2": [.reply(.submits("two"))],
        "validator#2": [.reply(.submits("", verdict: "pass"))],
      ])
      let report = try await bench.work(harness, model)
      #expect(report.ending == .done("the validator passed it in round 2"))
      let second = try #require(model.requests("worker#2").first)
      #expect(second.turns.count == 1)
      #expect(second.everything.contains("a note of an earlier worker"))
      for secret in secrets { #expect(!second.everything.contains(secret)) }
    }
  }

  @Test func subAgentsHaveFreshContextsAndTheirTracesLieBelow() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness(
        "[tools]\nenabled = [\"shell\", \"submit\"]\n[orchestration]\npattern = \"delegate\"",
        files: ["prompts/orchestrator.md": "Hand out.", "prompts/worker.md": "Work."])
      let model = Scripted([
        "main": [
          .reply(.shell("SECRET-COMMAND")),
          .reply(
            .calls([
              ("delegate_worker", #"{"piece":"do the first half"}"#),
              ("delegate_worker", #"{"piece":"do the rest","max_turns":1}"#),
              ("delegate_worker", "{}"),
            ])), .reply(.submits("both are done")),
        ],
        "main/worker.1": [.reply(.shell("one")), .reply(.submits("first half is done"))],
        "main/worker.2": [.reply(.shell("two")), .reply(.shell("three"))],
      ])
      let report = try await bench.work(harness, model)
      #expect(report.ending == .done("both are done"))
      let piece = try #require(model.requests("main/worker.1").first)
      #expect(piece.everything.contains("do the first half"))
      #expect(!piece.everything.contains("SECRET-COMMAND"))
      #expect(model.requests("main/worker.2").count == 1)
      let trace = try #require(report.trajectory)
      let step = try #require(trace.steps.first { $0.calls.count == 3 })
      #expect(step.results.map(\.subagents) == [["main/worker.1"], ["main/worker.2"], []])
      #expect(step.results[0].text == "first half is done")
      #expect(step.results[1].text.contains("stopped after its 1 turns"))
      #expect(trace.subagents.compactMap(\.trajectoryID) == ["main/worker.1", "main/worker.2"])
      #expect(Atif.read(trace.atif.utf8(), file: "t").faults.isEmpty)
    }
  }

  @Test func anyStepMayAskAnotherModel() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness(
        """
        [tools]
        enabled = ["submit"]
        [orchestration]
        pattern = "steps"
        [[orchestration.step]]
        role = "cheap"
        prompt = "prompts/system.md"
        model = "small"
        tools = ["submit"]
        [[orchestration.step]]
        role = "dear"
        prompt = "prompts/system.md"
        tools = ["submit"]
        """)
      let small = ModelName(provider: "test", model: "small")
      let model = Scripted([:])
      let roster = Roster(["task": .scripted, "small": small])
      _ = try await bench.work(harness, model, models: roster)
      #expect(model.calls.map(\.name) == [small, .scripted])
    }
  }

  @Test(arguments: [
    (["b", "A b.", "a  B"], 1), (["x", "y"], 0), (["x", "y", "y"], 1),
  ])
  func aVoteIsWonByWhatMostSay(words: [String], winner: Int) {
    #expect(Engine.vote(words.map { Handover(text: $0) }) == winner)
  }

  @Test func aFanOutsExplorersAreShownNumberedAndAJudgeMayChoose() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness(
        """
        [tools]
        enabled = ["submit"]
        [orchestration]
        pattern = "steps"
        [[orchestration.step]]
        role = "explorer"
        prompt = "prompts/system.md"
        tools = ["submit"]
        fan_out = 2
        [[orchestration.step]]
        role = "solver"
        prompt = "prompts/system.md"
        sees = ["explorer.output"]
        tools = ["submit"]
        fan_out = 3
        pick = "judge"
        """)
      let model = Scripted([
        "explorer.1": [.reply(.submits("east"))], "explorer.2": [.reply(.submits("west"))],
        "solver.1": [.reply(.submits("one"))],
        "solver.2": [.reply(.says("", stop: .refusal("no")))],
        "solver.3": [.reply(.submits("three"))],
        "solver/judge": [.reply(.says("Both are good, but 2."))],
      ])
      let report = try await bench.work(harness, model)
      #expect(report.ending == .done("three"))
      let shown = try #require(model.requests("solver.1").first?.turns.first?.text)
      #expect(
        shown
          == "# From the explorer 1 of 2\n\neast\n\n# From the explorer 2 of 2\n\nwest")
      let seeds = model.calls.filter { $0.purpose.lane.hasPrefix("solver.") }
        .compactMap(\.request.sampling.seed)
      #expect(Set(seeds).count == 3)
      #expect(model.calls.last?.purpose.role == .judge)
    }
  }
}
