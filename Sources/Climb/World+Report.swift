internal import Base
internal import Stats

extension World {
  mutating func beginMeasuring(_ trials: Int) {
    phase = .measuring
    figures = [[Double]](repeating: [], count: gate.count)
    measures = trials * gate.count
    for visit in 0..<trials {
      for task in gate {
        queue.append(Waiting(candidate: incumbent, task: task, purpose: .report(visit: visit)))
      }
    }
  }

  /// The report from the fresh trials; nil when there was none.
  var measured: NightReport? {
    guard let mean = StratifiedMean(figures, confidence: 0.9) else { return nil }
    return NightReport(
      candidate: incumbent, score: mean.mean, interval: mean.interval,
      trials: figures.reduce(0) { $0 + $1.count }, adoptions: adoptions,
      baseline: nil, bracket: nil, vault: nil, unverified: "no vault tasks", rolledBack: [],
      pruned: [], stop: .rollouts)
  }
}
