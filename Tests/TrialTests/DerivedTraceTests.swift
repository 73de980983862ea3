import Base
import Facts
import Interchange
import Testing
import Trial

/// A program that writes no trajectory, but leaves or prints a transcript that is known.
@Suite(.serialized) struct DerivedTraceTests {
  /// Lines as Claude Code prints and Codex keeps them.
  static let claude = """
    {"type":"system","subtype":"init","session_id":"s1","model":"claude-x","tools":["Bash"]}
    {"type":"assistant","session_id":"s1","message":{"id":"m1","role":"assistant","model":"claude-x","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}],"usage":{"input_tokens":10,"output_tokens":7}}}
    {"type":"user","session_id":"s1","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"a.txt","is_error":false}]}}
    {"type":"assistant","session_id":"s1","message":{"id":"m2","role":"assistant","model":"claude-x","content":[{"type":"text","text":"done"}],"usage":{"input_tokens":20,"output_tokens":3}}}
    """
  static let codex = """
    {"timestamp":"2026-01-31T10:00:00.000Z","type":"session_meta","payload":{"id":"r1","cli_version":"0.163.0"}}
    {"timestamp":"2026-01-31T10:00:00.200Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"count"}]}}
    {"timestamp":"2026-01-31T10:00:01.100Z","type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\\"command\\":[\\"ls\\"]}","call_id":"c1"}}
    {"timestamp":"2026-01-31T10:00:02.000Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c1","output":"a.txt"}}
    {"timestamp":"2026-01-31T10:00:03.000Z","type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"done"}]}}
    """

  /// What a program does, and what of a trace there is then.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let script: String
    let flags: Set<String>
    var tool: String?
    var left: String?
  }

  static let cases = [
    Case(
      description: "a session in the folder of logs",
      script:
        "mkdir -p /logs/agent/sessions; cat > /logs/agent/sessions/r.jsonl <<'END'\n\(codex)\nEND",
      flags: ["trajectory_from_codex"], tool: "shell"),
    Case(
      description: "a stream on the standard output",
      script: "echo a warning; cat <<'END'\n\(claude)\nEND",
      flags: ["trajectory_from_claude_code"], tool: "Bash"),
    Case(
      description: "a session, and a trajectory that is none",
      script: """
        echo '{"steps": 7}' > /logs/agent/trajectory.json
        cat > /logs/agent/s.jsonl <<'END'
        \(claude)
        END
        """, flags: ["trajectory_from_claude_code", "trajectory_invalid"], tool: "Bash",
      left: #"{"steps": 7}"# + "\n"),
    Case(
      description: "a trajectory of its own beside a session",
      script: """
        cat > /logs/agent/trajectory.json <<'END'
        {"schema_version": "ATIF-v1.6", "session_id": "s", "agent": {"name": "own", "version": "1"},
         "steps": [{"step_id": 1, "source": "agent", "message": "m",
           "tool_calls": [{"tool_call_id": "x", "function_name": "mine", "arguments": {}}]}]}
        END
        cat > /logs/agent/s.jsonl <<'END'
        \(claude)
        END
        """, flags: [], tool: "mine"),
    Case(
      description: "only a trajectory that is none",
      script: "echo nonsense > /logs/agent/trajectory.json; echo '{\"a\":1}' > /logs/agent/a.jsonl",
      flags: ["trajectory_invalid"]),
    Case(description: "nothing", script: "echo hello", flags: []),
  ]

  @Test(arguments: cases)
  func `the trace is what the program left, else what its transcript tells`(_ given: Case)
    async throws
  {
    try await Workshop.with { shop in
      let result = try await shop.run(
        shop.task(test: "echo 1 > /logs/verifier/reward.txt"), shop.program(given.script + "\n"))
      #expect(result.score == 1)
      let fact = result.fact(
        trial: TrialID(1), number: 1, isFinal: true, startedAt: Timestamp(milliseconds: 0),
        endedAt: Timestamp(milliseconds: 1), wall: .milliseconds(1))
      #expect(Set(fact.flags.filter { $0.hasPrefix("trajectory_") }) == given.flags)
      let traces = result.files.filter { $0.role == "trajectory" }
      let readings = traces.map { Atif.read($0.content, file: $0.path) }.filter(\.isValid)
      #expect(
        readings.first?.trajectory?.steps.flatMap(\.calls).first?.name == given.tool)
      #expect(readings.count == (given.tool == nil ? 0 : 1))
      #expect(result.text("agent/trajectory.json.left") == given.left)
    }
  }
}
