internal import Glibc

extension Race {
  /// About how many pairs it takes to see a gain, where outcomes vary as they do on tasks that are neither
  /// always nor never solved.
  public static func pairs(toSee gain: Double, threshold: Double = 10, variance: Double = 0.2)
    -> Int
  {
    guard gain > 0 else { return .max }
    return Int((2 * log(threshold) * variance / (gain * gain)).rounded(.up))
  }
}
