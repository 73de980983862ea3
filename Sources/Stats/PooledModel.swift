internal import Glibc

/// What every trial so far says about every edit: logit(p) = task + Σ effects, each effect with a common
/// part and a part of each task's own.
///
/// The model proposes and never certifies: it is fitted to trials that it chose itself.
public struct PooledModel: Sendable {
  /// What is believed of a coordinate before the first trial.
  public struct Prior: Sendable, Hashable {
    /// The spread of the common effect.
    public var spread: Double
    /// The spread of each task's deviation from it.
    public var deviation: Double
    /// Whether both are learned from the coordinates and tasks at hand.
    public var isLearned: Bool

    /// A prior around 0.
    public init(spread: Double, deviation: Double = 0.4, isLearned: Bool) {
      self.spread = spread
      self.deviation = deviation
      self.isLearned = isLearned
    }

    /// A switch: an edit that is there or not.
    public static let edit = Prior(spread: 0.5, isLearned: true)
    /// The straight or the bent part of a knob, over its whole range.
    public static let knob = Prior(spread: 1.5, isLearned: false)
  }

  private struct Seen: Sendable {
    var rows: [Double] = []
    var scores: [Double] = []
  }

  /// How many tasks.
  public let tasks: Int
  /// How many coordinates.
  public let coordinates: Int
  /// The common effect of each coordinate, in logits.
  public private(set) var effects: [Double]
  /// How many trials were taken in.
  public private(set) var trials = 0

  private let learned: [Bool]
  private var spreads: [Double]
  private var deviations: [Double]
  private var level = -0.5
  private var taskSpread = 1.5
  private var taskLevels: [Double]
  private var own: [[Double]]
  private var covariance: SymmetricMatrix
  private var seen: [Seen]

  /// A model of some tasks and coordinates that has seen nothing.
  public init(tasks: Int, priors: [Prior]) {
    self.tasks = tasks
    coordinates = priors.count
    effects = [Double](repeating: 0, count: priors.count)
    learned = priors.map(\.isLearned)
    spreads = priors.map(\.spread)
    deviations = priors.map(\.deviation)
    taskLevels = [Double](repeating: 0, count: tasks)
    own = [[Double]](repeating: [Double](repeating: 0, count: priors.count), count: tasks)
    covariance = SymmetricMatrix(diagonal: priors.map { $0.spread * $0.spread })
    seen = [Seen](repeating: Seen(), count: tasks)
  }

  /// Takes a trial in; a score between 0 and 1 counts as that share of a success.
  public mutating func add(task: Int, features: [Double], score: Double) {
    seen[task].rows += features
    seen[task].scores.append(min(max(score, 0), 1))
    trials += 1
  }

  /// The standard error of each common effect.
  public var standardErrors: [Double] { covariance.diagonal.map { max($0, 0).squareRoot() } }

  /// The effect of a coordinate on one task, the common part included.
  public func effect(_ coordinate: Int, on task: Int) -> Double {
    effects[coordinate] + own[task][coordinate]
  }

  /// What is left of each effect on average when the tasks where it gains most are dropped: near or below
  /// 0 for an edit that only remembers some tasks.
  public func general(dropping share: Double) -> [Double] {
    let kept = tasks - Int((share * Double(tasks)).rounded())
    guard kept > 0 else { return effects }
    return (0..<coordinates).map { coordinate in
      let least = (0..<tasks).map { effect(coordinate, on: $0) }.sorted().prefix(kept)
      return least.reduce(0, +) / Double(kept)
    }
  }

  /// The probability of success on each task.
  public func predict(_ features: [Double]) -> [Double] {
    (0..<tasks).map { task in
      var logit = level + taskLevels[task]
      for (coordinate, value) in features.enumerated() where value != 0 {
        logit += value * effect(coordinate, on: task)
      }
      return Self.logistic(logit)
    }
  }

  /// Effects drawn from what is believed of them; `scale` widens or narrows the draw.
  public func draw(scale: Double = 1, using random: inout some RandomNumberGenerator) -> [Double] {
    var widened = covariance
    for index in 0..<coordinates { widened[index, index] += 1e-9 }
    guard let lower = widened.factor() else { return effects }
    let noise = (0..<coordinates).map { _ in
      Normal.quantile(Double.random(in: 1e-12..<1, using: &random))
    }
    return (0..<coordinates).map { row in
      var sum = 0.0
      for column in 0...row { sum += lower[row, column] * noise[column] }
      return effects[row] + scale * sum
    }
  }

  /// Brings the model up to date with all trials, from where it was.
  public mutating func fit(steps: Int = 4) {
    guard trials > 0, coordinates > 0 else { return }
    for step in 0..<steps { guard advance(learning: step == steps - 1) else { return } }
  }

