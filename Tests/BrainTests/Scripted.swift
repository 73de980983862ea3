import Base
import Dialect
import Harness
import Model
import Trial

@testable import Brain

/// A model that says what a test tells it to say, lane by lane, and remembers what it was asked.
final class Scripted: ModelAsking {
  /// One line of a script.
  enum Line: Sendable {
    /// An answer.
    case reply(ModelReply)
    /// A fault.
    case fault(ModelFault)
    /// Never answers.
    case silence
  }

  private struct State {
    var scripts: [String: [Line]]
    var calls: [ModelCall] = []
  }

  private let state: Locked<State>
  private let isReplay: Bool
  private let costUSD: Double?

  init(_ scripts: [String: [Line]], costUSD: Double? = 0.01, isReplay: Bool = false) {
    state = Locked(State(scripts: scripts))
    self.costUSD = costUSD
    self.isReplay = isReplay
  }

  convenience init(_ main: [Line], costUSD: Double? = 0.01, isReplay: Bool = false) {
    self.init(["main": main], costUSD: costUSD, isReplay: isReplay)
  }

  func ask(_ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void) async throws
    -> ModelAnswer
  {
    call.onSend()
    let line = state.withLock { state -> Line in
      state.calls.append(call)
      // A script that is at its end goes on saying nothing but that it is done.
      guard var lines = state.scripts[call.purpose.lane], !lines.isEmpty else {
        return .reply(.says("(the script of '\(call.purpose.lane)' is at its end)"))
      }
      defer { state.scripts[call.purpose.lane] = lines }
      return lines.removeFirst()
    }
    switch line {
    case .reply(let reply):
      return ModelAnswer(
        reply, from: call.name, costUSD: costUSD, costBasis: costUSD == nil ? .unknown : .computed,
        isReplay: isReplay)
    case .fault(let fault): throw fault
    case .silence:
      try await _Concurrency.Task.sleep(for: .seconds(3600))
      throw ModelFault(.cancelled, "nobody waits any more")
    }
  }

  /// What was asked, in order.
  var calls: [ModelCall] { state.withLock { $0.calls } }

  /// The requests of one lane, in order.
  func requests(_ lane: String = "main") -> [ModelRequest] {
    calls.filter { $0.purpose.lane == lane }.map(\.request)
  }
}

extension ModelReply {
  /// An answer without a call.
  static func says(
    _ text: String, thinking: String? = nil, stop: StopReason = .done, input: Int = 100,
    output: Int = 10
  ) -> ModelReply {
    let thoughts = thinking.map { [Part.reasoning(Reasoning(text: $0, dialect: .messages))] } ?? []
    return ModelReply(
      model: "scripted", parts: thoughts + [.text(text)], stop: stop,
      usage: .of(input: input, output: output))
  }

  /// An answer with calls: the tool and its arguments as JSON.
  static func calls(
    _ uses: [(String, String)], saying text: String = "", thinking: String? = nil,
    stop: StopReason = .toolUse, input: Int = 100, output: Int = 10
  ) -> ModelReply {
    var reply = says(text, thinking: thinking, stop: stop, input: input, output: output)
    reply.parts += uses.enumerated().map { index, use in
      .toolUse(ToolUse(id: "call_\(index)", name: use.0, arguments: use.1))
    }
    return reply
  }

  /// One command.
  static func shell(_ command: String, thinking: String? = nil, input: Int = 100) -> ModelReply {
    calls(
      [("shell", JSON.object(["command": .string(command)]).text())],
      saying: "", thinking: thinking, input: input)
  }

  /// The end of the work.
  static func submits(_ text: String, verdict: String? = nil, faults: [String] = []) -> ModelReply {
    var arguments: [String: JSON] = ["output": .string(text)]
    arguments["verdict"] = verdict.map(JSON.string)
    if !faults.isEmpty { arguments["faults"] = .array(faults.map(JSON.string)) }
    return calls([("submit", JSON.object(arguments).text())])
  }
}

extension ModelUsage {
  static func of(input: Int, output: Int) -> ModelUsage {
    var usage = ModelUsage()
    usage.inputUncached = input
    usage.output = output
    return usage
  }
}

extension ModelRequest {
  /// All words of a request, its prompt, tools and calls included.
  var everything: String {
    var words = [system ?? ""]
    for tool in tools { words += [tool.name, tool.description, tool.parameters.text()] }
    for turn in turns {
      for part in turn.parts {
        switch part {
        case .text(let text): words.append(text)
        case .toolUse(let use): words += [use.name, use.arguments]
        case .toolAnswer(let answer): words.append(answer.text)
        case .reasoning(let reasoning):
          words += [reasoning.text, reasoning.block?.text() ?? ""]
        case .image: break
        }
      }
    }
    return words.joined(separator: "\n")
  }
}
