import Base
import Calls
import Facts
import Inspection
import Interchange
import Ledger
import Platform
import Testing

@testable import Exchange

@Suite struct OtlpTests {
  /// A span as a reader of the file sees it.
  struct Span {
    let json: JSON

    var name: String { json["name"].string ?? "" }
    var id: String { json["spanId"].string ?? "" }
    var parent: String? { json["parentSpanId"].string }
    var seconds: ClosedRange<Int64> {
      func time(_ key: String) -> Int64 {
        ((json[key].string.flatMap(Int64.init) ?? 0) / 1_000_000 - Night.start) / 1000
      }
      return time("startTimeUnixNano")...time("endTimeUnixNano")
    }

    subscript(_ key: String) -> JSON {
      let value = json["attributes"].array?.first { $0["key"].string == key }?["value"]
      return value?.object?.values.first ?? .null
    }
  }

  static func spans(_ line: String) throws -> [Span] {
    let scope = try JSON.parse(line)["resourceSpans"][0]["scopeSpans"][0]
    return (scope["spans"].array ?? []).map(Span.init)
  }

  static func lines(_ reader: LedgerReader, content: Bool = false) throws -> [String] {
    var lines: [String] = []
    try Export(reader, TrialFilter(run: RunID(1))).otlp(version: "9", content: content) {
      lines.append($0)
    }
    return lines
  }

