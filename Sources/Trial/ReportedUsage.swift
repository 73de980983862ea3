internal import Facts
internal import Interchange

/// Tokens and money as agents report them in their trajectories.
///
/// Nobody else counted them: they are shown with their mark and decide nothing.
struct ReportedUsage: Sendable {
  /// The mark of figures that the agent alone has counted.
  static let selfReported = "usage_self_reported"

  private var sum = TokenUsage()
  private(set) var flags: Set<String> = []

  /// Adds what the trajectories among some files say; each belongs to a step of its own.
  mutating func add(_ files: [AttemptFile]) {
    for file in files where file.role == "trajectory" {
      let reading = Atif.read(file.content, file: file.path)
      guard reading.isValid, let trajectory = reading.trajectory else {
        flags.insert("trajectory_invalid")
        continue
      }
      let usage = trajectory.usage
      guard !usage.isEmpty, Self.isPlausible(usage) else { continue }
      sum.add(usage)
      flags.insert(Self.selfReported)
    }
  }

  /// What was measured, with what was metered or else reported.
  func usage(wallMs: Int, cpuMs: Int, peakMemoryBytes: Int?, metered: TokenUsage?) -> Usage {
    let used = metered ?? sum
    return Usage(
      wallMs: wallMs, cpuMs: cpuMs, peakMemoryBytes: peakMemoryBytes, inputTokens: used.input,
      cachedTokens: used.cached, outputTokens: used.output, costUSD: used.costUSD)
  }

  private static func isPlausible(_ usage: TokenUsage) -> Bool {
    [usage.input, usage.cached, usage.output].allSatisfy { ($0 ?? 0) >= 0 }
      && usage.costUSD.map { $0.isFinite && $0 >= 0 } ?? true
  }
}