  // Newton's method. Tasks hang together only through the common parameters, so each task's own are
  // eliminated by themselves and the matrix to be solved stays as small as the coordinates are few.
  private mutating func advance(learning: Bool) -> Bool {
    let size = coordinates + 1
    let commonPrior = [0.25] + spreads.map { 1 / ($0 * $0) }
    let ownPrior = [1 / (taskSpread * taskSpread)] + deviations.map { 1 / ($0 * $0) }
    let common = [level] + effects
    var hessian = SymmetricMatrix(diagonal: commonPrior)
    var gradient = (0..<size).map { index in
      -commonPrior[index] * (index == 0 ? common[0] + 0.5 : common[index])
    }
    var eliminated: [Elimination] = []
    eliminated.reserveCapacity(tasks)
    for task in 0..<tasks {
      let mine = [taskLevels[task]] + own[task]
      let both = (0..<size).map { common[$0] + mine[$0] }
      let (curvature, slope) = Self.likelihood(seen[task], at: both)
      guard
        let done = Elimination(
          curvature: curvature, slope: slope, prior: ownPrior, position: mine)
      else { return false }
      for index in hessian.values.indices {
        hessian.values[index] += curvature.values[index] - done.explained.values[index]
      }
      let absorbed = done.gain.times(done.slope)
      for index in 0..<size { gradient[index] += slope[index] - absorbed[index] }
      eliminated.append(done)
    }
    guard let inverse = hessian.inverse() else { return false }
    let step = Self.limited(inverse.times(gradient), to: 2)
    level += step[0]
    for index in 0..<coordinates { effects[index] += step[index + 1] }
    for index in 0..<coordinates {
      for other in 0..<coordinates {
        covariance[index, other] = inverse[index + 1, other + 1]
      }
    }
    var spread = [Double](repeating: 0, count: size)
    for task in 0..<tasks {
      let move = Self.limited(eliminated[task].move(against: step), to: 3)
      taskLevels[task] += move[0]
      for index in 0..<coordinates { own[task][index] += move[index + 1] }
      guard learning else { continue }
      let uncertain = eliminated[task].variances(given: inverse)
      spread[0] += uncertain[0] + taskLevels[task] * taskLevels[task]
      for index in 0..<coordinates {
        spread[index + 1] += uncertain[index + 1] + own[task][index] * own[task][index]
      }
    }
    if learning { learn(spread.map { $0 / Double(tasks) }, inverse) }
    return true
  }

  /// Moves the spreads half of the way to what the data say of them.
  private mutating func learn(_ spread: [Double], _ inverse: SymmetricMatrix) {
    taskSpread = min(max(spread[0].squareRoot(), 0.5), 3)
    var sum = 0.0
    var count = 0.0
    for index in 0..<coordinates {
      let half = (deviations[index] * deviations[index] + spread[index + 1]) / 2
      deviations[index] = min(max(half.squareRoot(), 0.1), 1.6)
      guard learned[index] else { continue }
      sum += effects[index] * effects[index] + inverse[index + 1, index + 1]
      count += 1
    }
    guard count > 0 else { return }
    // Worth eight coordinates: few edits say little about how large edits are.
    let shared = ((8 * 0.45 * 0.45 + sum) / (8 + count)).squareRoot()
    for index in 0..<coordinates where learned[index] { spreads[index] = shared }
  }

  private static func likelihood(_ seen: Seen, at position: [Double]) -> (
    SymmetricMatrix, [Double]
  ) {
    let size = position.count
    var curvature = SymmetricMatrix(size: size)
    var slope = [Double](repeating: 0, count: size)
    var row = [Double](repeating: 1, count: size)
    for (index, score) in seen.scores.enumerated() {
      var logit = position[0]
      let start = index * (size - 1)
      for column in 1..<size {
        row[column] = seen.rows[start + column - 1]
        logit += row[column] * position[column]
      }
      let p = logistic(logit)
      let weight = p * (1 - p) + 1e-9
      for column in 0..<size where row[column] != 0 {
        slope[column] += row[column] * (score - p)
        let scaled = weight * row[column]
        for other in 0...column {
          curvature.values[column * size + other] += scaled * row[other]
        }
      }
    }
    for column in 0..<size {
      for other in 0..<column { curvature[other, column] = curvature[column, other] }
    }
    return (curvature, slope)
  }

  private static func logistic(_ logit: Double) -> Double {
    1 / (1 + exp(-min(max(logit, -30), 30)))
  }

  private static func limited(_ step: [Double], to most: Double) -> [Double] {
    let largest = step.map(abs).max() ?? 0
    return largest > most ? step.map { $0 * most / largest } : step
  }
}

/// A task's own parameters, solved for in terms of the common ones.
private struct Elimination {
  let inverse: SymmetricMatrix
  let slope: [Double]
  let curvature: SymmetricMatrix
  /// How the task's own parameters answer to the common ones.
  let gain: SymmetricMatrix
  /// What they explain of the curvature.
  let explained: SymmetricMatrix

  init?(curvature: SymmetricMatrix, slope: [Double], prior: [Double], position: [Double]) {
    var own = curvature
    for index in prior.indices { own[index, index] += prior[index] }
    guard let inverse = own.inverse() else { return nil }
    self.inverse = inverse
    self.curvature = curvature
    self.slope = slope.indices.map { slope[$0] - prior[$0] * position[$0] }
    gain = curvature.times(inverse)
    explained = gain.times(curvature)
  }

  func move(against step: [Double]) -> [Double] {
    let pushed = curvature.times(step)
    return inverse.times(slope.indices.map { slope[$0] - pushed[$0] })
  }

  func variances(given common: SymmetricMatrix) -> [Double] {
    let answer = inverse.times(curvature)
    let spread = answer.times(common)
    return (0..<inverse.size).map { row in
      var sum = inverse[row, row]
      for column in 0..<inverse.size { sum += spread[row, column] * answer[row, column] }
      return sum
    }
  }
}
