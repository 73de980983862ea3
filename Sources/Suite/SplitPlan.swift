public import Base

/// Which share of a suite each split gets.
public struct SplitFractions: Sendable, Hashable {
  /// Tasks that the meta-agent sees.
  public let dev: Double
  /// Tasks that decide.
  public let gate: Double
  /// Tasks that are sealed.
  public let vault: Double

  /// A third, 0.45 and the rest, 0.22.
  public static let standard = SplitFractions(dev: 1.0 / 3, gate: 0.45, vault: 0.22)

  /// Makes fractions; they are taken relative to their sum.
  public init(dev: Double, gate: Double, vault: Double) {
    self.dev = dev
    self.gate = gate
    self.vault = vault
  }

  /// The share of one split, from 0 to 1.
  public subscript(split: Split) -> Double {
    let sum = dev + gate + vault
    guard sum > 0 else { return 0 }
    return switch split {
    case .dev: dev / sum
    case .gate: gate / sum
    case .vault: vault / sum
    }
  }

  /// The fractions as they are recorded.
  public var json: JSON {
    ["dev": .number(dev), "gate": .number(gate), "vault": .number(vault)]
  }
}

/// What the split needs to know of a task.
public struct SplitItem: Sendable, Hashable {
  /// The name.
  public let name: String
  /// What must stay together.
  public let family: String
  /// What each split should hold its share of, such as category and difficulty.
  public let strata: [String]

  /// Makes an item.
  public init(name: String, family: String, strata: [String]) {
    self.name = name
    self.family = family
    self.strata = strata
  }
}

/// Deals tasks into splits: the same seed gives the same splits on every machine, families stay whole.
public enum SplitPlan {
  /// The split of each name.
  ///
  /// Families are dealt one by one, large ones first, then in the seed's order; each goes where the
  /// splits then lie nearest to their shares of all tasks and of every stratum. Then families change
  /// places as long as that brings them nearer.
  public static func deal(
    _ items: [SplitItem], seed: UInt64, fractions: SplitFractions = .standard
  ) -> [String: Split] {
    var table = DealingTable(items, fractions: fractions)
    let order = table.families.indices.sorted { left, right in
      let a = table.families[left]
      let b = table.families[right]
      if a.members.count != b.members.count { return a.members.count > b.members.count }
      return Digest.of("\(seed)\u{1F}\(a.name)") < Digest.of("\(seed)\u{1F}\(b.name)")
    }
    for family in order { table.place(family) }
    table.settle(order)
    var result: [String: Split] = [:]
    for family in table.families {
      for member in family.members { result[member] = family.split }
    }
    return result
  }
}

/// Families and how far each split is from its shares.
private struct DealingTable {
  struct Family {
    let name: String
    var members: [String] = []
    /// How many of its tasks are of each stratum, in the order of the strata.
    var counts: [(stratum: Int, count: Double)] = []
    var split: Split?

    mutating func add(_ stratum: Int) {
      if let at = counts.firstIndex(where: { $0.stratum == stratum }) {
        counts[at].count += 1
      } else {
        counts.append((stratum, 1))
      }
    }
  }

  private(set) var families: [Family] = []
  private let splits: [Split]
  private var weights: [Double] = []
  /// What each split still lacks of each stratum; negative is too much.
  private var lacks: [Split: [Double]] = [:]

  init(_ items: [SplitItem], fractions: SplitFractions) {
    splits = Split.allCases.filter { fractions[$0] > 0 }
    var numbers: [[String]: Int] = [:]
    var totals: [Double] = []
    var places: [String: Int] = [:]
    for item in items.sorted(by: { $0.name < $1.name }) {
      let place = places[item.family] ?? families.count
      if place == families.count {
        places[item.family] = place
        families.append(Family(name: item.family))
      }
      families[place].members.append(item.name)
      for (key, weight) in Self.strata(item) {
        let number = numbers[key] ?? totals.count
        if number == totals.count {
          numbers[key] = number
          totals.append(0)
          weights.append(weight)
        }
        totals[number] += 1
        families[place].add(number)
      }
    }
    for split in splits { lacks[split] = totals.map { $0 * fractions[split] } }
  }

  // All tasks weigh most, then each stratum alone, then all of them crossed.
  private static func strata(_ item: SplitItem) -> [([String], Double)] {
    var list: [([String], Double)] = [(["all"], 4)]
    for (index, name) in item.strata.enumerated() { list.append((["\(index)", name], 1)) }
    if item.strata.count > 1 { list.append((["crossed"] + item.strata, 0.5)) }
    return list
  }

  /// Puts a family where the sum of squared distances from the shares grows least.
  mutating func place(_ family: Int) {
    var best: (split: Split, change: Double)?
    for split in splits {
      let change = change(families[family].counts, to: split)
      if change < (best?.change ?? .infinity) - 1e-9 { best = (split, change) }
    }
    guard let best else { return }
    move(family, to: best.split)
  }

  /// Moves families and swaps pairs of them until nothing brings the splits nearer to their shares.
  mutating func settle(_ order: [Int]) {
    for _ in 0..<20 {
      var improved = false
      for family in order { improved = relocate(family) || improved }
      // Pairs are quadratic; a large suite meets its shares without them.
      if order.count <= 400 {
        for (at, first) in order.enumerated() {
          for second in order[(at + 1)...] { improved = swap(first, second) || improved }
        }
      }
      if !improved { return }
    }
  }

  private mutating func relocate(_ family: Int) -> Bool {
    guard let home = families[family].split else { return false }
    move(family, to: nil)
    var best = (split: home, change: change(families[family].counts, to: home))
    for split in splits where split != home {
      let change = change(families[family].counts, to: split)
      if change < best.change - 1e-9 { best = (split, change) }
    }
    move(family, to: best.split)
    return best.split != home
  }

  private mutating func swap(_ first: Int, _ second: Int) -> Bool {
    guard let a = families[first].split, let b = families[second].split, a != b else {
      return false
    }
    move(first, to: nil)
    move(second, to: nil)
    let stay = gain(first, a, second, b)
    let change = gain(first, b, second, a)
    let isBetter = change < stay - 1e-9
    move(first, to: isBetter ? b : a)
    move(second, to: isBetter ? a : b)
    return isBetter
  }

  // The two go to different splits, so that their changes add up.
  private func gain(_ first: Int, _ a: Split, _ second: Int, _ b: Split) -> Double {
    change(families[first].counts, to: a) + change(families[second].counts, to: b)
  }

  /// How the sum of squared distances changes when these counts are added; summed in one fixed order.
  private func change(_ counts: [(stratum: Int, count: Double)], to split: Split) -> Double {
    guard let lacks = lacks[split] else { return .infinity }
    var sum = 0.0
    for (stratum, count) in counts {
      sum += weights[stratum] * count * (count - 2 * lacks[stratum])
    }
    return sum
  }

  private mutating func move(_ family: Int, to split: Split?) {
    for (stratum, count) in families[family].counts {
      if let old = families[family].split { lacks[old]?[stratum] += count }
      if let split { lacks[split]?[stratum] -= count }
    }
    families[family].split = split
  }
}
