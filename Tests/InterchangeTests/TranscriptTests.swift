import Base
import Interchange
import Testing

/// Lines as Claude Code 2.1 and Codex 0.163 write them, made up from their observed forms.
@Suite struct TranscriptTests {
  static let stream = """
    {"type":"system","subtype":"init","session_id":"s1","model":"claude-x","tools":["Bash","Read"],"claude_code_version":"2.1.329"}
    a warning that is no JSON
    {"type":"assistant","session_id":"s1","parent_tool_use_id":null,"message":{"id":"m1","role":"assistant","model":"claude-x","content":[{"type":"thinking","thinking":"look first"}],"usage":{"input_tokens":10,"cache_creation_input_tokens":5,"cache_read_input_tokens":85,"output_tokens":1}}}
    {"type":"assistant","session_id":"s1","parent_tool_use_id":null,"message":{"id":"m1","role":"assistant","model":"claude-x","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}],"usage":{"input_tokens":10,"cache_creation_input_tokens":5,"cache_read_input_tokens":85,"output_tokens":7}}}
    {"type":"user","session_id":"s1","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"a.txt","is_error":false}]},"tool_use_result":{"stdout":"a.txt"}}
    {"type":"assistant","session_id":"s1","parent_tool_use_id":null,"message":{"id":"m2","role":"assistant","model":"claude-x","content":[{"type":"text","text":"done"}],"usage":{"input_tokens":20,"cache_read_input_tokens":100,"output_tokens":3}}}
    {"type":"result","subtype":"success","is_error":false,"num_turns":2,"total_cost_usd":0.02,"usage":{"input_tokens":30,"cache_creation_input_tokens":5,"cache_read_input_tokens":185,"output_tokens":12}}
    """
  static let session = """
    {"type":"file-history-snapshot","messageId":"x"}
    {"type":"user","uuid":"u1","sessionId":"s2","version":"2.1.0","timestamp":"2026-01-31T10:00:00.000Z","message":{"role":"user","content":"count"}}
    {"type":"assistant","uuid":"u2","sessionId":"s2","timestamp":"2026-01-31T10:00:01.000Z","message":{"id":"m1","role":"assistant","model":"claude-x","content":[{"type":"tool_use","id":"t1","name":"Task","input":{}}],"usage":{"input_tokens":4,"output_tokens":2}}}
    {"type":"assistant","uuid":"u2","sessionId":"s2","timestamp":"2026-01-31T10:00:01.000Z","message":{"id":"m1","role":"assistant","model":"claude-x","content":[{"type":"text","text":"twice"}]}}
    {"type":"assistant","uuid":"u3","sessionId":"s2","isSidechain":true,"agentId":"helper","message":{"id":"m9","role":"assistant","model":"claude-y","content":[{"type":"text","text":"inner"}],"usage":{"input_tokens":1,"output_tokens":1}}}
    {"type":"user","uuid":"u4","sessionId":"s2","timestamp":"2026-01-31T10:00:03.000Z","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"3"}],"is_error":true}]}}
    {"type":"assistant","uuid":"u5","sessionId":"s2","message":{"id":"m8","role":"assistant","model":"<synthetic>","content":[{"type":"text","text":"API Error"}],"usage":{"input_tokens":0,"output_tokens":0}}}
    """
  static let events = """
    {"type":"thread.started","thread_id":"th"}
    {"type":"turn.started"}
    {"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"look"}}
    {"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"ls","aggregated_output":"","exit_code":null,"status":"in_progress"}}
    {"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"ls","aggregated_output":"a.txt","exit_code":0,"status":"completed"}}
    {"type":"item.completed","item":{"id":"item_2","type":"mcp_tool_call","server":"s","tool":"t","arguments":{"a":1},"result":{"content":[{"type":"text","text":"r"}]},"status":"completed"}}
    {"type":"item.completed","item":{"id":"item_3","type":"novelty","what":"x"}}
    {"type":"item.completed","item":{"id":"item_4","type":"agent_message","text":"done"}}
    {"type":"turn.completed","usage":{"input_tokens":100,"cached_input_tokens":40,"output_tokens":9,"reasoning_output_tokens":4}}
    """
  static let rollout = """
    {"timestamp":"2026-01-31T10:00:00.000Z","type":"session_meta","payload":{"id":"r1","cli_version":"0.163.0","instructions":"be brief"}}
    {"timestamp":"2026-01-31T10:00:00.100Z","type":"turn_context","payload":{"model":"gpt-x","effort":"high"}}
    {"timestamp":"2026-01-31T10:00:00.200Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"count"}]}}
    {"timestamp":"2026-01-31T10:00:01.000Z","type":"response_item","payload":{"type":"reasoning","summary":[{"type":"summary_text","text":"look"}],"encrypted_content":"x"}}
    {"timestamp":"2026-01-31T10:00:01.100Z","type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\\"command\\":[\\"ls\\"]}","call_id":"c1"}}
    {"timestamp":"2026-01-31T10:00:01.200Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":50,"cached_input_tokens":10,"output_tokens":5},"last_token_usage":{"input_tokens":50,"cached_input_tokens":10,"output_tokens":5}}}}
    {"timestamp":"2026-01-31T10:00:02.000Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c1","output":"a.txt"}}
    {"timestamp":"2026-01-31T10:00:02.100Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":50,"cached_input_tokens":10,"output_tokens":5},"last_token_usage":{"input_tokens":50,"cached_input_tokens":10,"output_tokens":5}}}}
    {"timestamp":"2026-01-31T10:00:03.000Z","type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"done"}]}}
    {"timestamp":"2026-01-31T10:00:03.100Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":110,"cached_input_tokens":60,"output_tokens":8},"last_token_usage":{"input_tokens":60,"cached_input_tokens":50,"output_tokens":3}}}}
    """

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let text: String
    let kind: Transcript.Kind
    let sources: [TrajectoryStep.Source]
    let calls: [String]
    let results: [String]
    let usage: TokenUsage
  }

  static let cases = [
    Case(
      description: "Claude Code's stream", text: stream, kind: .claudeCode,
      sources: [.agent, .agent], calls: ["Bash"], results: ["a.txt"],
      usage: TokenUsage(input: 220, cached: 185, output: 12, costUSD: 0.02)),
    Case(
      description: "Claude Code's session", text: session, kind: .claudeCode,
      sources: [.user, .agent, .agent], calls: ["Task"], results: ["3"],
      usage: TokenUsage(input: 4, output: 2)),
    Case(
      description: "Codex's events", text: events, kind: .codex,
      sources: [.agent, .agent, .agent, .agent], calls: ["shell", "mcp__s__t", "novelty"],
      results: ["a.txt", "r"], usage: TokenUsage(input: 100, cached: 40, output: 9)),
    Case(
      description: "Codex's rollout", text: rollout, kind: .codex,
      sources: [.system, .user, .agent, .agent], calls: ["shell"], results: ["a.txt"],
      usage: TokenUsage(input: 110, cached: 60, output: 8)),
  ]

  @Test(arguments: cases) func aTranscriptBecomesAValidTrajectory(_ vector: Case) throws {
    let reading = try #require(Transcript.read(Array(vector.text.utf8), file: "t.jsonl"))
    let trajectory = reading.trajectory
    #expect(reading.kind == vector.kind)
    #expect(trajectory.steps.map(\.source) == vector.sources)
    #expect(trajectory.steps.flatMap(\.calls).map(\.name) == vector.calls)
    #expect(trajectory.steps.flatMap(\.results).map(\.text) == vector.results)
    #expect(trajectory.usage == vector.usage)
    let back = Atif.read(trajectory.atif.utf8(), file: "t.json")
    #expect(back.faults.isEmpty)
    #expect(back.trajectory?.steps.count == trajectory.steps.count)
  }

  @Test func theLinesOfOneAnswerAreOneStepAndItsUsageCountsOnce() throws {
    let bytes = Array(Self.stream.utf8)
    let first = try #require(Transcript.read(bytes, file: "t")?.trajectory.steps.first)
    #expect(first.reasoning == "look first")
    #expect(first.calls.first?.arguments == ["command": "ls"])
    #expect(first.usage == TokenUsage(input: 100, cached: 85, output: 7))
    #expect(first.modelCalls == 1)
  }

  @Test func subAgentsAndAnswersThatNoModelGaveAreToldApart() throws {
    let reading = try #require(Transcript.read(Array(Self.session.utf8), file: "t"))
    #expect(reading.trajectory.subagents.map(\.trajectoryID) == ["helper"])
    #expect(reading.trajectory.steps.last?.modelCalls == 0)
    #expect(reading.trajectory.steps[1].results.first?.extra["is_error"] == true)
  }

  @Test(arguments: cases) func aTranscriptMayEndAnywhereAndHoldAnything(_ vector: Case) {
    let bytes = Array(vector.text.utf8)
    for cut in stride(from: 0, to: bytes.count, by: 61) {
      for tail in [[], [0xFF, 0x0A], Array("\n{\"type\":[]}\n[]\n{}\n".utf8)] as [[UInt8]] {
        guard let reading = Transcript.read(bytes.prefix(cut) + tail, file: "t") else { continue }
        #expect(Atif.read(reading.trajectory.atif.utf8(), file: "t").isValid)
      }
    }
  }

  @Test(arguments: ["", "{}", "{\"type\":\"assistant\"}", "plain", "{\"type\":\"turn.started\"}"])
  func whatIsNoTranscriptIsNone(_ text: String) {
    #expect(Transcript.read(Array(text.utf8), file: "t") == nil)
  }

  @Test func longLinesTextsAndManyStepsMeetTheirBounds() throws {
    let long = String(repeating: "x", count: 5000)
    let line = #"{"type":"item.completed","item":{"type":"agent_message","id":"#
    let text = (0..<50).map { #"\#(line)"i\#($0)","text":"\#(long)"}}"# }.joined(separator: "\n")
    let limits = Transcript.Limits(line: 6000, text: 100, steps: 10)
    let reading = try #require(
      Transcript.read(Array((text + "\n{" + long + long).utf8), file: "t", limits: limits))
    #expect(reading.trajectory.steps.count == 10)
    #expect(reading.trajectory.steps.allSatisfy { $0.text.utf8.count < 200 })
    #expect(reading.faults.count == 1)
  }
}
