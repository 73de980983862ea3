/// A task's own parameters, solved for in terms of the common ones.
struct Elimination {
  /// The lower triangular factor R of curvature plus prior: R·Rᵀ.
  let factor: SymmetricMatrix
  /// The lower triangle of the curvature C.
  let curvature: SymmetricMatrix
  /// R⁻¹·C
  let reduced: SymmetricMatrix
  /// R⁻¹·(slope less what the prior pulls)
  let pulled: [Double]

  /// Nil when the matrix cannot be solved.
  init?(curvature: SymmetricMatrix, slope: [Double], prior: [Double], position: [Double]) {
    var whole = curvature
    for index in prior.indices { whole[index, index] += prior[index] }
    guard let factor = whole.factor() else { return nil }
    self.factor = factor
    self.curvature = curvature.mirrored()
    reduced = factor.solved(self.curvature)
    pulled = factor.solved(slope.indices.map { slope[$0] - prior[$0] * position[$0] })
  }

  /// Adds what this task says of the common parameters: C - C·A⁻¹·C and the slope that goes with it.
  func contribute(
    to hessian: inout SymmetricMatrix, _ gradient: inout [Double], slope: [Double]
  ) {
    hessian.add(curvature)
    hessian.subtractSquare(of: reduced)
    let absorbed = reduced.transposedTimes(pulled)
    for index in slope.indices { gradient[index] += slope[index] - absorbed[index] }
  }

  /// How the task's own parameters move when the common ones make a step.
  func move(against step: [Double]) -> [Double] {
    let pushed = reduced.times(step)
    return factor.solvedMirrored(pulled.indices.map { pulled[$0] - pushed[$0] })
  }

  /// How unsure each of them is, given how unsure the common ones are.
  func variances(given common: SymmetricMatrix) -> [Double] {
    // B = A⁻¹·C; then the diagonal of A⁻¹ + B·V·Bᵀ.
    let answer = factor.solvedMirrored(reduced)
    let spread = answer.times(common)
    let own = factor.inverseOfTriangle()
    return (0..<factor.size).map { row in
      var sum = 0.0
      for k in row..<factor.size { sum += own[k, row] * own[k, row] }
      for column in 0..<factor.size { sum += spread[row, column] * answer[row, column] }
      return sum
    }
  }
}
