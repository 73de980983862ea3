internal import Base
internal import Dialect
internal import Harness
internal import Interchange

/// The tools of a lane, and besides them sub-agents with fresh contexts in the same workspace.
struct DelegatingToolbox: Toolbox {
  let own: any Toolbox
  let caller: OrchestrationStep
  /// Whom pieces can be handed to; nil for one such as the caller, without sub-agents of its own.
  let roles: [String?]
  let lane: String
  let engine: Engine
  private let count = Locked(0)

  init(
    own: any Toolbox, caller: OrchestrationStep, roles: [String?], lane: String, engine: Engine
  ) {
    self.own = own
    self.caller = caller
    self.roles = roles
    self.lane = lane
    self.engine = engine
  }

  private static let usualTurns = 25

  private static func name(_ role: String?) -> String {
    role.map {
      "delegate_\($0.map { $0.isLetter || $0.isNumber ? $0 : "_" }.map(String.init).joined())"
    }
      ?? "delegate"
  }

  var declarations: [ToolDeclaration] {
    own.declarations
      + roles.map { role in
        ToolDeclaration(
          name: Self.name(role),
          description: """
            Hands a bounded piece of the work to \(role.map { "a \($0)" } ?? "another agent") with a fresh \
            context, in the same workspace. It knows nothing of this conversation: say what is wanted, \
            where things are, how to see that it is done, and what must not be touched. Answers with what \
            it hands over.
            """,
          parameters: [
            "type": "object",
            "properties": [
              "piece": ["type": "string", "description": "What is to be done, complete in itself"],
              "max_turns": [
                "type": "integer", "minimum": 1, "maximum": 200,
                "description": .string("Its most turns (\(Self.usualTurns) when left out)"),
              ],
            ], "required": ["piece"], "additionalProperties": false,
          ])
      }
  }

  func prepare() async throws { try await own.prepare() }

  func perform(_ use: ToolUse) async throws -> ToolOutcome {
    guard let role = roles.first(where: { Self.name($0) == use.name }) else {
      return try await own.perform(use)
    }
    let arguments = try? JSON.parse(Array(use.arguments.utf8))
    guard let piece = arguments?["piece"].string, !piece.isEmpty else {
      return .error(use, "Not executed: expected an object with `piece`, a text that is not empty.")
    }
    let turns = min(200, max(1, arguments?["max_turns"].int ?? Self.usualTurns))
    let number = count.withLock { count in
      count += 1
      return count
    }
    return try await delegate(use, to: role, piece: piece, turns: turns, number: number)
  }

  private func delegate(
    _ use: ToolUse, to role: String?, piece: String, turns: Int, number: Int
  ) async throws -> ToolOutcome {
    var step = role.flatMap { engine.harness.orchestration.step($0) } ?? caller
    if role == nil { step.tools = step.tools.filter { !$0.isDelegation } }
    let name = "\(lane)/\(role ?? "helper").\(number)"
    var spec = try engine.spec(step, name: name, branch: 0)
    spec.turns = turns
    spec.isJudge = false
    let briefing = Briefing(
      instruction: engine.instruction,
      notes: step.sees.contains(.notes) ? try await engine.workshop.notes() : "",
      outputs: engine.outputs, piece: piece)
    let tools = try await engine.open(step, spec)
    do {
      var lane = Lane(spec, tools: tools, shared: engine.shared, first: briefing.first(for: step))
      let handover = try await lane.work()
      await tools.close()
      let text = handover.said.isEmpty ? "(it handed over nothing)" : handover.said
      return ToolOutcome(
        ToolAnswer(callID: use.id, name: use.name, text: text), lanes: [name])
    } catch Ending.refused(let words) {
      await tools.close()
      var outcome = ToolOutcome.error(use, "The sub-agent's model refused: \(words)")
      outcome.lanes = [name]
      return outcome
    } catch {
      await tools.close()
      throw error
    }
  }

  func close() async { await own.close() }
}
