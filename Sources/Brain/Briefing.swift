internal import Harness

/// What a step is told at its beginning: exactly what its `sees` names, and nothing else of the others.
struct Briefing {
  let instruction: String
  let notes: String
  /// What roles handed over in their last round; several where several worked side by side.
  let outputs: [String: [Handover]]
  /// What a caller wants of a sub-agent.
  var piece: String?

  /// The first words of a context.
  func first(for step: OrchestrationStep) -> String {
    let parts = parts(for: step)
    // An instruction alone needs no heading, and so reads as its author wrote it.
    if parts.count == 1, step.sees == [.instruction], piece == nil { return instruction }
    return parts.map { "# \($0.title)\n\n\($0.text)" }.joined(separator: "\n\n")
  }

  /// What a context that goes on is told: what is new, so without the instruction that it knows.
  func next(for step: OrchestrationStep) -> String {
    let parts = parts(for: step).filter { $0.title != Self.task }
    guard !parts.isEmpty else { return "Go on with the task." }
    return parts.map { "# \($0.title)\n\n\($0.text)" }.joined(separator: "\n\n")
  }

  private static let task = "The task"

  private func parts(for step: OrchestrationStep) -> [(title: String, text: String)] {
    var parts: [(String, String)] = []
    for sight in step.sees {
      switch sight {
      case .instruction: parts.append((Self.task, instruction))
      case .notes:
        if !notes.isEmpty { parts.append(("Notes of those who worked before you", notes)) }
      case .output(let role):
        let handed = outputs[role] ?? []
        for (index, handover) in handed.enumerated() where !handover.said.isEmpty {
          let which = handed.count > 1 ? " \(index + 1) of \(handed.count)" : ""
          parts.append(("From the \(role)\(which)", handover.said))
        }
      }
    }
    if let piece { parts.append(("Your piece of the work", piece)) }
    return parts
  }
}

extension Handover {
  /// The words as others are shown them, the verdict first.
  var said: String {
    guard let verdict else { return text }
    var lines = ["Verdict: \(verdict.passes ? "pass" : "fail")"]
    lines += verdict.faults.map { "- does not hold: \($0)" }
    if !text.isEmpty { lines += ["", text] }
    return lines.joined(separator: "\n")
  }
}
