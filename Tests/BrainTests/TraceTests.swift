import Base
import Dialect
import Harness
import Interchange
import Model
import Platform
import Testing
import Trial

@testable import Brain

@Suite struct TraceTests {
  @Test(arguments: [
    (#"{"agent": {"name": "a", "version": "1"}, "steps": []}"#, "fewer than 1"),
    (
      #"{"agent": {"name": "a"}, "steps": [{"step_id": 1, "source": "agent", "message": ""}]}"#,
      "version"
    ),
    (
      #"{"agent": {"name": "a", "version": "1"}, "steps": [{"step_id": 0, "source": "who", "message": ""}]}"#,
      "who"
    ),
    (
      #"{"agent": {"name": "a", "version": "1"}, "more": 1, "steps": [{"step_id": 1, "source": "agent", "message": ""}]}"#,
      "more"
    ),
  ])
  func theSchemaRefusesWhatIsNotValid(document: String, word: String) throws {
    let faults = try AtifSchema().faults(JSON.parse(Array(document.utf8)))
    #expect(faults.contains { $0.contains(word) }, "\(faults)")
  }

  @Test func everyTraceIsValidWholeOrKilledAtAnyStep() async throws {
    let schema = try AtifSchema()
    try await Bench.with { bench in
      for (harness, model) in try Self.cases(bench) {
        let sink = PaperSink()
        let report = try await bench.work(
          harness, model, sink: sink, models: Roster(["task": .scripted]) { _ in 400 }
        ) { command in "did \(command)\u{0}\u{FFFD}\n" }
        let whole = try #require(report.trajectory).atif
        #expect(schema.faults(whole) == [])
        #expect(Atif.read(whole.utf8(), file: "whole").faults.isEmpty)
        for count in 1...sink.all.count {
          let records = sink.all.prefix(count).compactMap(StepRecord.init)
          #expect(records.count == count)
          let killed = try #require(StepRecord.trajectory(records, session: "t3")).atif
          #expect(schema.faults(killed) == [])
          #expect(Atif.read(killed.utf8(), file: "killed").faults.isEmpty)
        }
        let derived = try #require(
          StepRecord.trajectory(sink.all.compactMap(StepRecord.init), session: "t3"))
        #expect(derived.steps == report.trajectory?.steps)
        #expect(derived.subagents == report.trajectory?.subagents)
        for step in sink.all {
          let alone: JSON = [
            "agent": ["name": "a", "version": "1"], "steps": .array([step]),
          ]
          #expect(schema.faults(alone) == [])
        }
      }
    }
  }

  private static func cases(_ bench: Bench) throws -> [(Harness, Scripted)] {
    let prompts = Dictionary(
      uniqueKeysWithValues: ["orchestrator", "worker", "validator"].map {
        ("prompts/\($0).md", "Work.")
      })
    let tools = "[tools]\nenabled = [\"shell\", \"submit\"]\n"
    return [
      (
        try bench.harness(),
        Scripted([
          .reply(.shell("a", thinking: "hm")),
          .reply(.calls([("shell", "{broken"), ("submit", "")])),
          .reply(.says("", stop: .refusal("no"))),
        ])
      ),
      (
        try bench.harness("[context]\ncompaction = \"summarize\"\n\(Bench.loop)"),
        Scripted((0..<6).map { .reply(.shell("step \($0)", input: 390)) } + [.reply(.submits("x"))])
      ),
      (
        try bench.harness("\(tools)[orchestration]\npattern = \"delegate\"", files: prompts),
        Scripted([
          "main": [
            .reply(.calls([("delegate_worker", #"{"piece":"one"}"#)])), .reply(.submits("done")),
          ], "main/worker.1": [.reply(.shell("x")), .fault(ModelFault(.server, "down"))],
        ])
      ),
      (
        try bench.harness(
          "\(tools)[context]\nmemory = \"notes\"\n[orchestration]\npattern = \"fresh-loop\"",
          files: prompts),
        Scripted([
          "worker": [.reply(.shell("x")), .reply(.submits("one"))],
          "validator": [.reply(.submits("", verdict: "fail")), .reply(.submits("no"))],
          "validator#2": [.reply(.submits("", verdict: "pass"))],
        ])
      ),
    ]
  }

  @Test(arguments: [
    ("bash-agent", Orchestration.Preset.loop), ("fresh-loop", .freshLoop),
    ("plan-build-check", .planBuildCheck), ("fan-out", .fanOut),
    ("find-refute-judge", .findRefuteJudge), ("delegate", .delegate),
  ])
  func everyPresetIsShippedAsAHarnessOfTheSameSteps(
    folder: String, preset: Orchestration.Preset
  ) throws {
    let root = Path.parent(Path.parent(Path.parent(#filePath)))
    let path = Path.join(root, "harnesses/\(folder)")
    let (harness, diagnostics) = try Harness.check(path)
    #expect(diagnostics == [])
    let native = try #require(harness?.native)
    func key(_ step: OrchestrationStep) -> String {
      var step = step
      step.tools.sort { $0.text < $1.text }
      return "\(step)"
    }
    #expect(
      native.orchestration.steps.map(key)
        == Orchestration.steps(of: preset, model: "task", tools: native.tools).map(key))
    #expect(Files.isFile(Path.join(path, "README.md")))
    for prompt in native.prompts { #expect(!prompt.sections.isEmpty) }
  }
}
