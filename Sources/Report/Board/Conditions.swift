internal import Base
internal import Layout

/// What must be equal before two scores may stand in one order.
struct Conditions: Hashable {
  /// The split.
  let split: Split?
  /// What the runs recorded: provider, limits, network, time-out factors, host, trials.
  let recorded: JSON
  /// How many tasks have trials.
  let tasks: Int
  /// How many tasks the split has.
  let tasksInSplit: Int
  /// Fewest and most trials of a task.
  let trials: ClosedRange<Int>

  /// Whether every task of the split was tried equally often.
  var isWhole: Bool { tasks >= tasksInSplit && trials.lowerBound == trials.upperBound }

  /// All of it as text, for an order that is the same everywhere.
  var text: String { "\(trials) \(tasks) \(recorded.text())" }

  /// `3 trials`, `1 to 3 trials`.
  var trialsText: String {
    trials.lowerBound == trials.upperBound
      ? Figure.plural(trials.lowerBound, "trial")
      : "\(trials.lowerBound) to \(trials.upperBound) trials"
  }

  /// In what this differs from the conditions of the rows that are ranked; empty when in nothing.
  func differences(from other: Conditions) -> [String] {
    var found: [String] = []
    if split != other.split {
      found.append("split \(split?.rawValue ?? "none") and not \(other.split?.rawValue ?? "none")")
    }
    if tasks != other.tasks { found.append("\(tasks) of \(tasksInSplit) tasks") }
    if trials != other.trials { found.append("\(trialsText) a task and not \(other.trialsText)") }
    // What was asked for differs as well then; once is enough.
    let asked = Self.differences(recorded, other.recorded, at: "")
    return found + (trials == other.trials ? asked : asked.filter { !$0.hasPrefix("trials ") })
  }

  /// Differences of two recorded conditions by dotted key, in order of key.
  static func differences(_ left: JSON, _ right: JSON, at path: String) -> [String] {
    if left == right { return [] }
    if let inLeft = left.object, let inRight = right.object {
      return Set(inLeft.keys).union(inRight.keys).sorted().flatMap { key in
        differences(left[key], right[key], at: path.isEmpty ? key : "\(path).\(key)")
      }
    }
    func shown(_ value: JSON) -> String {
      value.isNull ? "none" : DisplayWidth.cut((value.string ?? value.text()).printable(), to: 24)
    }
    if path == "simulated" {
      return [
        left.isNull
          ? "nothing in it is simulated, and the ranked rows are of simulated models"
          : "of simulated models, and the ranked rows are not"
      ]
    }
    return [
      "\(path.isEmpty ? "conditions" : path.printable()) \(shown(left)) and not \(shown(right))"
    ]
  }
}
