import Base
import Climb
import Components
import Dialect
import Foundation
import Gateway
import Harness
import Http
import Model
import Platform
import Proposers
import Sandbox
import Testing
import Trial

/// Claude Code and Codex, unmodified, as proposers: their models are scripted, and everything else is real.
@Suite struct CodingAgentTests {
  /// What a coding agent is run by, as docs/proposers.md says it.
  struct Agent: Sendable {
    let name: String
    /// Names the folder with its wheel.
    let variable: String
    let command: String

    var runtime: String? { ProcessInfo.processInfo.environment[variable] }
  }

  static let agents = [
    Agent(
      name: "claude-code", variable: "BELAY_CLAUDE_RUNTIME",
      command: """
        export IS_SANDBOX=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 CLAUDE_CONFIG_DIR=/tmp/claude
        export ANTHROPIC_SMALL_FAST_MODEL="$BELAY_MODEL" ANTHROPIC_DEFAULT_HAIKU_MODEL="$BELAY_MODEL"
        exec /runtime/claude_agent_sdk/_bundled/claude --bare --print --verbose --output-format stream-json \
          --model "$BELAY_MODEL" --permission-mode bypassPermissions --no-session-persistence
        """),
    Agent(
      name: "codex", variable: "BELAY_CODEX_RUNTIME",
      command: """
        export CODEX_HOME=/tmp/codex; mkdir -p $CODEX_HOME
        exec $(find /runtime -type f -name codex -perm -u+x | head -n 1) exec --json --ephemeral \
          --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox --model "$BELAY_MODEL" \
          -c 'model_provider="belay"' -c 'model_providers.belay.name="belay"' \
          -c "model_providers.belay.base_url=\\"$OPENAI_BASE_URL\\"" \
          -c 'model_providers.belay.env_key="OPENAI_API_KEY"' \
          -c 'model_providers.belay.wire_api="responses"' -- "$(cat BRIEF.md)" </dev/null
        """),
  ]

  static var present: [Agent] { agents.filter { $0.runtime != nil } }

  /// A model that edits by whatever shell tool it is given, once, and then says that it is done.
  struct Editor: ModelAsking {
    let asked = Locked<[ModelCall]>([])

    static let deed = """
      cd /work && printf '\\n## Bytes\\n\\nCheck the encoding and the line ends of text files.\\n' \
      >> harness/prompts/system.md && echo '{"evidence": ["t3"], "cause": "line ends differ", \
      "mechanism": "look at bytes", "fixes": ["fix-ends"], "gain": 0.05, "summary": "mind bytes"}' \
      > hypothesis.json && echo edited
      """

    func ask(_ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void)
      async throws -> ModelAnswer
    {
      asked.withLock { $0.append(call) }
      let isDone = call.request.turns.contains { turn in
        turn.parts.contains { if case .toolAnswer = $0 { true } else { false } }
      }
      var usage = ModelUsage()
      usage.inputUncached = 100
      usage.output = 10
      let use = isDone ? nil : Self.use(call.request.tools)
      let reply = ModelReply(
        id: "r-\(call.request.turns.count)", model: call.name.model,
        parts: use.map { [.toolUse($0)] } ?? [.text("The harness says it now.")],
        stop: use == nil ? .done : .toolUse, usage: usage)
      await pieces(.started(id: reply.id, model: reply.model))
      if let use {
        await pieces(.toolUse(index: 0, id: use.id, name: use.name))
        await pieces(.arguments(index: 0, use.arguments))
      } else {
        await pieces(.text(reply.turn.text))
      }
      await pieces(.finished(reply))
      return ModelAnswer(reply, from: call.name, costUSD: 0.01, costBasis: .computed)
    }

    private static func use(_ tools: [ToolDeclaration]) -> ToolUse? {
      let names = Set(tools.map(\.name))
      let forms: [(String, JSON)] = [
        ("Bash", ["command": .string(deed), "description": "edit"]),
        ("exec_command", ["cmd": .string(deed)]), ("shell_command", ["command": .string(deed)]),
        ("shell", ["command": ["bash", "-c", .string(deed)]]),
      ]
      return forms.first { names.contains($0.0) }.map {
        ToolUse(id: "call-1", name: $0.0, arguments: $0.1.text())
      }
    }
  }

  @Test(arguments: present.indices)
  func `a coding agent proposes by editing the folder`(index: Int) async throws {
    let agent = Self.present[index]
    let model = Editor()
    try await ProposerBench.with { bench in
      let server = try HTTPServer()
      let name = ModelName(provider: "anthropic", model: "stub")
      var place = bench.place
      place.gateway = Gateway(
        server: server, models: ServedModels(["propose": name, "*": name]), asking: model)
      var limits = CommandProposer.Limits()
      limits.wall = .seconds(120)
      let answer = try await CommandProposer(
        agent.command, name: "command:\(agent.name)", runtime: agent.runtime, in: place,
        limits: limits
      ).propose(try bench.request(count: 1))
      await server.stop()
      let told = answer.record["output"].string ?? ""
      let draft = try #require(answer.drafts.first, "\(answer.refused) \(answer.ending) \(told)")
      #expect(draft.patch.components == ["prompts/system.md#Bytes"])
      #expect(draft.hypothesis.evidence == ["t3"])
      #expect(draft.hypothesis.fixes == ["fix-ends"])
      #expect(draft.author == "command:\(agent.name)")
      #expect(answer.ending == .done)
      #expect(answer.record["ending"].string == "exited(0)", "\(told)")
      let calls = model.asked.withLock { $0 }
      #expect(calls.count >= 2)
      #expect(calls.allSatisfy { $0.purpose.role == Purpose.Role.propose })
      // It was told the brief, and saw nothing of what is hidden.
      let seen = calls.map { "\($0.request)" }.joined()
      #expect(seen.contains("Failures by cause"))
      #expect(!seen.contains(DevNight.canary))
      let cost = answer.spending.costUSD ?? -1
      #expect(abs(cost - 0.01 * Double(calls.count)) < 1e-9)
      print("counterpart: \(agent.name) proposed an edit in \(calls.count) calls")
    }
  }
}
