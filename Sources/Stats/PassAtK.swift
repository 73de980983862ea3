/// The chance that at least one of k tries passes.
public enum PassAtK {
  /// The unbiased estimate for one task with `passes` of `trials`; nil when there are fewer trials than k.
  public static func estimate(passes: Int, trials: Int, k: Int) -> Double? {
    guard k >= 1, trials >= k, (0...trials).contains(passes) else { return nil }
    guard trials - passes >= k else { return 1 }
    // 1 - C(n-c, k) / C(n, k) as a product, which cannot overflow.
    let allFail = (0..<k).reduce(1.0) {
      $0 * Double(trials - passes - $1) / Double(trials - $1)
    }
    return 1 - allFail
  }

  /// The mean over tasks; nil when one task has fewer trials than k, or there is none.
  public static func mean(_ tasks: [(passes: Int, trials: Int)], k: Int) -> Double? {
    var sum = 0.0
    for task in tasks {
      guard let value = estimate(passes: task.passes, trials: task.trials, k: k) else { return nil }
      sum += value
    }
    return tasks.isEmpty ? nil : sum / Double(tasks.count)
  }

  /// The k worth showing when every task has `trials`: 1 to 5, doublings, tens, and the number itself.
  public static func shown(trials: Int) -> [Int] {
    guard trials >= 1 else { return [] }
    var values = Set((1...5).filter { $0 <= trials })
    values.insert(trials)
    var k = 8
    while k <= trials {
      values.insert(k)
      k *= 2
    }
    return values.union(stride(from: 10, through: trials, by: trials > 100 ? 100 : 10)).sorted()
  }
}
