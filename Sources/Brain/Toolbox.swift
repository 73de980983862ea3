internal import Dialect

/// What one lane can do besides talking.
protocol Toolbox: Sendable {
  /// What the model is told of it.
  var declarations: [ToolDeclaration] { get }
  /// Gets what the first call needs; the time that this takes is not the agent's.
  func prepare() async throws
  /// Does what was asked; what goes wrong for the agent is an answer, only a lost sandbox, the end of the
  /// trial and a cancellation are thrown.
  func perform(_ use: ToolUse) async throws -> ToolOutcome
  /// Gives back what it holds; what it put into the background lives on.
  func close() async
}

extension Toolbox {
  /// Nothing, unless it says otherwise.
  func prepare() async throws {}
}

/// What came of a call.
struct ToolOutcome: Sendable {
  /// What the model is told.
  var answer: ToolAnswer
  /// What was handed over, when the call ends the lane's work.
  var handover: Handover?
  /// Lanes of sub-agents that did the work.
  var lanes: [String] = []

  init(_ answer: ToolAnswer, handover: Handover? = nil, lanes: [String] = []) {
    self.answer = answer
    self.handover = handover
    self.lanes = lanes
  }

  /// An error that the model is told.
  static func error(_ use: ToolUse, _ text: String) -> ToolOutcome {
    ToolOutcome(ToolAnswer(callID: use.id, name: use.name, text: text, isError: true))
  }
}
