import Base
import Dialect
import Platform
import Testing

@testable import Rehearsal

/// The shipped suite and what is known of it.
enum Shipped {
  static let suite =
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/benchmarks/shell"

  /// Read once: every text with its slips is made while it is read.
  private static let read = Result { try RehearsalKnowledge.read(suite) }

  static func knowledge() throws -> RehearsalKnowledge { try read.get() }

  static func instruction(_ task: String) throws -> String {
    try Files.readText("\(suite)/tasks/\(task)/instruction.md")
  }

  static let shell = ToolDeclaration(
    name: "shell", description: "Runs a command in a bash shell.",
    parameters: [
      "type": "object", "properties": ["command": ["type": "string"]], "required": ["command"],
    ])

  /// The request that begins a task, as a plain agent asks it.
  static func request(
    _ task: String, model: String = "hasty", system: String = plain, seed: Int = 1
  ) throws -> ModelRequest {
    var request = ModelRequest(
      model: model, system: system, turns: [.user(try instruction(task))], tools: [shell])
    request.sampling.seed = seed
    return request
  }

  static let plain = "You solve tasks in a Linux sandbox with the tool shell."

  /// The conversation with an answer and what its command gave.
  static func goOn(_ request: ModelRequest, _ reply: ModelReply, output: String) -> ModelRequest {
    var request = request
    request.turns.append(reply.turn)
    let answers = reply.turn.toolUses.map { use in
      Part.toolAnswer(ToolAnswer(callID: use.id, name: use.name, text: output))
    }
    request.turns.append(Turn(.user, answers))
    return request
  }

  /// The command that an answer asks to run.
  static func command(_ reply: ModelReply) -> String? {
    guard let use = reply.turn.toolUses.first else { return nil }
    return (try? JSON.parse(use.arguments))?["command"].string
  }
}
