public import Base
internal import Climb
internal import Stats

/// Many nights on one problem, several at a time.
public struct Nights: Sendable {
  /// What one night came to.
  public struct Night: Sendable, Hashable {
    /// Trials that it might pay for.
    public let budget: Int
    /// The seed of its outcomes.
    public let seed: Int
    /// The configuration that it hands over.
    public let key: String
    /// What it says of it.
    public let reported: Double?
    /// The tasks that this was measured on.
    public let reportedOn: Problem.Part
    /// The lower end of its interval, at 90 %.
    public let low: Double?
    /// The upper end of its interval, at 90 %.
    public let high: Double?
    /// Adoptions that stood in the end.
    public let adopted: Int
    /// Trials that were paid for.
    public let rollouts: Int
    /// Trials at once.
    public let slots: Int
    /// The share of the slots that was busy; nil where trials take no time.
    public let busy: Double?
  }

  /// The problem.
  public let problem: Problem

  /// Nights on a problem.
  public init(_ problem: Problem) { self.problem = problem }

  /// One night from its evening to its report.
  public func night(
    budget: Int, seed: Int, slots: Int = 1, in weather: Weather = Weather()
  ) throws(BelayError) -> Night {
    let rules = SimulatedNight.rules(problem, seed: seed, rollouts: budget, slots: slots)
    var weather = weather
    weather.seed = UInt64(bitPattern: Int64(seed))
    var night = SimulatedNight(problem, seed: seed, rules: rules, weather: weather)
    let result = try night.run()
    return Night(
      budget: budget, seed: seed, key: result.key, reported: result.report.score,
      reportedOn: result.reportedOn, low: result.report.interval?.low,
      high: result.report.interval?.high, adopted: result.report.adoptions,
      rollouts: result.rollouts, slots: slots, busy: night.utilization)
  }

  /// A night for each seed, `width` of them at a time; `each` is told of them in the order of the seeds.
  public func run(
    budget: Int, seeds: Range<Int>, slots: Int, in weather: Weather, width: Int,
    each: @Sendable (Night) async throws -> Void
  ) async throws -> [Night] {
    try await withThrowingTaskGroup(of: Night.self) { group in
      var waiting = seeds.makeIterator()
      let begin = { (group: inout ThrowingTaskGroup<Night, any Error>) in
        guard let seed = waiting.next() else { return }
        group.addTask {
          try night(budget: budget, seed: seed, slots: slots, in: weather)
        }
      }
      for _ in 0..<max(width, 1) { begin(&group) }
      var early: [Int: Night] = [:]
      var told: [Night] = []
      while let night = try await group.next() {
        begin(&group)
        early[night.seed] = night
        while let next = early.removeValue(forKey: seeds.lowerBound + told.count) {
          told.append(next)
          try await each(next)
        }
      }
      return told
    }
  }
}
