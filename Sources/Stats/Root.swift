/// Finds where a rising function is 0.
enum Root {
  /// Newton's steps where they stay inside the bracket and shrink it well, halving otherwise.
  ///
  /// `function` gives the value and the slope; it is below 0 at `low` and not below 0 at `high`.
  static func find(
    between low: Double, and high: Double, from start: Double,
    _ function: (Double) -> (value: Double, slope: Double)
  ) -> Double {
    var (low, high) = (low, high)
    var x = start > low && start < high ? start : low + (high - low) / 2
    // Halving a double's range cannot take more steps than this, wherever the root lies.
    for round in 1...2200 {
      let (value, slope) = function(x)
      if value == 0 { return x }
      if value < 0 { low = x } else { high = x }
      let step = x - value / slope
      // Every fourth step halves, so that a flat stretch cannot make Newton crawl.
      let isInside = step.isFinite && step > low && step < high && !round.isMultiple(of: 4)
      let next = isInside ? step : low + (high - low) / 2
      if next <= low || next >= high || abs(next - x) <= 4e-16 * abs(next) { return next }
      x = next
    }
    return x
  }
}
