internal import Climbs
internal import Glibc

/// What is believed of every attempt when edits are as often harmful as helpful and scores are noisy.
///
/// Filters along the climb, one for each size that changes may usually have, weighed by how likely each makes
/// all attempts, kept or not. Since belief is built from all attempts and not from the kept ones alone, it needs
/// no correction for their having been chosen.
struct Belief {
  private let filters: [(filter: ChangeFilter, weight: Double)]

  init(_ climb: ClaimedClimb, _ noise: ClimbNoise, _ bases: [Int: Int]) {
    // From a tenth of the noise to a hundred times it, on a logarithmic scale; half of the belief before the
    // first look is that there are no changes at all.
    let sizes = (-4...8).map { noise.deviation * pow(10, Double($0) / 4) }
    let none = ChangeFilter(climb, noise, bases, spread: 0)
    var filters = [(none, none.logLikelihood + log(0.5))]
    for size in sizes {
      let filter = ChangeFilter(climb, noise, bases, spread: size * size)
      filters.append((filter, filter.logLikelihood + log(0.5 / Double(sizes.count))))
    }
    let most = filters.map(\.1).max() ?? 0
    let sum = filters.reduce(0) { $0 + exp($1.1 - most) }
    self.filters = filters.map { ($0.0, exp($0.1 - most) / sum) }
  }

  /// What is believed of an attempt's own change.
  func gain(of step: Int) -> Double? {
    var sum = 0.0
    for (filter, weight) in filters {
      guard let gain = filter.gains[step] else { return nil }
      sum += weight * gain.mean
    }
    return sum
  }

  /// The believed changes from the baseline to a step, added up, with a standard error.
  func total(upTo step: Int?, _ bases: [Int: Int]) -> (gain: Double, error: Double)? {
    var mean = 0.0
    var square = 0.0
    for (filter, weight) in filters {
      guard let total = filter.total(upTo: step, bases) else { return nil }
      mean += weight * total.gain
      square += weight * (total.gain * total.gain + total.variance)
    }
    return (mean, max(0, square - mean * mean).squareRoot())
  }
}

/// What an attempt is truly worth is what it was made from and a change. Most changes are normal around 0; a few
/// are of any size, so that a disaster does not hide that the rest is noise.
struct ChangeFilter {
  struct Gain {
    let mean: Double
    let variance: Double
  }

  private struct State {
    var mean: Double
    var variance: Double
  }

  /// What is believed of each attempt's own change.
  private(set) var gains: [Int: Gain] = [:]
  /// The logarithm of how likely the attempts are when changes have this size.
  private(set) var logLikelihood = 0.0

  // The share of changes that are of any size.
  private static let odd = 0.02

  init(_ climb: ClaimedClimb, _ noise: ClimbNoise, _ bases: [Int: Int], spread: Double) {
    var states: [Int: State] = [:]
    for (index, step) in climb.steps.enumerated() {
      guard let raw = step.score else { continue }
      let score = climb.lowerIsBetter ? -raw : raw
      let own = max(pow(noise.deviation(of: index), 2), 1e-300)
      guard let base = bases[index], var before = states[base] else {
        states[index] = State(mean: score, variance: own)
        continue
      }
      let surprise = score - before.mean
      let usual = Branch(surprise, before.variance, own, spread)
      // As wide as it takes to be unsurprised.
      let wide = max(25 * usual.total, surprise * surprise) - before.variance - own
      let rare = Branch(surprise, before.variance, own, wide)
      let densities = ((1 - Self.odd) * usual.density, Self.odd * rare.density)
      let sum = max(densities.0 + densities.1, 1e-300)
      logLikelihood += log(sum)
      let share = densities.0 / sum
      func mixed(_ value: (Branch) -> Double) -> Double {
        share * value(usual) + (1 - share) * value(rare)
      }
      func spreadOf(_ mean: (Branch) -> Double) -> Double {
        share * (1 - share) * pow(mean(usual) - mean(rare), 2)
      }
      gains[index] = Gain(
        mean: mixed(\.change), variance: mixed(\.changeVariance) + spreadOf(\.change))
      states[index] = State(
        mean: before.mean + mixed(\.value), variance: mixed(\.valueVariance) + spreadOf(\.value))
      // An attempt also tells of what it was made from.
      before.mean += mixed(\.base)
      before.variance = mixed(\.baseVariance)
      states[base] = before
    }
  }

  /// What follows when changes have one spread.
  private struct Branch {
    let total: Double
    let density: Double
    let change: Double
    let changeVariance: Double
    let value: Double
    let valueVariance: Double
    let base: Double
    let baseVariance: Double

    init(_ surprise: Double, _ before: Double, _ own: Double, _ spread: Double) {
      total = before + spread + own
      density = exp(-surprise * surprise / (2 * total)) / (2 * Double.pi * total).squareRoot()
      change = spread / total * surprise
      changeVariance = spread * (1 - spread / total)
      value = (before + spread) / total * surprise
      valueVariance = (before + spread) * own / total
      base = before / total * surprise
      baseVariance = before * (1 - before / total)
    }
  }

  /// The believed changes from the baseline to a step, added up.
  func total(upTo step: Int?, _ bases: [Int: Int]) -> (gain: Double, variance: Double)? {
    guard var index = step else { return nil }
    var sum = 0.0
    var variance = 0.0
    while let base = bases[index] {
      guard let gain = gains[index] else { return nil }
      sum += gain.mean
      variance += gain.variance
      index = base
    }
    return (sum, variance)
  }
}
