public import Climbs

/// How far the scores of two runs of the very same thing lie apart, as far as a climb lets one know.
public struct ClimbNoise: Sendable, Hashable {
  /// Where the figure comes from.
  public enum Source: String, Sendable, Hashable, CaseIterable {
    /// The user said it.
    case given
    /// Runs of the same thing within the files.
    case repeats
    /// Repeated trials of the same tasks.
    case trials
    /// The number of tasks, at most so much.
    case tasks
  }

  /// Where it comes from.
  public let source: Source
  /// Degrees of freedom that it rests on; nil where it is no estimate.
  public let degrees: Int?
  /// The standard deviation of one run's score.
  public let deviation: Double
  private let deviations: [Int: Double]

  /// Whether the true noise may be smaller: tasks are not all as uncertain as their mean.
  public var isUpperBound: Bool { source == .tasks }

  /// The standard deviation of a step's score.
  func deviation(of step: Int) -> Double { deviations[step] ?? deviation }

  /// What is known of a climb's noise; nil when it cannot be told.
  public static func of(
    _ climb: ClaimedClimb, given: Double? = nil, tasks: Int? = nil
  ) -> ClimbNoise? {
    if let given {
      return ClimbNoise(source: .given, degrees: nil, deviation: given, deviations: [:])
    }
    return repeats(climb) ?? trials(climb) ?? shares(climb, tasks)
  }

  /// The steps that are repeats of others, with what they repeat.
  static func groups(_ climb: ClaimedClimb) -> [[Int]] {
    var groups: [Int: [Int]] = [:]
    for (index, step) in climb.steps.enumerated() where step.score != nil {
      guard var first = step.repeats else { continue }
      // A repeat of a repeat belongs to the same thing.
      while let before = climb.steps[first].repeats, before < first { first = before }
      groups[first, default: [first]].append(index)
    }
    return groups.keys.sorted().compactMap { groups[$0] }
  }

  private static func repeats(_ climb: ClaimedClimb) -> ClimbNoise? {
    var squares = 0.0
    var degrees = 0
    for group in groups(climb) {
      let scores = group.compactMap { climb.steps[$0].score }
      guard scores.count > 1 else { continue }
      let mean = scores.reduce(0, +) / Double(scores.count)
      squares += scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      degrees += scores.count - 1
    }
    guard degrees > 0, squares > 0 else { return nil }
    return ClimbNoise(
      source: .repeats, degrees: degrees, deviation: (squares / Double(degrees)).squareRoot(),
      deviations: [:])
  }

  private static func trials(_ climb: ClaimedClimb) -> ClimbNoise? {
    var squares = 0.0
    var degrees = 0
    for step in climb.steps {
      // In the order of the tasks' names, so that the same results make the same noise to the last bit.
      for (_, scores) in step.trials.sorted(by: { $0.key < $1.key }) where scores.count > 1 {
        let mean = scores.reduce(0, +) / Double(scores.count)
        squares += scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        degrees += scores.count - 1
      }
    }
    guard degrees > 0, squares > 0 else { return nil }
    let within = squares / Double(degrees)
    let deviations = each(climb) { step in
      guard !step.trials.isEmpty else { return nil }
      let shares = step.trials.values.map(\.count).sorted().reduce(0) { $0 + 1 / Double($1) }
      return (within * shares).squareRoot() / Double(step.trials.count)
    }
    return ClimbNoise(source: .trials, degrees: degrees, deviations)
  }

  // A share of n tasks varies by p(1-p)/n at most from run to run.
  private static func shares(_ climb: ClaimedClimb, _ given: Int?) -> ClimbNoise? {
    guard climb.isShare else { return nil }
    let deviations = each(climb) { step in
      guard let score = step.score, let tasks = given ?? step.tasks, tasks > 0 else { return nil }
      let trials = Double(max(tasks, step.trials.values.reduce(0) { $0 + $1.count }))
      let edge = 0.5 / trials
      let share = min(max(score, edge), 1 - edge)
      return (share * (1 - share) / trials).squareRoot()
    }
    return ClimbNoise(source: .tasks, degrees: nil, deviations)
  }

  private static func each(
    _ climb: ClaimedClimb, _ deviation: (ClaimedClimb.Step) -> Double?
  ) -> [Int: Double] {
    var deviations: [Int: Double] = [:]
    for (index, step) in climb.steps.enumerated() where step.score != nil {
      deviations[index] = deviation(step)
    }
    return deviations
  }

  private init(source: Source, degrees: Int?, deviation: Double, deviations: [Int: Double]) {
    self.source = source
    self.degrees = degrees
    self.deviation = deviation
    self.deviations = deviations
  }

  // What the others have stands in for a step that has none of its own.
  private init?(source: Source, degrees: Int?, _ deviations: [Int: Double]) {
    guard !deviations.isEmpty else { return nil }
    let squares = deviations.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
    self.init(
      source: source, degrees: degrees,
      deviation: (squares / Double(deviations.count)).squareRoot(), deviations: deviations)
  }
}
