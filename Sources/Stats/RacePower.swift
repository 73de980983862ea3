internal import Glibc

/// What a race can tell before it is run: how likely it adopts a candidate that is better by so much.
public struct RacePower: Sendable, Hashable {
  /// The variance of the difference of a pair whose two sides are equally good.
  public let noise: Double
  /// The rules of the race; their cap is how many pairs can be paid.
  public let rules: Race.Rules

  /// Races on tasks of this noise.
  public init(noise: Double, rules: Race.Rules) {
    self.noise = min(max(noise, 0.001), 1)
    self.rules = rules
  }

  /// The probability that a candidate that is better by `gain` is adopted before the cap, when nobody loses
  /// patience with it.
  ///
  /// Rewards of 0 and 1 are taken: then only pairs that were won or lost are evidence, and the e-value is
  /// followed through all ways in which these can fall.
  public func adoption(of gain: Double) -> Double {
    let pairs = rules.cap - rules.screening
    guard pairs >= rules.fewestToAdopt, gain > 0 else { return 0 }
    let decided = min(1, max(noise + gain * gain, gain))
    let most = min(pairs, Int(Double(pairs) * decided + 6 * Double(pairs).squareRoot() + 1))
    let reached = adopted(most, win: (decided + gain) / 2 / decided, decided: decided)
    guard decided < 1 else { return reached[most] }
    let (all, yes, no) = (Double(pairs), log(decided), log1p(-decided))
    return (0...most).reduce(0) { sum, count in
      let k = Double(count)
      return sum + exp(Beta.logChoose(all, k) + k * yes + (all - k) * no) * reached[count]
    }
  }

  /// The probability of having been adopted once so many pairs were decided, for each number up to `most`.
  private func adopted(_ most: Int, win: Double, decided: Double) -> [Double] {
    let bar = log(rules.threshold)
    // Nobody looks before the fewest pairs; so many of them are decided by then.
    let first = Int((Double(rules.fewestToAdopt) * decided).rounded())
    var chance = [Double](repeating: 0, count: most + 2)
    chance[0] = 1
    var (low, high) = (0, 0)
    var absorbed = 0.0
    var needed = 0
    var reached = [0.0]
    for count in 1...max(most, 1) {
      var wins = high + 1
      while wins >= low {
        chance[wins] =
          (wins > low ? chance[wins - 1] * win : 0) + (wins <= high ? chance[wins] * (1 - win) : 0)
        wins -= 1
      }
      high += 1
      while needed <= count, logE(needed, count - needed) < bar { needed += 1 }
      var above = 0.0
      if needed <= high {
        for wins in max(needed, low)...high {
          above += chance[wins]
          if count >= first { chance[wins] = 0 }
        }
      }
      if count >= first {
        absorbed += above
        high = min(high, needed - 1)
      }
      reached.append(count >= first ? absorbed : above)
      while low < high, chance[low] < 1e-15 {
        chance[low] = 0
        low += 1
      }
      if high < low { high = low }
    }
    return reached
  }

  private func logE(_ wins: Int, _ losses: Int) -> Double {
    var evidence = EProcess()
    evidence.add(wins: wins, losses: losses)
    return evidence.logE
  }

  /// The smallest gain that is adopted with this probability; nil when even 1 is not.
  public func detectable(at power: Double) -> Double? {
    guard adoption(of: 1) >= power else { return nil }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<24 {
      let middle = (low + high) / 2
      if adoption(of: middle) >= power { high = middle } else { low = middle }
    }
    return high
  }

  /// The fewest pairs with which a gain is adopted with this probability; nil when no number is enough.
  public func pairs(for gain: Double, at power: Double, atMost most: Int = 4000) -> Int? {
    func isEnough(_ pairs: Int) -> Bool {
      var rules = self.rules
      rules.cap = pairs + rules.screening
      return RacePower(noise: noise, rules: rules).adoption(of: gain) >= power
    }
    guard isEnough(most) else { return nil }
    var (low, high) = (0, most)
    while high - low > 1 {
      let middle = (low + high) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return high
  }
}

/// How noisy single trials are, from repeated trials of one harness on each task.
public struct TrialNoise: Sendable, Hashable {
  /// The mean over tasks of the variance of one trial.
  public let variance: Double
  /// Tasks with at least two trials.
  public let tasks: Int
  /// Those of them on which trials differed.
  public let volatile: Int

  /// The noise behind some scores; nil when no task has two.
  public init?(_ scores: [[Double]]) {
    let repeated = scores.filter { $0.count > 1 }
    guard !repeated.isEmpty else { return nil }
    let variances = repeated.map { scores -> Double in
      let count = Double(scores.count)
      let mean = scores.reduce(0, +) / count
      return scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    }
    variance = variances.reduce(0, +) / Double(repeated.count)
    tasks = repeated.count
    volatile = variances.count { $0 > 0 }
  }

  /// The variance of the difference of two trials on the same task.
  public var ofPair: Double { 2 * variance }
}
