/// The trials of one task, in the order in which they were taken in: which row of features, and the score.
struct SeenTrials: Sendable {
  /// The places of their rows in the table of the model.
  private(set) var places: [UInt32] = []
  private(set) var scores: [Double] = []

  init() {}

  /// Trials as they were kept; nil where one has no row in the table, or no score.
  init?(_ places: [UInt32], _ scores: [Double], of rows: FeatureRows) {
    guard places.count == scores.count, places.allSatisfy({ $0 < rows.count }) else { return nil }
    self.places = places
    self.scores = scores
  }

  mutating func append(_ place: UInt32, _ score: Double) {
    places.append(place)
    scores.append(score)
  }

  /// The lower triangle of the negative second derivatives of the log likelihood, and its first ones.
  func likelihood(at position: [Double], _ table: FeatureRows) -> (
    curvature: SymmetricMatrix, slope: [Double]
  ) {
    let width = table.width
    var curvature = SymmetricMatrix(size: width)
    var slope = [Double](repeating: 0, count: width)
    unsafe table.values.withUnsafeBufferPointer { rows in
      unsafe curvature.values.withUnsafeMutableBufferPointer { matrix in
        for (index, score) in scores.enumerated() {
          let start = Int(places[index]) * width
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