  /// A lab with one trial of a builder and its helper, with every call recorded.
  static func with(killed: Bool = false, _ body: (LedgerReader) throws -> Void) async throws {
    let path = "/tmp/belay-otlp-\(Files.randomName())"
    defer { try? Files.removeTree(path) }
    let lab = try Lab.create(at: path)
    let ledger = try await lab.open()
    try await ledger.record(Night.suite)
    let candidate = try await ledger.candidate(
      harness: try await ledger.record(
        HarnessFact(
          digest: Digest.of("h"), name: "thinker", kind: "native", definition: [:], files: [])))
    let run = try await ledger.begin(
      RunFact(
        type: .eval, suite: Night.suite.digest, settings: [:],
        conditions: ["models": ["task": "rehearsal/careful"]], startedAt: Night.at(0),
        owner: ProcessOwner(pid: 7, startTicks: 1, host: "here"), command: "belay eval thinker"))
    let trial = try #require(
      try await ledger.dispatch([
        TrialFact(
          run: run, candidate: candidate, task: Digest.of(Night.names[0]), index: 0, seed: 1,
          dispatchedAt: Night.at(0))
      ]).first)
    for (index, (lane, model)) in [
      ("main", "gemini/g"), ("main/helper.1", "openai/gpt-x"), ("main", "gemini/g"),
    ].enumerated() {
      let call = try await ledger.begin(
        CallFact(
          run: run, candidate: candidate, trial: trial, lane: lane, role: "task", model: model,
          request: Digest.of("\(index)"), occurrence: 1, base: nil,
          content: (["system": "be good", "turns": [["role": "user", "parts": [["text": "hi"]]]]]
            as JSON).utf8(),
          ceilingUSD: 1, ceilingTokens: 1000, begunAt: Night.at(10 * index + 2)))
      if index == 2 { continue }
      var usage = CallUsage()
      usage.inputUncached = 30
      usage.cacheRead = 12
      usage.output = 7
      usage.reasoning = 2
      usage.costUSD = 0.25
      let reply: JSON = [
        "id": .string("r\(index)"), "model": "m", "stop": index == 0 ? "tool_use" : "done",
        "parts": [
          ["text": .string(Night.secret)],
          ["tool_use": ["id": "a", "name": "delegate", "arguments": "{\"to\":\"helper\"}"]],
        ],
      ]
      try await ledger.end(
        CallEndFact(
          call: call, reply: reply.utf8(), fault: nil, detail: "", model: model, usage: usage,
          sends: 1, latency: .seconds(3), endedAt: Night.at(10 * index + 5)))
    }
    var asks = TrajectoryStep(number: 2, at: Night.at(5), source: .agent, text: Night.secret)
    asks.calls = [ToolCall(id: "a", name: "delegate", arguments: ["to": "helper"])]
    asks.results = [
      ToolResult(
        callID: "a", text: Night.secret, subagents: ["main/helper.1"], extra: ["is_error": true])
    ]
    let records = [
      StepRecord(
        lane: "main", speaker: .init(name: "builder", version: "h1"),
        step: TrajectoryStep(number: 1, at: Night.at(1), source: .user, text: "do it")),
      StepRecord(lane: "main", step: asks),
      StepRecord(
        lane: "main/helper.1", speaker: .init(name: "helper", version: "h1"),
        step: TrajectoryStep(number: 1, at: Night.at(11), source: .user, text: "a piece")),
    ]
    for (index, record) in records.enumerated() {
      try await ledger.record(
        StepFact(
          trial: trial, attempt: 1, number: index + 1, at: Night.at(2), body: record.json))
    }
    if !killed {
      try await ledger.record(
        AttemptFact(
          trial: trial, number: 1, isFinal: true, outcome: .completed, detail: "", reward: 1,
          score: 1, usage: Usage(wallMs: 1, cpuMs: 1), startedAt: Night.at(0),
          endedAt: Night.at(40)))
    }
    try await ledger.close()
    try body(try lab.reader())
  }

  @Test func `a trial is a tree of spans with the times, tokens and faults that were recorded`()
    async throws
  {
    try await Self.with { reader in
      let lines = try Self.lines(reader)
      #expect(lines.count == 1)
      let spans = try Self.spans(lines[0])
      #expect(
        spans.map(\.name) == [
          "invoke_workflow demo/first", "invoke_agent builder", "invoke_agent helper",
          "chat g", "chat g", "execute_tool delegate", "chat gpt-x",
        ])
      let byID = Dictionary(uniqueKeysWithValues: spans.map { ($0.id, $0) })
      #expect(
        spans.map { $0.parent.flatMap { byID[$0]?.name } } == [
          nil, "invoke_workflow demo/first", "invoke_agent builder", "invoke_agent builder",
          "invoke_agent builder", "invoke_agent builder", "invoke_agent helper",
        ])
      #expect(
        spans.map(\.seconds) == [0...40, 2...22, 12...15, 2...5, 22...22, 5...22, 12...15])
      let chat = spans[3]
      #expect(chat["gen_ai.operation.name"] == "chat")
      #expect(chat["gen_ai.provider.name"] == "gcp.gemini")
      #expect(chat["gen_ai.usage.input_tokens"] == "42")
      #expect(chat["gen_ai.usage.cache_read.input_tokens"] == "12")
      #expect(chat["gen_ai.usage.reasoning.output_tokens"] == "2")
      #expect(chat["belay.cost_usd"] == 0.25)
      #expect(chat["gen_ai.response.finish_reasons"]["values"][0]["stringValue"] == "tool_call")
      #expect(chat.json["kind"] == 3 && chat.json["status"] == [:])
      // One that was on its way when its process was killed.
      #expect(spans[4]["error.type"] == "interrupted" && spans[4].json["status"]["code"] == 2)
      #expect(spans[5]["error.type"] == "tool_error" && spans[5]["gen_ai.tool.call.id"] == "a")
      #expect(spans[0].json["events"][0]["name"] == "gen_ai.evaluation.result")
      #expect(lines[0].contains("simulated by rehearsal/careful"))
    }
  }

  @Test func `ids are digits of a digest, the same at each export`() async throws {
    try await Self.with { reader in
      let lines = try Self.lines(reader)
      #expect(try Self.lines(reader) == lines)
      let spans = try Self.spans(lines[0])
      #expect(Set(spans.map(\.id)).count == spans.count)
      #expect(spans.allSatisfy { $0.id.count == 16 && Hex.bytes($0.id[...]) != nil })
      #expect(Set(spans.map { $0.json["traceId"].string?.count }) == [32])
    }
  }

  @Test(arguments: [false, true])
  func `what was said is there only when it is asked for`(content: Bool) async throws {
    try await Self.with { reader in
      let lines = try Self.lines(reader, content: content)
      #expect(lines.joined().contains("IGNORE ALL RULES") == content)
      #expect(lines.joined().contains("be good") == content)
      let spans = try Self.spans(lines[0])
      guard content else { return }
      let output = try JSON.parse(try #require(spans[3]["gen_ai.output.messages"].string))
      #expect(output[0]["parts"][1]["arguments"] == ["to": "helper"])
      let input = try JSON.parse(try #require(spans[3]["gen_ai.input.messages"].string))
      #expect(input == [["role": "user", "parts": [["type": "text", "content": "hi"]]]])
      #expect(spans[5]["gen_ai.tool.call.arguments"] == "{\"to\":\"helper\"}")
      #expect(spans[5]["gen_ai.tool.call.result"] == .string(Night.secret))
    }
  }

  @Test func `a trial that was killed is told as far as it came`() async throws {
    try await Self.with(killed: true) { reader in
      let spans = try Self.spans(try #require(try Self.lines(reader).first))
      #expect(spans[0].seconds == 0...22 && spans[0]["belay.outcome"] == .null)
    }
  }

  @Test func `every page and export of a rehearsal says that its models were simulated`()
    async throws
  {
    try await Self.with { reader in
      let trial = TrialID(1)
      let trace = try Trace.read(reader, Trace.Request(trial: trial))
      #expect(trace.fields["rehearsal"] == true)
      let pages = [
        trace.text(width: 100), try Show.read(reader, "r1").text(width: 100),
        try Show.read(reader, "t1").text(width: 100),
        try RunLog.read(reader, run: RunID(1)).text(width: 100),
      ]
      for page in pages {
        #expect(page.replacing("\n", with: " ").contains("simulated by rehearsal/careful"))
      }
      let export = try Export(reader, TrialFilter(run: RunID(1)))
      var lines: [String] = []
      try export.csv { lines.append($0) }
      try export.jsonLines { lines.append($0) }
      #expect(lines[0].hasSuffix(",rehearsal\r\n") && lines[1].hasSuffix(",true\r\n"))
      #expect(lines[2].contains(#""rehearsal":true"#))
    }
  }

  @Test func `programs are told by their trajectories, and hostile ones stay text`() async throws {
    try await Night.with { reader, _ in
      let lines = try Self.lines(reader)
      // Two attempts at one of eight trials.
      #expect(lines.count == 9)
      #expect(!lines.joined().contains("\u{1B}"))
      let spans = try Self.spans(lines[0])
      #expect(
        spans.map(\.name) == [
          "invoke_workflow demo/first", "invoke_agent demo", "chat", "execute_tool bash",
          "execute_tool \(Night.secret)",
        ])
      #expect(spans[2]["gen_ai.usage.input_tokens"] == "2100")
      #expect(spans[2].seconds == 1...63)
    }
  }
}
