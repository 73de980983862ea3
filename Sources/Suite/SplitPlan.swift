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
  /// splits then lie nearest to their shares, of all tasks and of every stratum.
  public static func deal(_ items: [SplitItem], seed: UInt64, fractions: SplitFractions = .standard)
    -> [String: Split]
  {
    let families = Dictionary(grouping: items, by: \.family)
    var totals: [Stratum: Double] = [:]
    for item in items { for stratum in strata(item) { totals[stratum, default: 0] += 1 } }
    let order = families.sorted { left, right in
      if left.value.count != right.value.count { return left.value.count > right.value.count }
      return rank(left.key, seed) < rank(right.key, seed)
    }
    var held: [Split: [Stratum: Double]] = [:]
    var result: [String: Split] = [:]
    let splits = Split.allCases.filter { fractions[$0] > 0 }
    for (family, members) in order {
      let best = splits.min { left, right in
        let a = cost(of: members, in: left, held, totals, fractions)
        let b = cost(of: members, in: right, held, totals, fractions)
        if abs(a - b) > 1e-9 { return a < b }
        return rank(family + left.rawValue, seed) < rank(family + right.rawValue, seed)
      }
      guard let best else { continue }
      for member in members {
        result[member.name] = best
        for stratum in strata(member) { held[best, default: [:]][stratum, default: 0] += 1 }
      }
    }
    return result
  }

  private struct Stratum: Hashable {
    let level: Int
    let name: String
  }

  // Level 0 is all tasks, then each stratum alone, then all of them crossed.
  private static func strata(_ item: SplitItem) -> [Stratum] {
    var list = [Stratum(level: 0, name: "")]
    for (index, name) in item.strata.enumerated() {
      list.append(Stratum(level: index + 1, name: name))
    }
    if item.strata.count > 1 {
      list.append(
        Stratum(level: item.strata.count + 1, name: item.strata.joined(separator: "\u{1F}")))
    }
    return list
  }

  /// How much further from its shares the split would be with these tasks; negative is nearer.
  private static func cost(
    of members: [SplitItem], in split: Split, _ held: [Split: [Stratum: Double]],
    _ totals: [Stratum: Double], _ fractions: SplitFractions
  ) -> Double {
    var added: [Stratum: Double] = [:]
    for member in members { for stratum in strata(member) { added[stratum, default: 0] += 1 } }
    var sum = 0.0
    for (stratum, count) in added.sorted(by: {
      ($0.key.level, $0.key.name) < ($1.key.level, $1.key.name)
    }) {
      let share = (totals[stratum] ?? 0) * fractions[split]
      let now = held[split]?[stratum] ?? 0
      let weight = stratum.level == 0 ? 4.0 : 1.0
      // The fuller a split is against its share, the dearer its next task.
      sum += weight * ((now + count / 2 - share) / max(share, 0.5)) * count
    }
    return sum
  }

  private static func rank(_ text: String, _ seed: UInt64) -> Digest {
    Digest.of("\(seed)\u{1F}\(text)")
  }
}
