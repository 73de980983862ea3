internal import Base
internal import Facts

/// Chooses among all dev trials those that tell most.
struct EvidenceChoice {
  private let trials: [TrialRecord]
  private let base: CandidateID?
  private let limits: EvidenceReader.Limits

  init(_ trials: [TrialRecord], base: CandidateID?, limits: EvidenceReader.Limits) {
    // The base's own first, then the newest: what was mended since is no news.
    let newest = trials.reversed()
    self.trials =
      newest.filter { $0.fact.candidate == base } + newest.filter { $0.fact.candidate != base }
    self.base = base
    self.limits = limits
  }

  /// Failures by cause; of each task as many as of the others, so that one hard task is not all there is.
  func clusters(_ open: (TrialID) throws -> DevTrial) rethrows -> [FailureCluster] {
    var groups: [FailureCause: FailureCluster] = [:]
    for record in spread(trials.filter { !$0.isPass }).prefix(limits.failures) {
      let trial = try open(record.id)
      let cause = trial.cause
      var group =
        groups[cause] ?? FailureCluster(cause: cause, trials: [], tasks: [], samples: [])
      group.trials.append(record.id)
      if !group.tasks.contains(record.taskName) {
        group.tasks.append(record.taskName)
        if group.samples.count < limits.samples {
          group.samples.append(
            FailureCluster.Sample(trial: record.id, task: record.taskName, text: trial.complaint))
        }
      }
      groups[cause] = group
    }
    return Array(
      groups.values.sorted {
        ($1.tasks.count, $1.trials.count, $0.cause.key) < (
          $0.tasks.count, $0.trials.count, $1.cause.key
        )
      }.prefix(limits.clusters))
  }

  /// Tasks that are sometimes solved, the most undecided first, with a trial of either kind.
  func pairs(_ open: (TrialID) throws -> DevTrial) rethrows -> [TrialPair] {
    let byTask = Dictionary(grouping: trials, by: \.taskName)
    let mixed = byTask.compactMap { name, trials -> (name: String, balance: Double)? in
      let share = Double(trials.count(where: \.isPass)) / Double(trials.count)
      return share > 0 && share < 1 ? (name, abs(share - 0.5)) : nil
    }.sorted { ($0.balance, $0.name) < ($1.balance, $1.name) }
    return try mixed.prefix(limits.pairs).compactMap { entry in
      guard let (passed, failed) = contrast(byTask[entry.name] ?? []) else { return nil }
      let (one, other) = (try open(passed.id), try open(failed.id))
      return TrialPair(
        task: entry.name, passed: passed.id, failed: failed.id,
        isSameCandidate: passed.fact.candidate == failed.fact.candidate,
        divergence: one.steps.divergence(from: other.steps))
    }
  }

  /// The trials that are kept as documents: both of every pair, one of every cause, then the rest.
  func traced(_ clusters: [FailureCluster], _ pairs: [TrialPair]) -> [TrialID] {
    var order = pairs.flatMap { [$0.failed, $0.passed] }
    for depth in 0..<max(1, limits.samples) {
      order += clusters.compactMap { depth < $0.samples.count ? $0.samples[depth].trial : nil }
    }
    order += spread(trials.filter { !$0.isPass }).map(\.id)
    order += spread(trials.filter(\.isPass)).map(\.id)
    var seen: Set<TrialID> = []
    return order.filter { seen.insert($0).inserted }
  }

  private func contrast(_ trials: [TrialRecord]) -> (passed: TrialRecord, failed: TrialRecord)? {
    let byCandidate = Dictionary(grouping: trials, by: \.fact.candidate)
    for record in trials where !record.isPass {
      if let twin = byCandidate[record.fact.candidate]?.first(where: \.isPass) {
        return (twin, record)
      }
    }
    guard let passed = trials.first(where: \.isPass),
      let failed = trials.first(where: { !$0.isPass })
    else { return nil }
    return (passed, failed)
  }

  /// The same trials, the first of every task before the second of any.
  private func spread(_ trials: [TrialRecord]) -> [TrialRecord] {
    var rank: [String: Int] = [:]
    let ranked = trials.enumerated().map { place, trial -> (rank: Int, place: Int) in
      defer { rank[trial.taskName, default: 0] += 1 }
      return (rank[trial.taskName] ?? 0, place)
    }
    return ranked.sorted { $0 < $1 }.map { trials[$0.place] }
  }
}
