public import Base
public import Facts

/// How far a run is: a fold over its recorded attempts.
public struct RunProgress: Sendable {
  /// Trials to be done in all.
  public let total: Int
  /// Trials with a final attempt.
  public private(set) var done: Int
  /// Final attempts by outcome, those of this process only.
  public private(set) var outcomes: [Outcome: Int] = [:]
  /// Attempts that were tried again.
  public private(set) var retried = 0
  /// Sum and number of scores seen.
  public private(set) var scores: (sum: Double, count: Int) = (0, 0)
  private let startedAt: Timestamp
  private let doneBefore: Int

  /// A run of `total` trials of which `done` were finished before.
  public init(total: Int, done: Int, startedAt: Timestamp) {
    self.total = total
    self.done = done
    self.startedAt = startedAt
    doneBefore = done
  }

  /// Folds a recorded attempt in.
  public mutating func record(_ attempt: AttemptFact) {
    guard attempt.isFinal else {
      retried += 1
      return
    }
    done += 1
    outcomes[attempt.outcome, default: 0] += 1
    if let score = attempt.score { scores = (scores.sum + score, scores.count + 1) }
  }

  /// Trials per second of this process; nil before the first.
  public func rate(at now: Timestamp) -> Double? {
    let seconds = Double(now.milliseconds - startedAt.milliseconds) / 1000
    guard done > doneBefore, seconds > 0 else { return nil }
    return Double(done - doneBefore) / seconds
  }

  /// The time that the rest will take at this rate; nil before the first trial.
  public func remaining(at now: Timestamp) -> Duration? {
    rate(at: now).map { .milliseconds(Int(Double(total - done) / $0 * 1000)) }
  }
}
