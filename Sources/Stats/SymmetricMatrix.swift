/// A small square matrix, row by row; what the pooled model solves is symmetric and positive.
///
/// The loops run along rows, over memory as it lies, because most of a night's own time is spent here.
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

  /// The same with the lower triangle copied over the upper one.
  func mirrored() -> SymmetricMatrix {
    var whole = self
    for row in 0..<size {
      for column in 0..<row { whole[column, row] = self[row, column] }
    }
    return whole
  }

  /// The lower triangle whose product with its mirror image this is, read from the lower triangle; nil
  /// when the matrix is not positive.
  func factor() -> SymmetricMatrix? {
    var lower = SymmetricMatrix(size: size)
    let size = self.size
    let isPositive = unsafe values.withUnsafeBufferPointer { source in
      unsafe lower.values.withUnsafeMutableBufferPointer { target in
        for row in 0..<size {
          let line = row * size
          for column in 0...row {
            let other = column * size
            var sum = unsafe source[line + column]
            for k in 0..<column { unsafe sum -= target[line + k] * target[other + k] }
            if row == column {
              guard sum > 0, sum.isFinite else { return false }
              unsafe target[line + row] = sum.squareRoot()
            } else {
              unsafe target[line + column] = sum / target[other + column]
            }
          }
        }
        return true
      }
    }
    return isPositive ? lower : nil
  }

  /// The inverse, read from the lower triangle; nil when the matrix is not positive.
  func inverse() -> SymmetricMatrix? {
    guard let triangle = factor()?.inverseOfTriangle() else { return nil }
    var inverse = SymmetricMatrix(size: size)
    for row in 0..<size { inverse.addProduct(of: row, in: triangle, upTo: row, sign: 1) }
    return inverse.mirrored()
  }

  /// The inverse of a lower triangle.
  func inverseOfTriangle() -> SymmetricMatrix {
    var unit = SymmetricMatrix(size: size)
    for index in 0..<size { unit[index, index] = 1 }
    return solved(unit)
  }

  /// R⁻¹·M for this lower triangle R.
  func solved(_ matrix: SymmetricMatrix) -> SymmetricMatrix {
    var result = matrix
    let size = self.size
    unsafe values.withUnsafeBufferPointer { lower in
      unsafe result.values.withUnsafeMutableBufferPointer { out in
        for row in 0..<size {
          let line = row * size
          for k in 0..<row {
            let factor = unsafe lower[line + k]
            guard factor != 0 else { continue }
            let other = k * size
            for column in 0..<size { unsafe out[line + column] -= factor * out[other + column] }
          }
          let scale = unsafe 1 / lower[line + row]
          for column in 0..<size { unsafe out[line + column] *= scale }
        }
      }
    }
    return result
  }

  /// R⁻ᵀ·M for this lower triangle R.
  func solvedMirrored(_ matrix: SymmetricMatrix) -> SymmetricMatrix {
    var result = matrix
    let size = self.size
    unsafe values.withUnsafeBufferPointer { lower in
      unsafe result.values.withUnsafeMutableBufferPointer { out in
        for row in stride(from: size - 1, through: 0, by: -1) {
          let line = row * size
          for k in (row + 1)..<max(size, row + 1) {
            let factor = unsafe lower[k * size + row]
            guard factor != 0 else { continue }
            let other = k * size
            for column in 0..<size { unsafe out[line + column] -= factor * out[other + column] }
          }
          let scale = unsafe 1 / lower[line + row]
          for column in 0..<size { unsafe out[line + column] *= scale }
        }
      }
    }
    return result
  }

  /// R⁻¹·v for this lower triangle R.
  func solved(_ vector: [Double]) -> [Double] {
    var result = vector
    for row in 0..<size {
      var sum = vector[row]
      for k in 0..<row { sum -= self[row, k] * result[k] }
      result[row] = sum / self[row, row]
    }
    return result
  }

  /// R⁻ᵀ·v for this lower triangle R.
  func solvedMirrored(_ vector: [Double]) -> [Double] {
    var result = vector
    for row in stride(from: size - 1, through: 0, by: -1) {
      var sum = vector[row]
      for k in (row + 1)..<max(size, row + 1) { sum -= self[k, row] * result[k] }
      result[row] = sum / self[row, row]
    }
    return result
  }

  func times(_ vector: [Double]) -> [Double] {
    (0..<size).map { row in
      var sum = 0.0
      for column in 0..<size { sum += values[row * size + column] * vector[column] }
      return sum
    }
  }

  func transposedTimes(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: size)
    for row in 0..<size {
      for column in 0..<size { result[column] += values[row * size + column] * vector[row] }
    }
    return result
  }

  func times(_ other: SymmetricMatrix) -> SymmetricMatrix {
    var product = SymmetricMatrix(size: size)
    let size = self.size
    unsafe values.withUnsafeBufferPointer { mine in
      unsafe other.values.withUnsafeBufferPointer { theirs in
        unsafe product.values.withUnsafeMutableBufferPointer { out in
          for row in 0..<size {
            let line = row * size
            for k in 0..<size {
              let factor = unsafe mine[line + k]
              guard factor != 0 else { continue }
              let source = k * size
              for column in 0..<size {
                unsafe out[line + column] += factor * theirs[source + column]
              }
            }
          }
        }
      }
    }
    return product
  }

  mutating func add(_ other: SymmetricMatrix) {
    for index in values.indices { values[index] += other.values[index] }
  }

  /// Takes Xᵀ·X away, in the lower triangle only.
  mutating func subtractSquare(of matrix: SymmetricMatrix) {
    for row in 0..<size { addProduct(of: row, in: matrix, upTo: size - 1, sign: -1) }
  }

  /// Adds the product of a row with itself, in the lower triangle, as far as the row goes.
  private mutating func addProduct(
    of row: Int, in matrix: SymmetricMatrix, upTo last: Int, sign: Double
  ) {
    let size = self.size
    let line = row * size
    unsafe matrix.values.withUnsafeBufferPointer { source in
      unsafe values.withUnsafeMutableBufferPointer { out in
        for first in 0...last {
          let factor = unsafe sign * source[line + first]
          guard factor != 0 else { continue }
          let target = first * size
          for second in 0...first {
            unsafe out[target + second] += factor * source[line + second]
          }
        }
      }
    }
  }
}
