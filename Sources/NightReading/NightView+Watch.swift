public import Base
internal import Climb

extension NightView {
  /// Whether nothing will come any more: it has its report, was stopped, or its process is gone.
  public var isOver: Bool {
    switch state {
    case .finished, .stopped, .dead: true
    case .running, .paused, .elsewhere: false
    }
  }

  /// How many decisions were taken until now.
  public var decisionCount: Int { fold.decisions.count }

  /// The decisions behind the first so many, as text and as records.
  public func decisionLines(after count: Int) -> [(text: String, record: [String: JSON])] {
    fold.decisions.dropFirst(count).map { decision in
      let record = json(of: decision).object ?? [:]
      return (line(of: decision).printable(), record)
    }
  }

  /// What changes from look to look.
  public var progress: [String: JSON] {
    let keys: Set<String> = [
      "run", "state", "phase", "trials", "champion", "adoptions", "races", "awaiting", "facts",
      "elapsed_ms", "rehearsal",
    ]
    return stateFields.filter { keys.contains($0.key) }
  }

  /// What the night is, for the last record of those who watched.
  public var summary: [String: JSON] { stateFields }
}
