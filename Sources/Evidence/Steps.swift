public import Base
internal import Facts

/// What an agent did, step by step, as it is shown to a proposer: the texts are untrusted and cut.
public struct TraceSteps: Sendable, Hashable {
  /// One step of the agent.
  public struct Step: Sendable, Hashable {
    /// Its number in the trajectory.
    public var number: Int
    /// What it said.
    public var said: String
    /// What it called: name and arguments, one line each.
    public var did: [String]
    /// What it was shown in return.
    public var saw: String
  }

  /// The agent's steps; what system and user said is left out.
  public let steps: [Step]

  /// Reads a trajectory in ATIF's form; anything else has no steps.
  public init(_ trajectory: JSON) {
    steps = (trajectory["steps"].array ?? []).enumerated().compactMap { index, step in
      guard step["source"].string == "agent" else { return nil }
      return Step(
        number: step["step_id"].int ?? index + 1, said: Self.text(step["message"]),
        did: (step["tool_calls"].array ?? []).map { call in
          "\(call["function_name"].string ?? "?") \(call["arguments"].text())"
        },
        saw: (step["observation"]["results"].array ?? []).map { Self.text($0["content"]) }
          .joined(separator: "\n"))
    }
  }

  /// A text of a trajectory: plain, or in parts.
  static func text(_ content: JSON) -> String {
    content.string
      ?? (content.array ?? []).compactMap { $0["text"].string }.joined(separator: "\n")
  }

  /// Where another trace of the same task first does something else; nil when one has no steps.
  public func divergence(from other: TraceSteps) -> Divergence? {
    guard !steps.isEmpty, !other.steps.isEmpty else { return nil }
    let shared = zip(steps, other.steps).prefix { $0.did == $1.did && !$0.did.isEmpty }.count
    func action(_ list: [Step]) -> Divergence.Action? {
      shared < list.count ? Divergence.Action(list[shared]) : nil
    }
    return Divergence(shared: shared, passed: action(steps), failed: action(other.steps))
  }
}

/// Where two trials of one task part.
public struct Divergence: Sendable, Hashable {
  /// What one of them did there: untrusted.
  public struct Action: Sendable, Hashable {
    /// The step's number.
    public var step: Int
    /// What it called, or what it said when it called nothing.
    public var did: String
    /// What it was shown in return.
    public var saw: String

    init(_ step: TraceSteps.Step) {
      self.step = step.number
      did = Fence.cut(
        step.did.isEmpty ? step.said : step.did.joined(separator: "\n"), to: 900)
      saw = Fence.cut(step.saw, to: 500)
    }
  }

  /// How many steps of the agent are the same in both.
  public var shared: Int
  /// What the one that passed did next; nil when it was done.
  public var passed: Action?
  /// What the one that failed did next; nil when it was done.
  public var failed: Action?
}
