internal import Base
internal import Dialect
internal import Harness
internal import Sandbox
internal import Trial

/// A shell for single commands, and a way to hand over.
struct PlainHands: Toolbox {
  let visit: NativeVisit
  let box: any BranchingBox
  let tools: [ToolSelection]
  let isJudge: Bool
  let isUsed: Locked<Bool>

  private static func object(_ properties: JSON, _ required: [String]) -> JSON {
    [
      "type": "object", "properties": properties,
      "required": .array(required.map(JSON.string)), "additionalProperties": false,
    ]
  }

  var declarations: [ToolDeclaration] {
    var all: [ToolDeclaration] = []
    if tools.contains(.builtIn(.shell)) {
      all.append(
        ToolDeclaration(
          name: "shell", description: "Runs a command in bash and answers with its output.",
          parameters: Self.object(["command": ["type": "string"]], ["command"])))
    }
    if tools.contains(.builtIn(.submit)) {
      let verdict: JSON = ["type": "string", "enum": ["pass", "fail"]]
      all.append(
        ToolDeclaration(
          name: "submit", description: "Hands the work over and ends it.",
          parameters: isJudge
            ? Self.object(
              ["output": ["type": "string"], "verdict": verdict], ["output", "verdict"])
            : Self.object(["output": ["type": "string"]], ["output"])))
    }
    return all
  }

  func prepare() async throws { try await box.prepare() }

  func perform(_ use: ToolUse) async throws -> ToolOutcome {
    guard let arguments = try? JSON.parse(Array(use.arguments.utf8)), arguments.object != nil else {
      return .error(use, "Not executed: the arguments are no JSON object.")
    }
    switch use.name {
    case "submit":
      var handover = Handover(text: arguments["output"].string ?? "")
      if isJudge {
        guard let word = arguments["verdict"].string, word == "pass" || word == "fail" else {
          return .error(use, "Not executed: `verdict` must be pass or fail.")
        }
        handover.verdict = Verdict(passes: word == "pass")
      }
      return ToolOutcome(
        ToolAnswer(callID: use.id, name: use.name, text: "Handed over."), handover: handover)
    case "shell":
      guard let command = arguments["command"].string else {
        return .error(use, "Not executed: expected `command`.")
      }
      isUsed.withLock { $0 = true }
      let half = (visit.harness.harness.limits.toolOutputBytes ?? 16_384) / 2
      let ended = try await box.run(
        CommandSpec(
          ["/bin/bash", "-c", command], environment: visit.environment,
          directory: visit.directory, user: visit.user, wall: .seconds(120), headBytes: half,
          tailBytes: half))
      let isFine = ended.ending == .exited(0)
      return ToolOutcome(
        ToolAnswer(
          callID: use.id, name: use.name,
          text: ended.output.text + (isFine ? "" : "\n[\(ended.ending)]"), isError: !isFine))
    default: return .error(use, "Not executed: there is no tool '\(use.name.prefix(60))'.")
    }
  }

  func close() async {}
}
