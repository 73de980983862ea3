import Base
import Dialect
import Harness
import Interchange
import Model
import Testing
import Trial

@testable import Brain

@Suite struct LoopTests {
  @Test func anAgentWorksUntilItSubmitsAndEveryStepIsInTheTrace() async throws {
    try await Bench.with { bench in
      let model = Scripted([
        .reply(.shell("ls", thinking: "look first")), .reply(.submits("it is done")),
      ])
      let report = try await bench.work(bench.harness(), model)
      #expect(report.ending == .done("it is done"))
      #expect(report.usage == TokenUsage(input: 200, cached: nil, output: 20, costUSD: 0.02))
      let trajectory = try #require(report.trajectory)
      #expect(trajectory.steps.map(\.source) == [.system, .user, .agent, .agent])
      #expect(trajectory.steps[2].reasoning == "look first")
      #expect(trajectory.steps[2].results.map(\.text) == ["did ls"])
      #expect(trajectory.tools.count == 2)
      #expect(Atif.read(trajectory.atif.utf8(), file: "t").faults.isEmpty)
      let requests = model.requests()
      #expect(requests[0].system == "You work in a shell.")
      #expect(requests[0].turns == [.user("Write the answer.")])
      #expect(requests[1].turns.map(\.role) == [.user, .assistant, .user])
      // What the model thought goes back to it unchanged.
      #expect(requests[1].everything.contains("look first"))
    }
  }

