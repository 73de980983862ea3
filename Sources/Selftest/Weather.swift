internal import Base
internal import Climb
internal import Glibc

/// What a simulated night meets: how long trials take, what breaks, what things cost, who answers when.
public struct Weather: Sendable, Hashable {
  /// How long trials take.
  public enum Durations: String, Sendable, Hashable, CaseIterable {
    /// No time at all.
    case none
    /// A minute on average, log-normal with σ = 1: one in a hundred takes more than six minutes.
    case heavy
  }

  /// How long trials take.
  public var durations = Durations.none
  /// The share of trials that break for reasons not their own.
  public var broken = 0.0
  /// Whether of trials that take no time the last one ends first.
  public var isReversed = false
  /// From the middle of the night on the model is another: so large a share of the failures succeed, or, when
  /// it is negative, of the successes fail.
  public var drift = 0.0
  /// Seconds until a proposer answers.
  public var proposerDelay = 0.0
  /// Seconds until a judge answers.
  public var judgeDelay = 0.0
  /// What each trial costs; nil when nobody knows.
  public var trialCost: Double?
  /// Components of edits that the judge refuses.
  public var refused: Set<String> = []
  /// What a person says when asked; nil when nobody answers.
  public var approves: Bool?
  /// Where the durations are drawn from.
  public var seed: UInt64 = 1

  /// Nothing breaks, and nothing takes time.
  public init() {}

  /// How long the trial with a number takes, in seconds.
  func duration(of trial: TrialID) -> Double {
    guard durations == .heavy else { return 0 }
    var draws = Draws(seed: seed, for: UInt64(trial.number) &* 16 &+ 5)
    // Two uniform draws make a normal one.
    let radius = (-2 * log(max(draws.share(), 1e-300))).squareRoot()
    let normal = radius * cos(2 * Double.pi * draws.share())
    return 60 * exp(normal - 0.5)
  }

  /// What becomes of a score, the model having changed or not.
  func drifted(_ score: Double, _ trial: TrialID, of rollouts: Int, seed: UInt64) -> Double {
    guard drift != 0, trial.number > rollouts / 2 else { return score }
    var draws = Draws(seed: seed, for: UInt64(trial.number) &* 16 &+ 11)
    return draws.share() < abs(drift) ? (drift > 0 ? 1 : 0) : score
  }

  func isBroken(_ trial: TrialID, seed: UInt64) -> Bool {
    guard broken > 0 else { return false }
    var draws = Draws(seed: seed, for: UInt64(trial.number) &* 16 &+ 9)
    return draws.share() < broken
  }
}

/// Things that will happen, the next one first.
struct Agenda<Event: Sendable>: Sendable {
  private var heap: [(time: Double, rank: Int, event: Event)] = []

  var isEmpty: Bool { heap.isEmpty }

  mutating func add(_ event: Event, at time: Double, rank: Int) {
    heap.append((time, rank, event))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(child, parent) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func next() -> (time: Double, event: Event)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
        guard let least = children.min(by: precedes), precedes(least, parent) else { break }
        heap.swapAt(least, parent)
        parent = least
      }
    }
    return (first.time, first.event)
  }

  private func precedes(_ one: Int, _ other: Int) -> Bool {
    (heap[one].time, heap[one].rank) < (heap[other].time, heap[other].rank)
  }
}
