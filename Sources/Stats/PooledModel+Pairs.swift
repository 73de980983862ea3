internal import Glibc

extension PooledModel {
  /// The pairs of some coordinates that the scores ask for beyond what the model has, the strongest first.
  ///
  /// So many that about `doubt` of all linked pairs are expected to be chance: where few things hang
  /// together a pair has to be plain, where many do a weaker sign is enough.
  public func missingPairs(among columns: [Int], doubt: Double) -> [(first: Int, second: Int)] {
    let found = pairStrengths(among: columns)
    let count = found.indices.last { index in
      let chance = 2 * (1 - Normal.cdf(abs(found[index].strength))) * Double(found.count)
      return chance <= doubt * Double(index + 1 + pairs.count)
    }
    return count.map { found[...$0].map { ($0.first, $0.second) } } ?? []
  }

  /// The slope of the likelihood for a term of two coordinates together, in its own standard errors.
  private func pairStrengths(among columns: [Int])
    -> [(first: Int, second: Int, strength: Double)]
  {
    let chosen = columns.sorted()
    let width = chosen.count
    var pull = SymmetricMatrix(size: width)
    var spread = SymmetricMatrix(size: width)
    for task in 0..<tasks {
      let position = (0..<size).map { common[$0] + own[task][$0] }
      seen[task].addProducts(of: chosen.map { $0 + 1 }, rows, at: position, to: &pull, &spread)
    }
    let linked = Set(pairs.map { [$0.first, $0.second] })
    var found: [(first: Int, second: Int, strength: Double)] = []
    for row in 0..<width {
      for column in 0..<row where spread[row, column] > 1 {
        let (first, second) = (chosen[column], chosen[row])
        if linked.contains([first, second]) { continue }
        found.append((first, second, pull[row, column] / spread[row, column].squareRoot()))
      }
    }
    return found.sorted {
      (abs($1.strength), $0.first, $0.second) < (abs($0.strength), $1.first, $1.second)
    }
  }
}

extension SeenTrials {
  /// Adds, for each two columns, the products of their distances from their means: weighted by what is
  /// left of the score, and their squares by its variance.
  func addProducts(
    of columns: [Int], _ table: FeatureRows, at position: [Double],
    to pull: inout SymmetricMatrix, _ spread: inout SymmetricMatrix
  ) {
    guard !scores.isEmpty else { return }
    let (rows, width) = (table.values, table.width)
    let means = columns.map { column in
      places.reduce(0) { $0 + rows[Int($1) * width + column] } / Double(scores.count)
    }
    let count = columns.count
    for (index, score) in scores.enumerated() {
      let start = Int(places[index]) * width
      var logit = 0.0
      for column in 0..<width { logit += rows[start + column] * position[column] }
      let p = PooledModel.logistic(logit)
      let weight = p * (1 - p)
      let away = columns.indices.map { rows[start + columns[$0]] - means[$0] }
      for row in 0..<count {
        let mine = away[row]
        for column in 0..<row {
          let product = mine * away[column]
          pull.values[row * count + column] += (score - p) * product
          spread.values[row * count + column] += weight * product * product
        }
      }
    }
  }
}
