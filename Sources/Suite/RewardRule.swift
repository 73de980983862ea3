public import Base

/// How a verifier's rewards become one score: the key that counts and its range.
public struct RewardRule: Sendable, Hashable {
  /// The key of the reward.
  public let key: String
  /// The reward that scores 0.
  public let min: Double
  /// The reward that scores 1.
  public let max: Double

  /// `reward` from 0 to 1.
  public static let standard = RewardRule()

  /// Makes a rule; `max` must be above `min`.
  public init(key: String = "reward", min: Double = 0, max: Double = 1) {
    self.key = key
    self.min = min
    self.max = max
  }

  /// The score of a reward within the range.
  public func score(_ reward: Double) -> Double { (reward - min) / (max - min) }

  /// The rule as it is recorded.
  public var json: JSON { ["key": .string(key), "min": .number(min), "max": .number(max)] }
}
