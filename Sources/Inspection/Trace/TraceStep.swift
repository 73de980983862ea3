internal import Base
public import Interchange
internal import Layout

/// One step of a recorded trajectory, with what may be shown of it.
public struct TraceStep: Sendable, Hashable {
  /// The step.
  public let step: TrajectoryStep
  /// The step of a multi-step task that it belongs to.
  public let part: String?
  /// Whether not even the length of what it was told may be shown, by which a task might be known.
  var isDiscreet = false

  /// The steps of a document, as far as it can be read, and what is wrong with it.
  static func read(_ bytes: [UInt8], part: String?) -> (steps: [TraceStep], fault: String?) {
    let reading = Atif.read(bytes, file: "trajectory")
    let steps = reading.trajectory.map { Self.steps(of: $0, part: part) } ?? []
    guard let first = reading.faults.first(where: { $0.severity == .error }) else {
      return (steps, nil)
    }
    // The fault's own words may quote the agent; its place may not.
    let count = reading.faults.count { $0.severity == .error }
    let place = first.key.map { " at \($0)" } ?? ""
    return (steps, "not a valid trajectory: \(Figure.plural(count, "fault"))\(place)")
  }

  /// The steps of a trajectory and of those below it, as they came one after the other.
  static func steps(of trajectory: Trajectory, part: String?) -> [TraceStep] {
    var all = trajectory.steps.map { TraceStep(step: $0, part: part) }
    guard !trajectory.subagents.isEmpty else { return all }
    for (index, inner) in trajectory.subagents.enumerated() {
      let name = inner.trajectoryID.flatMap { isPlain($0) ? $0 : nil }
      all += steps(of: inner, part: name ?? "sub-agent \(index + 1)")
    }
    guard all.allSatisfy({ $0.step.at != nil }) else { return all }
    return all.enumerated().sorted { left, right in
      let (a, b) = (left.element.step.at, right.element.step.at)
      guard let a, let b, a != b else { return left.offset < right.offset }
      return a < b
    }.map(\.element)
  }

  /// The tools called, where their names look like names; the rest is the agent's own text.
  var tools: [String] {
    step.calls.map { call in
      Self.isPlain(call.name) && !call.name.contains(where: { $0 == "/" || $0 == "#" })
        ? call.name : "(odd name)"
    }
  }

  /// Whether a text that an agent may have written looks like a name and like nothing else.
  private static func isPlain(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || [0x5F, 0x2D, 0x2E, 0x2F, 0x23].contains($0)
      }
  }

  /// What happened, without a word that the agent wrote.
  var summary: String {
    var parts: [String] = []
    if !step.calls.isEmpty { parts.append("-> \(tools.joined(separator: ", "))") }
    func told(_ word: String, _ length: Int) {
      guard length > 0 else { return }
      parts.append(isDiscreet ? word : "\(word) \(Figure.count(length)) chars")
    }
    let word =
      switch step.source {
      case .agent: "text"
      case .user: "instruction"
      case .system: "prompt"
      }
    told(word, step.text.unicodeScalars.count)
    told("thought", step.reasoning?.unicodeScalars.count ?? 0)
    told("result", step.results.reduce(0) { $0 + $1.text.unicodeScalars.count })
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }

  /// The step where its task is withheld.
  func discreet() -> TraceStep { TraceStep(step: step, part: nil, isDiscreet: true) }

  func json(content: Bool) -> JSON {
    var record: [String: JSON] = [
      "step": .int(step.number), "part": .optional(part), "source": .string(step.source.rawValue),
      "at": .optional(step.at.map { "\($0)" }), "summary": .string(summary),
      "tools": .array(tools.map(JSON.string)), "input_tokens": .optional(step.usage?.input),
      "cached_tokens": .optional(step.usage?.cached),
      "output_tokens": .optional(step.usage?.output), "cost_usd": .number(step.usage?.costUSD),
      "model_calls": .optional(step.modelCalls), "copied": .bool(step.isCopied),
      "content_withheld": .bool(!content),
    ]
    guard content else { return .object(record) }
    record["model"] = .optional(step.model)
    record["message"] = .string(step.text)
    record["reasoning"] = .optional(step.reasoning)
    record["calls"] = .array(
      step.calls.map { ["tool": .string($0.name), "arguments": $0.arguments] })
    record["results"] = .array(step.results.map { .string($0.text) })
    return .object(record)
  }
}
