import Base
import Climbs
import Seeded
import Stats
import Testing

@testable import ClimbAudit

/// What is said of climbs whose truth is known.
@Suite struct ClimbAuditTests {
  /// A night that keeps whatever scores higher; `truths` are the changes that attempts really bring.
  static func night(_ truths: [Double], noise: Double, seed: UInt64, repeats: Int = 0)
    -> (climb: ClaimedClimb, truth: Double)
  {
    var random = SplitMix(seed)
    var climb = ClaimedClimb(origin: .table, metric: "val_bpb", lowerIsBetter: true, isShare: false)
    var incumbent = 1.0
    var best = incumbent + noise * random.normal()
    climb.steps.append(.init(name: "0", score: best, fate: .baseline))
    for index in 0..<repeats {
      var step = ClaimedClimb.Step(name: "0", score: 1 + noise * random.normal(), fate: .discarded)
      step.repeats = 0
      step.description = "again \(index)"
      climb.steps.append(step)
    }
    for (index, change) in truths.enumerated() {
      let score = incumbent - change + noise * random.normal()
      let isKept = score < best
      climb.steps.append(
        .init(name: "\(index + 1)", score: score, fate: isKept ? .kept : .discarded))
      if isKept {
        best = score
        incumbent -= change
      }
    }
    climb.claimed = climb.steps.lastIndex { $0.fate == .kept } ?? 0
    return (climb, 1 - incumbent)
  }

  @Test func `a climb of nothing but noise is seen as such, whatever it claims`() throws {
    var claimed = 0.0
    var believed = 0.0
    var known = 0.0
    var survivors = 0
    var keeps = 0
    for seed in 1...200 {
      let (climb, _) = Self.night(
        [Double](repeating: 0, count: 40), noise: 0.001, seed: UInt64(seed), repeats: 5)
      let audit = ClimbAudit(climb)
      #expect(audit.noise?.source == .repeats)
      claimed += audit.claimed ?? 0
      believed += audit.believed?.gain ?? 0
      known += ClimbAudit(climb, noise: 0.001).believed?.gain ?? 0
      survivors += audit.count(.survives)
      keeps += audit.keeps.count
    }
    #expect(claimed / 200 > 0.0015)
    #expect(believed < 0.4 * claimed, "\(believed) of \(claimed)")
    #expect(known < 0.3 * claimed, "\(known) of \(claimed)")
    #expect(keeps > 400 && survivors < keeps / 20, "\(survivors) of \(keeps)")
  }

  @Test func `of a climb that is partly real about as much is believed as is true`() {
    var truth = 0.0
    var claimed = 0.0
    var believed = 0.0
    for seed in 1...200 {
      var dice = SplitMix(UInt64(seed) + 7777)
      let changes = (0..<40).map { _ in 0.002 * dice.normal() }
      let night = Self.night(changes, noise: 0.001, seed: UInt64(seed))
      let audit = ClimbAudit(night.climb, noise: 0.001)
      truth += night.truth
      claimed += audit.claimed ?? 0
      believed += audit.believed?.gain ?? 0
    }
    #expect(claimed > 1.03 * truth)
    #expect(abs(believed - truth) < 0.12 * truth, "\(believed) \(truth) \(claimed)")
    #expect(believed < claimed)
  }

  @Test func `steps are counted that are smaller than the file's own noise`() {
    var climb = ClaimedClimb(origin: .table, metric: "val_bpb", lowerIsBetter: true, isShare: false)
    for (score, fate, repeats) in [
      (1.0, ClaimedClimb.Fate.baseline, nil), (1.002, .discarded, 0), (0.998, .discarded, 0),
      (0.9995, .kept, nil), (0.99, .kept, nil), (0.9899, .kept, nil),
    ] as [(Double, ClaimedClimb.Fate, Int?)] {
      var step = ClaimedClimb.Step(name: "x", score: score, fate: fate)
      step.repeats = repeats
      climb.steps.append(step)
    }
    climb.claimed = 5
    let audit = ClimbAudit(climb)
    #expect(audit.keeps.map(\.isBelowNoise) == [true, false, true])
    #expect(audit.keeps.map(\.word) == [.noise, .survives, .noise])
    #expect(abs((audit.noise?.deviation ?? 0) - 0.002) < 1e-9)
    #expect(audit.keepWords.contains("2 smaller than what two runs of the same thing differ by"))
    let page = AuditPage(audit, place: "results.tsv")
    #expect(page.text(width: 80).split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(page.counts["below_noise"] == 2)
  }

