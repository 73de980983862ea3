import Seeded
import Stats
import Testing

/// What the gate promises of nights that nobody has recorded.
@Suite struct GatePropertyTests {
  /// Pairs of two harnesses that are equally good on every task.
  static func nullRace(_ random: inout SplitMix, tasks: Int = 30) -> Race {
    let rates = (0..<tasks).map { _ in Double.random(in: 0...1, using: &random) }
    var bank = rates.map { rate in
      (0..<3).map { _ in Double.random(in: 0..<1, using: &random) < rate ? 1.0 : 0.0 }
    }
    var used = [Int](repeating: 0, count: tasks)
    var race = Race(Race.Rules(threshold: Thresholds.standard(dry: 1), patience: 2.5))
    while race.decision == .goOn {
      for task in (0..<tasks).shuffled(using: &random) where race.decision == .goOn {
        let visit = used[task]
        used[task] += 1
        if visit == bank[task].count {
          bank[task].append(Double.random(in: 0..<1, using: &random) < rates[task] ? 1 : 0)
        }
        _ = race.add(
          candidate: Double.random(in: 0..<1, using: &random) < rates[task] ? 1 : 0,
          control: bank[task][visit],
          controlMean: bank[task].reduce(0, +) / Double(bank[task].count))
      }
    }
    return race
  }

  @Test func `a candidate that is no better is adopted less often than one in ten`() {
    var random = SplitMix(7)
    let races = (0..<600).map { _ in Self.nullRace(&random) }
    let adopted = races.filter { $0.decision == .adopt }.count
    // 10 % is the promise; three standard errors of 600 races are 3.7 points.
    #expect(Double(adopted) / 600 <= 0.10)
    #expect(races.allSatisfy { $0.pairs <= 800 && $0.pairs % 5 == 0 })
  }

  @Test func `a large gain is adopted nearly always`() {
    var random = SplitMix(11)
    let adopted = (0..<200).filter { _ in
      var race = Race(Race.Rules(threshold: Thresholds.standard(dry: 1), patience: 1.5))
      while race.decision == .goOn {
        let control = Double.random(in: 0..<1, using: &random) < 0.35 ? 1.0 : 0
        _ = race.add(
          candidate: Double.random(in: 0..<1, using: &random) < 0.65 ? 1 : 0, control: control,
          controlMean: 0.35)
      }
      return race.decision == .adopt
    }.count
    #expect(adopted >= 190)
  }

  @Test func `evidence does not depend on the order, and ties are free`() {
    var random = SplitMix(3)
    let differences = (0..<200).map { _ in Double.random(in: -1...1, using: &random) }
    var forward = EProcess(bound: -0.03)
    var shuffled = EProcess(bound: -0.03)
    for difference in differences { forward.add(difference) }
    for difference in differences.shuffled(using: &random) { shuffled.add(difference) }
    #expect(abs(forward.logE - shuffled.logE) < 1e-9)
    var tied = EProcess()
    for _ in 0..<1000 { tied.add(0) }
    #expect(tied.logE == 0)
  }

  @Test func `the error budget of the strict mode is never more than whole`() {
    let spent = (1...100_000).reduce(0.0) { sum, opened in
      sum + 1 / (Thresholds.strict(opened: opened, adoptions: 0, q: 1))
    }
    #expect(spent < 1)
    #expect(spent > 0.999)
  }

  @Test func `intervals of sealed audits hold what they promise`() {
    var random = SplitMix(23)
    let nights = 200
    var clustered = 0
    var hedged = 0
    for _ in 0..<nights {
      let differences = (0..<26).map { _ -> Double in
        Double.random(in: 0..<1, using: &random) < 0.4
          ? Double([-1, -0.5, 0.5, 1, 1].randomElement(using: &random) ?? 0) : 0
      }
      let truth = 0.4 * 0.2
      if PairedDifference(differences)?.difference.interval.contains(truth) == true {
        clustered += 1
      }
      let interval = HedgedInterval.interval(differences.map { ($0 + 1) / 2 })
      if interval.contains((truth + 1) / 2) { hedged += 1 }
    }
    #expect(Double(clustered) / Double(nights) >= 0.92)
    #expect(Double(hedged) / Double(nights) >= 0.95)
  }

  @Test func `cost counts in factors, and an unknown cost says nothing`() {
    #expect(CostPair.difference(candidate: 1, control: 4) == 1)
    #expect(CostPair.difference(candidate: 40, control: 4) == -1)
    #expect(CostPair.difference(candidate: 3, control: 3) == 0)
    #expect(CostPair.difference(candidate: 0, control: 4) == nil)
    #expect(CostPair.priced(0.1, candidate: 2, control: 1, price: 0.02) == 0.08 / 1.02)
    #expect(CostPair.priced(0.1, candidate: .nan, control: 1, price: 0.02) == nil)
  }
}