  @Test func parallelCallsAreAllAnsweredInTheirOrder() async throws {
    try await Bench.with { bench in
      let model = Scripted([
        .reply(
          .calls([
            ("shell", #"{"command":"a"}"#), ("nothing", "{}"), ("shell", "{"),
            ("submit", #"{"output":"x"}"#), ("shell", #"{"command":"late"}"#),
          ]))
      ])
      let ran = Locked<[String]>([])
      let report = try await bench.work(bench.harness(), model) { command in
        ran.withLock { $0.append(command) }
        return "did \(command)"
      }
      #expect(report.ending == .done("x"))
      #expect(ran.withLock { $0 } == ["a"])
      let step = try #require(report.trajectory?.steps.last)
      #expect(step.results.map(\.callID) == ["call_0", "call_1", "call_2", "call_3", "call_4"])
      #expect(step.results.last?.text.hasPrefix("Not executed") == true)
    }
  }

  @Test func aCutCallIsAnsweredAndNeverExecuted() async throws {
    try await Bench.with { bench in
      let model = Scripted([
        .reply(
          .calls(
            [("shell", #"{"command":"whole"}"#), ("shell", #"{"command":"rm -rf /tm"}"#)],
            stop: .outputLimit)), .reply(.submits("done")),
      ])
      let ran = Locked<[String]>([])
      _ = try await bench.work(bench.harness(), model) { command in
        ran.withLock { $0.append(command) }
        return ""
      }
      #expect(ran.withLock { $0 } == ["whole"])
      let answers = model.requests()[1].turns.last?.parts.compactMap {
        if case .toolAnswer(let answer) = $0 { answer } else { nil }
      }
      #expect(answers?.map(\.isError) == [false, true])
      #expect(answers?.map(\.callID) == ["call_0", "call_1"])
    }
  }

  @Test func aRefusalIsAnEndingOfItsOwn() async throws {
    try await Bench.with { bench in
      let report = try await bench.work(
        bench.harness(), Scripted([.reply(.says("", stop: .refusal("not this")))]))
      #expect(report.ending == .refused("not this"))
      #expect(report.trajectory?.steps.count == 3)
    }
  }

  @Test(arguments: [
    (ModelFault.Kind.server, "providerFailed"), (.rate, "providerFailed"),
    (.auth, "providerFailed"), (.truncated, "providerFailed"), (.money, "providerFailed"),
    (.budget, "runSpent"), (.contextOverflow, "context"),
  ])
  func aFaultOfTheProviderIsNeverTheAgents(kind: ModelFault.Kind, ending: String) async throws {
    try await Bench.with { bench in
      let report = try await bench.work(
        bench.harness(), Scripted([.fault(ModelFault(kind, "no luck"))]))
      switch report.ending {
      case .providerFailed: #expect(ending == "providerFailed")
      case .limit(let name, _): #expect(ending == name)
      case .runSpent: #expect(ending == "runSpent")
      default: Issue.record("\(report.ending)")
      }
    }
  }

  @Test(arguments: [
    ("turns = 3", "turns", 3), ("input_tokens = 250", "input_tokens", 3),
    ("output_tokens = 20", "output_tokens", 2), ("cost_usd = 0.015", "cost_usd", 2),
  ])
  func eachLimitEndsTheTrialUnderItsName(limit: String, name: String, calls: Int) async throws {
    try await Bench.with { bench in
      let harness = try bench.harness("[limits]\n\(limit)\n\(Bench.loop)")
      let model = Scripted((0..<9).map { .reply(.shell("step \($0)")) })
      let report = try await bench.work(harness, model)
      guard case .limit(name, _) = report.ending else {
        Issue.record("\(report.ending)")
        return
      }
      #expect(model.calls.count == calls)
    }
  }

  @Test func noAnswerMayHaveMoreTokensThanTheTrialHasLeft() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness(
        "[model]\nmax_output_tokens = 4000\n[limits]\noutput_tokens = 4015\n\(Bench.loop)")
      let model = Scripted([.reply(.shell("a")), .reply(.shell("b")), .reply(.submits("x"))])
      _ = try await bench.work(harness, model)
      #expect(model.requests().map(\.maxOutputTokens) == [4000, 4000, 3995])
    }
  }

  @Test func theWallEndsAModelThatNeverAnswersAndACommandThatNeverEnds() async throws {
    try await Bench.with { bench in
      let silent = try await bench.work(
        bench.harness(), Scripted([.silence]), wall: .milliseconds(100))
      #expect(silent.ending == .limit("wall", "the agent was stopped at its time limit"))
      let stuck = try await bench.work(
        bench.harness(), Scripted([.reply(.shell("sleep"))]), wall: .milliseconds(200)
      ) { _ in
        try await _Concurrency.Task.sleep(for: .seconds(3600))
        return ""
      }
      #expect(stuck.ending == .limit("wall", "the agent was stopped at its time limit"))
      // What it was about to do stands in the trace.
      #expect(stuck.trajectory?.steps.last?.calls.map(\.name) == ["shell"])
    }
  }

  @Test func whatAHarnessAllowsOneTrialIsItsLimitAndNotTheRuns() async throws {
    try await Bench.with { bench in
      for spent in ModelFault.Spent.allCases {
        let isLimit = spent == .trial
        var fault = ModelFault(.budget, "the budget is spent: too little")
        fault.spent = spent
        let report = try await bench.work(bench.harness(), Scripted([.fault(fault)]))
        if case .limit("cost_usd", _) = report.ending {
          #expect(isLimit)
        } else {
          #expect(!isLimit)
        }
      }
    }
  }

  @Test func aCancellationIsNoEnding() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness()
      let task = _Concurrency.Task { try await bench.work(harness, Scripted([.silence])) }
      task.cancel()
      await #expect(throws: (any Error).self) { try await task.value }
    }
  }

  @Test func anUnknownPriceStaysUnknown() async throws {
    try await Bench.with { bench in
      let report = try await bench.work(
        bench.harness(), Scripted([.reply(.submits("x"))], costUSD: nil))
      #expect(report.usage.costUSD == nil)
    }
  }

  @Test func answersThatAreCutAgainAndAgainEndTheTrial() async throws {
    try await Bench.with { bench in
      let model = Scripted(
        (0..<9).map { _ in .reply(.says("and so on", stop: .outputLimit)) })
      let report = try await bench.work(bench.harness(), model)
      guard case .limit("max_output_tokens", _) = report.ending else {
        Issue.record("\(report.ending)")
        return
      }
      #expect(model.calls.count == 4)
    }
  }

  @Test func aPausedTurnGoesOnAndATextAloneEndsTheWork() async throws {
    try await Bench.with { bench in
      let model = Scripted([
        .reply(.says("thinking about it", stop: .paused)), .reply(.says("all done\nreally")),
      ])
      let report = try await bench.work(bench.harness(), model)
      #expect(report.ending == .done("all done"))
      #expect(model.requests()[1].turns.map(\.role) == [.user, .assistant])
    }
  }
}
