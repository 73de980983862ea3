internal import Base

extension MessagesWire {
  /// Adds how hard to think; returns whether the model thinks, which forbids to set its sampling.
  static func think(
    _ request: ModelRequest, traits: ModelTraits, limit: Int, turns: [Turn],
    body: inout [String: JSON]
  ) -> Bool {
    guard let effort = request.reasoning, traits.thinking != .none else { return false }
    if effort == "none" {
      body["thinking"] = ["type": "disabled"]
      return false
    }
    // A model that is made to use a tool must not think, and one in the middle of a turn cannot begin
    // to: its provider misses the thought before the call.
    switch request.toolChoice {
    case .required, .named: return false
    case .auto, .none: break
    }
    if lacksThought(turns) { return false }
    if traits.thinking == .adaptive {
      body["thinking"] = ["type": "adaptive"]
      body["output_config"] = ["effort": .string(effort == "minimal" ? "low" : effort)]
      return true
    }
    let budget = min(Self.budget(effort), limit - 1)
    guard budget >= 1024 else { return false }
    body["thinking"] = ["type": "enabled", "budget_tokens": .int(budget)]
    return true
  }

  static func budget(_ effort: String) -> Int {
    switch effort {
    case "minimal": 1024
    case "low": 4096
    case "medium": 10_000
    case "high": 24_000
    default: 32_000
    }
  }

  private static func lacksThought(_ turns: [Turn]) -> Bool {
    guard let last = turns.last, last.role == .user, turns.count > 1 else { return false }
    let answers = last.parts.contains { if case .toolAnswer = $0 { true } else { false } }
    guard answers, case .reasoning(let first)? = turns[turns.count - 2].parts.first else {
      return answers
    }
    return first.dialect != .messages || first.block == nil
  }
}
