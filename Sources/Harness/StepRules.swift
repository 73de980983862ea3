internal import Base

/// What steps must satisfy together: every name that one of them says is there, and can be seen in time.
struct StepRules {
  let orchestration: Orchestration
  let context: ContextPolicy

  private var steps: [OrchestrationStep] { orchestration.steps }

  /// Tells each fault with the step's index and its key.
  func check(_ fault: (_ step: Int, _ key: String, _ message: String) -> Void) {
    for (index, step) in steps.enumerated() {
      if let first = steps.firstIndex(where: { $0.role == step.role }), first < index {
        fault(index, "role", "another step has the role '\(step.role)'; expected another name")
      }
    }
    if !steps.isEmpty, orchestration.sequence.isEmpty {
      fault(0, "role", "every step is only called by others; expected one that begins")
    }
    let loops = loops(fault)
    for (index, step) in steps.enumerated() {
      checkSights(of: step, index, loops, fault)
      checkShape(of: step, index, fault)
    }
  }

  /// The rounds, as ranges of indices of steps.
  private func loops(_ fault: (Int, String, String) -> Void) -> [ClosedRange<Int>] {
    var loops: [ClosedRange<Int>] = []
    let called = orchestration.calledRoles
    for (index, step) in steps.enumerated() {
      guard let until = step.repeatUntil else { continue }
      guard let last = find(until.role, of: index, "repeat_until", fault) else { continue }
      if called.contains(until.role) || called.contains(step.role) {
        fault(index, "repeat_until", "a step that others call has no rounds and no verdict")
      } else if last < index {
        fault(
          index, "repeat_until",
          "'\(until.role)' comes before this step; expected this or a later one")
      } else if loops.contains(where: { $0.contains(index) && $0.upperBound < last }) {
        fault(index, "repeat_until", "its rounds begin within others' and end after them")
      } else {
        loops.append(index...last)
      }
    }
    return loops
  }

  private func checkSights(
    of step: OrchestrationStep, _ index: Int, _ loops: [ClosedRange<Int>],
    _ fault: (Int, String, String) -> Void
  ) {
    let called = orchestration.calledRoles
    for sight in step.sees {
      switch sight {
      case .instruction: break
      case .notes:
        if context.memory != .notes {
          fault(index, "sees", "there are no notes; expected context.memory = \"notes\"")
        }
      case .output(let role):
        guard let other = find(role, of: index, "sees", fault) else { continue }
        let inOneRound = loops.contains { $0.contains(index) && $0.contains(other) }
        if called.contains(role) {
          fault(index, "sees", "'\(role)' is called by others, who alone get what it hands over")
        } else if other >= index, !inOneRound, !called.contains(step.role) {
          fault(index, "sees", "'\(role)' has done nothing yet when '\(step.role)' begins")
        }
      }
    }
  }

  private func checkShape(
    of step: OrchestrationStep, _ index: Int, _ fault: (Int, String, String) -> Void
  ) {
    let isCalled = orchestration.calledRoles.contains(step.role)
    for case .delegate(let role) in step.tools {
      if let role { _ = find(role, of: index, "tools", fault) }
      if isCalled {
        fault(index, "tools", "a step that others call hands nothing on; expected no 'delegate'")
      }
    }
    if step.pivot != .none, step.repeatUntil == nil {
      fault(index, "pivot", "has no place without 'repeat_until'")
    }
    if step.pick != nil, step.fanOut == 1 {
      fault(index, "pick", "has no place without 'fan_out' above 1")
    }
    if step.fanOut > 1, isCalled {
      fault(index, "fan_out", "a step that others call works alone")
    }
    if orchestration.judges.contains(step.role), !step.tools.contains(.builtIn(.submit)) {
      fault(index, "tools", "its verdict is waited for, which needs 'submit'")
    }
  }

  private func find(
    _ role: String, of step: Int, _ key: String, _ fault: (Int, String, String) -> Void
  ) -> Int? {
    let roles = steps.map(\.role)
    if let index = roles.firstIndex(of: role) { return index }
    fault(
      step, key,
      "there is no step with the role '\(role.printable())'; expected one of "
        + roles.joined(separator: ", ") + Spelling.suggestion(for: role, in: roles))
    return nil
  }
}
