/// A small square matrix, row by row; what the pooled model solves is symmetric and positive.
struct SymmetricMatrix: Sendable, Hashable {
  let size: Int
  var values: [Double]

  init(size: Int) {
    self.size = size
    values = [Double](repeating: 0, count: size * size)
  }

  init(diagonal: [Double]) {
    self.init(size: diagonal.count)
    for (index, value) in diagonal.enumerated() { self[index, index] = value }
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * size + column] }
    set { values[row * size + column] = newValue }
  }

  var diagonal: [Double] { (0..<size).map { self[$0, $0] } }

  /// The lower triangle whose product with its mirror image this is; nil when the matrix is not positive.
  func factor() -> SymmetricMatrix? {
    var lower = SymmetricMatrix(size: size)
    for row in 0..<size {
      for column in 0...row {
        var sum = self[row, column]
        for k in 0..<column { sum -= lower[row, k] * lower[column, k] }
        if row == column {
          guard sum > 0, sum.isFinite else { return nil }
          lower[row, row] = sum.squareRoot()
        } else {
          lower[row, column] = sum / lower[column, column]
        }
      }
    }
    return lower
  }

  /// The inverse; nil when the matrix is not positive.
  func inverse() -> SymmetricMatrix? {
    guard let lower = factor() else { return nil }
    // The inverse of the triangle, column by column, then its mirror image times itself.
    var triangle = SymmetricMatrix(size: size)
    for column in 0..<size {
      triangle[column, column] = 1 / lower[column, column]
      for row in (column + 1)..<max(size, column + 1) {
        var sum = 0.0
        for k in column..<row { sum -= lower[row, k] * triangle[k, column] }
        triangle[row, column] = sum / lower[row, row]
      }
    }
    var inverse = SymmetricMatrix(size: size)
    for row in 0..<size {
      for column in 0...row {
        var sum = 0.0
        for k in row..<size { sum += triangle[k, row] * triangle[k, column] }
        inverse[row, column] = sum
        inverse[column, row] = sum
      }
    }
    return inverse
  }

  func times(_ vector: [Double]) -> [Double] {
    (0..<size).map { row in
      var sum = 0.0
      for column in 0..<size { sum += values[row * size + column] * vector[column] }
      return sum
    }
  }

  func times(_ other: SymmetricMatrix) -> SymmetricMatrix {
    var product = SymmetricMatrix(size: size)
    for row in 0..<size {
      for k in 0..<size {
        let factor = values[row * size + k]
        guard factor != 0 else { continue }
        for column in 0..<size {
          product.values[row * size + column] += factor * other.values[k * size + column]
        }
      }
    }
    return product
  }
}
