internal import Base
internal import Stats

/// Puts bundles of edits together that are worth most under some effects.
struct Assembly {
  let pool: Pool
  let effects: [Double]
  let pairs: [PooledModel.Pair]

  /// `effects` as the model orders them: coordinates first, then its pairs.
  init(pool: Pool, effects: [Double], pairs: [PooledModel.Pair]) {
    self.pool = pool
    self.effects = effects
    self.pairs = pairs
  }

  /// The bundle of the largest worth that climbing finds.
  func best() -> [EditID] {
    var chosen = pool.components.map { component in
      pick(in: component) { pool.worth(of: $0, effects) }
    }
    if !pairs.isEmpty { climb(&chosen) }
    return pool.mended(chosen.compactMap(\.self)) { pool.worth(of: $0, effects) }
  }

  private func pick(in component: Pool.Component, worth: (EditID) -> Double) -> EditID? {
    var best: EditID?
    var most = 0.0
    for option in component.options {
      let value = worth(option)
      if value > most { (best, most) = (option, value) }
    }
    return best
  }

  // Component by component until nothing gains; two at a time where the data say that they hang together.
  private func climb(_ chosen: inout [EditID?]) {
    var row = pool.features(of: chosen.compactMap(\.self))
    for _ in 0..<20 {
      var moved = false
      for (place, component) in pool.components.enumerated() {
        for part in component.coordinates { row[part] = 0 }
        let marginal = marginals(row)
        let option = pick(in: component) { id in
          pool.home(of: id)?.parts.reduce(0) {
            $0 + $1.value * (effects[$1.coordinate] + marginal[$1.coordinate])
          } ?? 0
        }
        if option != chosen[place] { moved = true }
        chosen[place] = option
        for part in option.flatMap(pool.home(of:))?.parts ?? [] {
          row[part.coordinate] = part.value
        }
      }
      if !moved, !jump(&chosen, &row) { return }
    }
  }

  private func marginals(_ row: [Double]) -> [Double] {
    var marginal = [Double](repeating: 0, count: pool.coordinates)
    for (index, pair) in pairs.enumerated() {
      let effect = effects[pool.coordinates + index]
      marginal[pair.first] += effect * row[pair.second]
      marginal[pair.second] += effect * row[pair.first]
    }
    return marginal
  }

  // Two switches at once, where one alone would lose.
  private func jump(_ chosen: inout [EditID?], _ row: inout [Double]) -> Bool {
    let marginal = marginals(row)
    for (index, pair) in pairs.enumerated() {
      let (a, b) = (pair.first, pair.second)
      let (before, after) = ((row[a], row[b]), (1 - row[a], 1 - row[b]))
      let joint = effects[pool.coordinates + index]
      let straight =
        (after.0 - before.0) * (effects[a] + marginal[a])
        + (after.1 - before.1) * (effects[b] + marginal[b])
      let bent = joint * (after.0 - before.0) * (after.1 - before.1)
      guard straight + bent > 1e-9, let first = home(of: a), let second = home(of: b),
        first.place != second.place
      else { continue }
      for (home, value) in [(first, after.0), (second, after.1)] {
        for part in pool.components[home.place].coordinates { row[part] = 0 }
        chosen[home.place] = value > 0 ? home.option : nil
        if value > 0 { row[home.part] = 1 }
      }
      return true
    }
    return false
  }

  private func home(of coordinate: Int) -> (place: Int, option: EditID, part: Int)? {
    for (place, component) in pool.components.enumerated() where !component.isNumber {
      for option in component.options where pool.home(of: option)?.coordinate == coordinate {
        return (place, option, coordinate)
      }
    }
    return nil
  }

  /// A bundle with some of its patches switched against what is best, so that the model goes on learning.
  static func shaken(
    _ bundle: [EditID], in pool: Pool, share: Double, using draws: inout Draws
  ) -> [EditID] {
    guard share > 0 else { return bundle }
    var chosen = bundle
    for component in pool.components where !component.isNumber {
      guard draws.share() < share else { continue }
      let held = component.options.first { chosen.contains($0) }
      chosen.removeAll { $0 == held }
      let others = component.options.filter { $0 != held }
      // No edit at all is one of the choices, unless it is what is being left.
      let place = draws.below(others.count + (held == nil ? 0 : 1))
      if place < others.count { chosen.append(others[place]) }
    }
    return pool.mended(chosen) { _ in 0 }
  }

  /// A bundle by the toss of a coin for each component.
  static func tossed(in pool: Pool, using draws: inout Draws) -> [EditID] {
    let chosen = pool.components.compactMap { component -> EditID? in
      if component.isNumber {
        let place = draws.below(component.options.count + 1)
        return place < component.options.count ? component.options[place] : nil
      }
      guard draws.share() < 0.5, !component.options.isEmpty else { return nil }
      return component.options[draws.below(component.options.count)]
    }
    return pool.mended(chosen) { _ in 0 }
  }
}
