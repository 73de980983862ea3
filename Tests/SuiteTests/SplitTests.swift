import Base
import Suite
import Testing

@Suite struct SplitTests {
  /// Sixty tasks in ten categories and three grades, some of them in families.
  static let items = (0..<60).map { index in
    SplitItem(
      name: "task\(index)", family: index % 7 == 0 ? "family\(index / 14)" : "own\(index)",
      strata: ["category\(index % 10)", ["easy", "medium", "hard"][index % 3]])
  }

  @Test(arguments: [1, 2, 3, 99] as [UInt64])
  func sharesAreMetInAllAndInEveryStratum(seed: UInt64) {
    let dealt = SplitPlan.deal(Self.items, seed: seed)
    #expect(dealt.count == 60)
    for split in Split.allCases {
      let share = SplitFractions.standard[split]
      let mine = Self.items.filter { dealt[$0.name] == split }
      #expect(abs(Double(mine.count) - share * 60) <= 2, "\(split): \(mine.count)")
      for grade in ["easy", "medium", "hard"] {
        let count = mine.count { $0.strata[1] == grade }
        #expect(abs(Double(count) - share * 20) <= 2.5, "\(split) \(grade): \(count)")
      }
      for category in 0..<10 {
        let count = mine.count { $0.strata[0] == "category\(category)" }
        #expect(abs(Double(count) - share * 6) <= 2, "\(split) \(category): \(count)")
      }
    }
  }

  @Test func familiesStayWhole() {
    let dealt = SplitPlan.deal(Self.items, seed: 4)
    for members in Dictionary(grouping: Self.items, by: \.family).values {
      #expect(Set(members.map { dealt[$0.name] }).count == 1)
    }
  }

  @Test func theSameSeedDealsTheSameAndAnotherDealsDifferently() {
    let first = SplitPlan.deal(Self.items, seed: 1)
    #expect(SplitPlan.deal(Self.items.reversed(), seed: 1) == first)
    #expect(SplitPlan.deal(Self.items, seed: 2) != first)
  }

  @Test func aSplitWithoutAShareGetsNothing() {
    let fractions = SplitFractions(dev: 0.5, gate: 0.5, vault: 0)
    let dealt = SplitPlan.deal(Self.items, seed: 1, fractions: fractions)
    #expect(!dealt.values.contains(.vault))
    #expect(dealt.values.count { $0 == .dev } == 30)
  }

  @Test func fewTasksStillGoToDevFirst() {
    let one = [SplitItem(name: "a", family: "a", strata: [])]
    #expect(SplitPlan.deal(one, seed: 1).count == 1)
    #expect(SplitPlan.deal([], seed: 1).isEmpty)
  }
}