  @Test func `without any hint of noise it cannot be told, and what would tell it is said`() {
    var climb = ClaimedClimb(origin: .table, metric: "val_bpb", lowerIsBetter: true, isShare: false)
    climb.steps = [
      .init(name: "a", score: 1, fate: .baseline), .init(name: "b", score: 0.9, fate: .kept),
    ]
    climb.claimed = 1
    let audit = ClimbAudit(climb)
    #expect(audit.noise == nil && audit.believed == nil)
    #expect(audit.keeps.map(\.word) == [.unknown])
    #expect(audit.verdict.contains("cannot be told"))
    #expect(audit.needs.joined().contains("--noise"))
    #expect(AuditPage(audit, place: "x").fields["climb"]?["believed"].isNull == true)
  }

  static func tasks(_ wins: Int, of count: Int, _ name: String, _ fate: ClaimedClimb.Fate)
    -> ClaimedClimb.Step
  {
    var step = ClaimedClimb.Step(name: name, score: Double(wins) / Double(count), fate: fate)
    for task in 0..<count { step.trials["t\(task)"] = [task < wins ? 1 : 0] }
    step.tasks = count
    return step
  }

  @Test(arguments: [
    (60, 20, 40, KeepJudgement.Word.survives), (60, 20, 22, .noise), (12, 2, 11, .undecided),
  ])
  func `with results of tasks the gate's own e-process decides, and twenty pairs are the least`(
    count: Int, before: Int, after: Int, word: KeepJudgement.Word
  ) {
    var climb = ClaimedClimb(origin: .gepa, metric: "mean")
    climb.steps = [
      Self.tasks(before, of: count, "a", .baseline), Self.tasks(after, of: count, "b", .kept),
    ]
    climb.claimed = 1
    let audit = ClimbAudit(climb)
    #expect(audit.keeps.first?.word == word)
    #expect(audit.keeps.first?.pairs == count)
    var evidence = EProcess()
    evidence.add(wins: after - before, losses: 0)
    #expect(abs((audit.keeps.first?.logE ?? 0) - evidence.logE) < 1e-9)
    #expect(audit.noise?.isUpperBound == true)
  }

  @Test(arguments: [1, 3]) func `the same results make the same figures to the last bit`(
    each: Int
  ) {
    func audit() -> ClimbAudit {
      var climb = ClaimedClimb(origin: .harbor, metric: "reward")
      for index in 0..<30 {
        var step = ClaimedClimb.Step(
          name: "\(index)", score: 1 / Double(index + 2), fate: index == 0 ? .baseline : .discarded)
        for task in 0..<30 {
          step.trials["t\(task)"] = (0..<each).map { 1 / Double(index + task + $0 + 1) }
        }
        step.tasks = 30
        climb.steps.append(step)
      }
      return ClimbAudit(climb)
    }
    let first = audit()
    #expect(first.noise?.source == (each > 1 ? .trials : .tasks))
    for _ in 0..<20 { #expect(audit().noise == first.noise) }
  }

  @Test func `hostile words and no keeps at all make a page all the same`() {
    var climb = ClaimedClimb(origin: .table, metric: "x\u{1B}[31m")
    climb.steps = [.init(name: "a\u{202E}", score: 0.5, fate: .baseline)]
    climb.claimed = 0
    climb.notes = ["\u{7}"]
    let text = AuditPage(ClimbAudit(climb), place: "p\u{1B}").text(width: 60)
    #expect(text == text.printable(keepingLines: true))
    #expect(text.contains("no climb to judge"))
  }

  @Test func `the e-value of a single difference keeps its promise`() {
    // The mean of the e-value over a null of no gain is 1, by numeric integration.
    var sum = 0.0
    let step = 0.001
    for index in -9000...9000 {
      let z = Double(index) * step
      let density = 0.398_942_280_4 * (-z * z / 2).exponential
      sum += density * AggregateEvidence.logE(z: z).exponential * step
    }
    #expect(abs(sum - 1) < 0.01, "\(sum)")
    #expect(abs(AggregateEvidence.logE(z: AggregateEvidence.z(for: 10)).exponential - 10) < 1e-6)
  }
}

extension SplitMix {
  fileprivate mutating func normal() -> Double {
    Normal.quantile(min(max(Double.random(in: 0..<1, using: &self), 1e-12), 1 - 1e-12))
  }
}

extension Double {
  fileprivate var exponential: Double {
    // Without Foundation and libm's names in scope.
    var result = 1.0
    var term = 1.0
    let part = self / 1024
    for index in 1...20 {
      term *= part / Double(index)
      result += term
    }
    for _ in 0..<10 { result *= result }
    return result
  }
}
