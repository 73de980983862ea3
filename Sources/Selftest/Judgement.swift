/// What nights on a problem are worth, now that the truth is looked at.
public struct Judgement: Sendable, Hashable {
  /// Trials that each night might pay for.
  public let budget: Int
  /// How many nights.
  public let nights: Int
  /// What they reported, on average.
  public let reported: Double
  /// The truth of what they handed over, on the tasks that they measured.
  public let trueOnMeasured: Double
  /// The truth of it on the test tasks.
  public let trueOnTest: Double
  /// How much of the way from the start to the best known they went; nil when the file does not say.
  public let share: Double?
  /// How much the report claims over the truth of the start, on the tasks that were measured.
  public let claimed: Double
  /// Nights that handed over anything but the start.
  public let adopting: Int
  /// The share of the intervals that hold the truth.
  public let coverage: Double
  /// Trials at once.
  public let slots: Int
  /// The share of the slots that was busy, on average; nil where trials take no time.
  public let busy: Double?
  /// For each kind of switch, how many of it are on in what was handed over, on average.
  public let kinds: [String: Double]

  /// Judges nights of one budget; nil when there are none.
  public init?(_ nights: [Nights.Night], on problem: Problem) {
    guard let first = nights.first else { return nil }
    budget = first.budget
    slots = first.slots
    let shares = nights.compactMap(\.busy)
    busy = shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    self.nights = nights.count
    let count = Double(nights.count)
    var sums = (reported: 0.0, measured: 0.0, test: 0.0, held: 0, start: 0.0)
    var kinds: [String: Double] = [:]
    for kind in problem.kinds { kinds[kind] = 0 }
    for night in nights {
      let winner = Problem.Configuration(key: night.key) ?? problem.start
      let truth = problem.truth(winner, on: night.reportedOn)
      sums.reported += night.reported ?? 0
      sums.measured += truth
      sums.test += problem.truth(winner, on: .test)
      sums.start += problem.truth(problem.start, on: night.reportedOn)
      if let low = night.low, let high = night.high, low <= truth, truth <= high { sums.held += 1 }
      for (index, kind) in problem.kinds.enumerated() where winner.switches[index] {
        kinds[kind, default: 0] += 1 / count
      }
    }
    reported = sums.reported / count
    trueOnMeasured = sums.measured / count
    trueOnTest = sums.test / count
    claimed = (sums.reported - sums.start) / count
    adopting = nights.count { $0.adopted > 0 }
    coverage = Double(sums.held) / count
    self.kinds = kinds
    share = problem.reference.flatMap { reference in
      let way = reference.best - reference.start
      return way > 0.01 ? (sums.test / count - reference.start) / way : nil
    }
  }
}
