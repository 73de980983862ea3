/// The trials of one task: a row of features and a score each, packed row by row.
struct SeenTrials: Sendable {
  private(set) var rows: [Double] = []
  private(set) var scores: [Double] = []
  private(set) var width = 1

  mutating func append(_ row: [Double], _ score: Double) {
    rows += row
    scores.append(score)
  }

  /// Makes room for more columns, all 0.
  mutating func widen(by count: Int, at place: Int) {
    var wider: [Double] = []
    wider.reserveCapacity(scores.count * (width + count))
    for index in scores.indices {
      let row = rows[(index * width)..<((index + 1) * width)]
      wider += row.prefix(place)
      for _ in 0..<count { wider.append(0) }
      wider += row.dropFirst(place)
    }
    rows = wider
    width += count
  }

  /// Fills the last column with the product of two others.
  mutating func setLast(product first: Int, _ second: Int) {
    for index in scores.indices {
      let start = index * width
      rows[start + width - 1] = rows[start + first] * rows[start + second]
    }
  }

  /// The lower triangle of the negative second derivatives of the log likelihood, and its first ones.
  func likelihood(at position: [Double]) -> (curvature: SymmetricMatrix, slope: [Double]) {
    var curvature = SymmetricMatrix(size: width)
    var slope = [Double](repeating: 0, count: width)
    let width = self.width
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe curvature.values.withUnsafeMutableBufferPointer { matrix in
        for (index, score) in scores.enumerated() {
          let start = index * width
          var logit = 0.0
          for column in 0..<width { unsafe logit += rows[start + column] * position[column] }
          let p = PooledModel.logistic(logit)
          let weight = p * (1 - p) + 1e-9
          for column in 0..<width {
            let value = unsafe rows[start + column]
            guard value != 0 else { continue }
            slope[column] += value * (score - p)
            let scaled = weight * value
            let line = column * width
            for other in 0...column {
              unsafe matrix[line + other] += scaled * rows[start + other]
            }
          }
        }
      }
    }
    return (curvature, slope)
  }
}
