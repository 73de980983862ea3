internal import Base
internal import Glibc
internal import Stats

/// The last trials of a night, which decide nothing.
struct Closing: Sendable, Codable {
  enum Side: Sendable, Hashable { case report, baseline, champion }

  let champion: CandidateID
  /// How many trials are still to come back.
  var left = 0
  /// Trials of each side on each sealed task; nil while these are closed.
  var vaultTrials: Int?
  var report: [[Double]]
  var baseline: [[Double]]
  var sealed: [[Double]]

  init(_ champion: CandidateID, gate: Int, vault: Int) {
    self.champion = champion
    report = [[Double]](repeating: [], count: gate)
    baseline = [[Double]](repeating: [], count: vault)
    sealed = baseline
  }

  var isWhole: Bool { left == 0 }

  mutating func settle(_ side: Side, _ place: Int, _ score: Double?) {
    left -= 1
    guard let score else { return }
    switch side {
    case .report: report[place].append(score)
    case .baseline: baseline[place].append(score)
    case .champion: sealed[place].append(score)
    }
  }
}

extension World {
  /// Who is handed over: the candidate that waits for a person, or else the incumbent.
  var champion: CandidateID {
    contests.last { $0.approval == .asked }?.candidate ?? incumbent
  }

  /// Whether nothing is left to be done but the report.
  var isFinished: Bool {
    taken == rollouts && queue.isEmpty && answers.proposals.isEmpty && answers.reflections.isEmpty
      && answers.inspections.isEmpty && screening.waiting.isEmpty && nextScreening == 0
      && screening.piloted >= pilots
      && contests.allSatisfy {
        $0.approval == .asked || $0.wanted($0.block) == 0 && !$0.isTwinning
      }
  }

  mutating func beginClosing(_ champion: CandidateID, trials: Int) {
    accounts.stop = ending
    var closing = Closing(champion, gate: gate.count, vault: vault.count)
    closing.left = trials * gate.count
    self.closing = closing
    for visit in 0..<trials {
      for task in gate {
        queue.append(Waiting(candidate: champion, task: task, purpose: .report(visit: visit)))
      }
    }
  }

  /// Fresh trials on each gate task that can still be paid.
  var reportTrials: Int {
    gate.isEmpty
      ? 0 : min(rules.reportTrials, max(accounts.horizon - rollouts, 0) / gate.count)
  }

  func mayOpenVault(_ closing: Closing) -> Bool { sealed(closing) == nil }

  /// Trials of each side on each sealed task that can still be paid.
  var vaultTrials: Int {
    let left = max(accounts.horizon - rollouts - queue.count, 0)
    return vault.isEmpty ? 0 : min(rules.vaultTrials, left / (2 * vault.count))
  }

  /// Why the sealed tasks stay closed; nil when they are opened.
  private func sealed(_ closing: Closing) -> String? {
    if vault.isEmpty { return "no vault tasks" }
    if closing.champion == CandidateID(1) { return "nothing was found that could be compared" }
    return closing.vaultTrials ?? vaultTrials > 0 ? nil : "no trials were left for them"
  }

  /// Both sides on every sealed task, one after the other, with the same draws.
  mutating func openVault(_ trials: Int) {
    guard var closing else { return }
    closing.vaultTrials = trials
    closing.left += 2 * trials * vault.count
    self.closing = closing
    var draws = self.draws(for: 7)
    for visit in 0..<trials {
      for task in draws.shuffled(vault) {
        for candidate in [CandidateID(1), closing.champion] {
          queue.append(Waiting(candidate: candidate, task: task, purpose: .vault(visit: visit)))
        }
      }
    }
  }

