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
    /// What two edits do together beyond what each does alone.
    public static let pair = Prior(spread: 0.35, deviation: 0.3, isLearned: false)
  }

  /// Two coordinates that do something together.
  public struct Pair: Sendable, Hashable, Codable {
    /// The smaller coordinate.
    public let first: Int
    /// The larger one.
    public let second: Int
    /// What they do together, in logits.
    public internal(set) var effect: Double
  }

  /// How many tasks.
  public let tasks: Int
  /// How many coordinates.
  public internal(set) var coordinates = 0
  /// The pairs that the data insist on.
  public internal(set) var pairs: [Pair] = []
  /// How many trials were taken in.
  public internal(set) var trials = 0

  // The columns of a row: 1, the coordinates, the pairs. All parameters are kept in that order.
  var size = 1
  var seen: [SeenTrials]
  var rows = FeatureRows()
  var common: [Double] = [-0.5]
  var own: [[Double]]
  var spreads: [Double] = [2]
  var deviations: [Double] = [1.5]
  var isLearned: [Bool] = [false]
  var covariance = SymmetricMatrix(diagonal: [4])
  var factor: SymmetricMatrix?

  /// A model of some tasks and coordinates that has seen nothing.
  public init(tasks: Int, priors: [Prior]) {
    self.tasks = tasks
    own = [[Double]](repeating: [0], count: tasks)
    seen = [SeenTrials](repeating: SeenTrials(), count: tasks)
    extend(priors)
  }

  /// The common effect of each coordinate, in logits.
  public var effects: [Double] { Array(common[1..<(1 + coordinates)]) }

  /// Takes more coordinates in, which no trial has carried until now.
  public mutating func extend(_ priors: [Prior]) {
    guard !priors.isEmpty else { return }
    insert(priors, at: 1 + coordinates)
    coordinates += priors.count
  }

  /// Takes in what two coordinates do together.
  public mutating func link(_ first: Int, _ second: Int, _ prior: Prior = .pair) {
    let (low, high) = (min(first, second), max(first, second))
    guard low != high, !pairs.contains(where: { $0.first == low && $0.second == high }) else {
      return
    }
    insert([prior], at: size)
    pairs.append(Pair(first: low, second: high, effect: 0))
    rows.setLast(product: 1 + low, 1 + high)
  }

  private mutating func insert(_ priors: [Prior], at place: Int) {
    let zeros = [Double](repeating: 0, count: priors.count)
    common.insert(contentsOf: zeros, at: place)
    spreads.insert(contentsOf: priors.map(\.spread), at: place)
    deviations.insert(contentsOf: priors.map(\.deviation), at: place)
    isLearned.insert(contentsOf: priors.map(\.isLearned), at: place)
    for task in 0..<tasks {
      own[task].insert(contentsOf: zeros, at: place)
    }
    rows.widen(by: priors.count, at: place)
    var wider = SymmetricMatrix(size: size + priors.count)
    for row in 0..<wider.size {
      let isNew = row >= place && row < place + priors.count
      if isNew { wider[row, row] = spreads[row] * spreads[row] }
      for column in 0..<wider.size where !isNew {
        guard column < place || column >= place + priors.count else { continue }
        wider[row, column] = covariance[old(row, place, priors), old(column, place, priors)]
      }
    }
    covariance = wider
    factor = nil
    size += priors.count
  }

  private func old(_ index: Int, _ place: Int, _ priors: [Prior]) -> Int {
    index < place ? index : index - priors.count
  }

  /// Takes a trial in; a score between 0 and 1 counts as that share of a success.
  public mutating func add(task: Int, features: [Double], score: Double) {
    seen[task].append(rows.place(of: row(features)), min(max(score, 0), 1))
    trials += 1
  }

  /// The whole row of some features: 1, the features, and what pairs of them make.
  func row(_ features: [Double]) -> [Double] {
    var row = [1.0]
    row.reserveCapacity(size)
    for index in 0..<coordinates { row.append(index < features.count ? features[index] : 0) }
    for pair in pairs { row.append(row[1 + pair.first] * row[1 + pair.second]) }
    return row
  }

  /// The standard error of each common effect.
  public var standardErrors: [Double] {
    (1..<(1 + coordinates)).map { max(covariance[$0, $0], 0).squareRoot() }
  }

  /// The effect of a coordinate on one task, the common part included.
  public func effect(_ coordinate: Int, on task: Int) -> Double {
    common[1 + coordinate] + own[task][1 + coordinate]
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
    let row = row(features)
    return (0..<tasks).map { Self.logistic(logit(row, on: $0)) }
  }

  private func logit(_ row: [Double], on task: Int) -> Double {
    var logit = 0.0
    for column in 0..<size where row[column] != 0 {
      logit += row[column] * (common[column] + own[task][column])
    }
    return logit
  }

  /// What one set of features gains over another on average over the tasks, and the standard error that
  /// the common effects leave in it.
  public func gain(of features: [Double], over base: [Double]) -> (mean: Double, error: Double) {
    let (mine, theirs) = (row(features), row(base))
    var mean = 0.0
    var slope = [Double](repeating: 0, count: size)
    for task in 0..<tasks {
      let p = Self.logistic(logit(mine, on: task))
      let q = Self.logistic(logit(theirs, on: task))
      mean += p - q
      for column in 0..<size {
        slope[column] += p * (1 - p) * mine[column] - q * (1 - q) * theirs[column]
      }
    }
    let count = Double(max(tasks, 1))
    let pushed = covariance.times(slope)
    let variance = zip(slope, pushed).reduce(0) { $0 + $1.0 * $1.1 }
    return (mean / count, max(variance, 0).squareRoot() / count)
  }

  /// Effects drawn from what is believed of them, coordinates first and then pairs; `scale` widens or
  /// narrows the draw.
  public func draw(scale: Double = 1, using random: inout some RandomNumberGenerator) -> [Double] {
    guard let lower = factor ?? Self.factor(of: covariance) else {
      return Array(common.dropFirst())
    }
    let noise = (0..<(size - 1)).map { _ in
      Normal.quantile((Double(random.next() >> 11) + 0.5) / 9_007_199_254_740_992)
    }
    return (0..<(size - 1)).map { row in
      var sum = 0.0
      for column in 0...row { sum += lower[row, column] * noise[column] }
      return common[row + 1] + scale * sum
    }
  }

  private static func factor(of covariance: SymmetricMatrix) -> SymmetricMatrix? {
    var inner = SymmetricMatrix(size: covariance.size - 1)
    for row in 0..<inner.size {
      for column in 0..<inner.size { inner[row, column] = covariance[row + 1, column + 1] }
      inner[row, row] += 1e-9
    }
    return inner.factor()
  }

  /// Brings the model up to date with all trials, from where it was.
  public mutating func fit(steps: Int = 4) {
    guard trials > 0, coordinates > 0 else { return }
    for step in 0..<steps { guard advance(learning: step == steps - 1) else { return } }
    for index in pairs.indices { pairs[index].effect = common[1 + coordinates + index] }
    factor = Self.factor(of: covariance)
  }

  // Newton's method. Tasks hang together only through the common parameters, so each task's own are
  // eliminated by themselves and the matrix to be solved stays as small as the coordinates are few.
  private mutating func advance(learning: Bool) -> Bool {
    let commonPrior = spreads.map { 1 / ($0 * $0) }
    let ownPrior = deviations.map { 1 / ($0 * $0) }
    var hessian = SymmetricMatrix(diagonal: commonPrior)
    var gradient = (0..<size).map { index in
      -commonPrior[index] * (index == 0 ? common[0] + 0.5 : common[index])
    }
    var eliminated: [Elimination] = []
    eliminated.reserveCapacity(tasks)
    for task in 0..<tasks {
      let position = (0..<size).map { common[$0] + own[task][$0] }
      let (curvature, slope) = seen[task].likelihood(at: position, rows)
      guard
        let done = Elimination(
          curvature: curvature, slope: slope, prior: ownPrior, position: own[task])
      else { return false }
      done.contribute(to: &hessian, &gradient, slope: slope)
      eliminated.append(done)
    }
    guard let inverse = hessian.inverse() else { return false }
    let step = Self.limited(inverse.times(gradient), to: 2)
    for index in 0..<size { common[index] += step[index] }
    covariance = inverse
    var spread = [Double](repeating: 0, count: size)
    for task in 0..<tasks {
      let move = Self.limited(eliminated[task].move(against: step), to: 3)
      for index in 0..<size { own[task][index] += move[index] }
      guard learning else { continue }
      let uncertain = eliminated[task].variances(given: inverse)
      for index in 0..<size {
        spread[index] += uncertain[index] + own[task][index] * own[task][index]
      }
    }
    if learning { learn(spread.map { $0 / Double(tasks) }, inverse) }
    return true
  }

  /// Moves the spreads half of the way to what the data say of them.
  private mutating func learn(_ spread: [Double], _ inverse: SymmetricMatrix) {
    deviations[0] = min(max(spread[0].squareRoot(), 0.5), 3)
    var sum = 0.0
    var count = 0.0
    for index in 1..<size {
      let half = (deviations[index] * deviations[index] + spread[index]) / 2
      deviations[index] = min(max(half.squareRoot(), 0.1), 1.6)
      guard isLearned[index] else { continue }
      sum += common[index] * common[index] + inverse[index, index]
      count += 1
    }
    guard count > 0 else { return }
    // Worth eight coordinates: few edits say little about how large edits are.
    let shared = ((8 * 0.45 * 0.45 + sum) / (8 + count)).squareRoot()
    for index in 1..<size where isLearned[index] { spreads[index] = shared }
  }

  static func logistic(_ logit: Double) -> Double {
    1 / (1 + exp(-min(max(logit, -30), 30)))
  }

  private static func limited(_ step: [Double], to most: Double) -> [Double] {
    let largest = step.map(abs).max() ?? 0
    return largest > most ? step.map { $0 * most / largest } : step
  }
}