  /// The report of the morning.
  func morning(_ closing: Closing) -> NightReport {
    let isAwaited = openQuestions.contains(closing.champion)
    // What was measured is not handed over when a person said no to it meanwhile.
    let isRejected = !isAwaited && closing.champion != incumbent
    let mean = isRejected ? nil : StratifiedMean(closing.report, confidence: 0.9)
    let baseline = measured(banks[CandidateID(1)])
    let vault = isRejected ? nil : vaultFigures(closing)
    let missing =
      isRejected
      ? "a person refused the candidate that was compared"
      : sealed(closing) ?? "no trial of both sides could be judged"
    return NightReport(
      candidate: isRejected ? incumbent : closing.champion, score: mean?.mean,
      interval: mean?.interval,
      trials: mean == nil ? 0 : closing.report.reduce(0) { $0 + $1.count }, adoptions: adoptions,
      isAwaited: isAwaited, baseline: baseline,
      bracket: isRejected ? nil : bracket(closing), vault: vault,
      unverified: vault == nil ? missing : nil, drift: drift,
      rolledBack: rolledBack, pruned: pruned, stop: accounts.stop)
  }

  /// What the control with the most tasks that were tried at both times says; nil where none was.
  private var drift: NightReport.Drift? {
    guard let ageing = rules.racing.ageing else { return nil }
    let all = banks.compactMap { id, bank in bank.drift(ageing).map { (id, $0.difference) } }
    let most = all.max { ($0.1.tasks, $1.0) < ($1.1.tasks, $0.0) }
    return most.map { candidate, found in
      NightReport.Drift(
        candidate: candidate, tasks: found.tasks, difference: found.mean,
        interval: found.interval)
    }
  }

  private func measured(_ bank: Bank?) -> Measurement? {
    guard let scores = bank?.scores, let mean = StratifiedMean(scores, confidence: 0.9) else {
      return nil
    }
    return Measurement(
      score: mean.mean, interval: mean.interval, trials: scores.reduce(0) { $0 + $1.count })
  }

  /// The gain on the gate tasks, as measured, and deflated for having been chosen there: the more adoptions,
  /// the less is taken off.
  private func bracket(_ closing: Closing) -> Interval? {
    guard closing.champion != CandidateID(1), let bank = banks[CandidateID(1)] else { return nil }
    let differences = zip(closing.report, bank.scores).compactMap { mine, theirs in
      mine.isEmpty || theirs.isEmpty
        ? nil
        : mine.reduce(0, +) / Double(mine.count) - theirs.reduce(0, +) / Double(theirs.count)
    }
    guard let fresh = PairedDifference(differences, confidence: 0.9)?.difference else { return nil }
    let spread = 0.05 * Double(max(adoptions, 1)).squareRoot()
    let deflated = Shrinkage.shrunk(
      fresh.mean, standardError: fresh.standardError ?? 1, spread: spread)
    return Interval(deflated, fresh.mean)
  }

  private func vaultFigures(_ closing: Closing) -> VaultFigures? {
    guard closing.vaultTrials != nil else { return nil }
    func mean(_ scores: [Double]) -> Double { scores.reduce(0, +) / Double(scores.count) }
    let judged = vault.indices.filter {
      !closing.baseline[$0].isEmpty && !closing.sealed[$0].isEmpty
    }
    let rows = judged.map { (mine: mean(closing.sealed[$0]), theirs: mean(closing.baseline[$0])) }
    guard !rows.isEmpty else { return nil }
    let count = Double(rows.count)
    let tasks = zip(judged, rows).map { place, row in
      VaultFigures.Task(name: rules.tasks[vault[place]].name, difference: row.mine - row.theirs)
    }
    return VaultFigures(
      tasks: tasks, mean: tasks.reduce(0) { $0 + $1.difference } / count,
      interval: VaultFigures.interval(of: tasks, families: rules.families, confidence: 0.95),
      baseline: rows.reduce(0) { $0 + $1.theirs } / count,
      champion: rows.reduce(0) { $0 + $1.mine } / count,
      trials: judged.reduce(0) { $0 + closing.baseline[$1].count + closing.sealed[$1].count })
  }
}
