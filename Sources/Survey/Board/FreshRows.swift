internal import Base
internal import Climb
internal import Facts
internal import Ledger
internal import NightReading
internal import Report

/// What nights that are over stand on a board with, each read once for as long as nobody goes on with it.
public final class FreshRows: Sendable {
  private struct Known: Sendable {
    let end: RunEndFact?
    let resumptions: Int
    let rows: [FreshRow]
  }

  private let known = Locked<[RunID: Known]>([:])
  // More than stand on a board at once.
  private static let most = 64

  /// Nothing was read yet.
  public init() {}

  /// The rows of a night; nil for one that is under way.
  func rows(
    of night: RunHead, _ reader: LedgerReader, keeping: Bool, _ clock: WallClock
  ) throws -> [FreshRow]? {
    let resumptions = try reader.events(run: night.id, kind: "resumed", limit: .max)
    let lives = night.isAlive(resumptions)
    // What goes on need not be read, however long it is.
    if lives == true { return nil }
    if let found = known.withLock({ $0[night.id] }), found.end == night.end,
      found.resumptions == resumptions.count
    {
      return found.rows
    }
    let view = try NightView.read(reader, run: night.id, keeping: keeping, clock: clock)
    guard view.isOver else { return nil }
    let rows = try Self.rows(reader, view)
    if lives == false {
      known.withLock { known in
        if known.count >= Self.most, let oldest = known.keys.min() { known[oldest] = nil }
        known[night.id] = Known(end: night.end, resumptions: resumptions.count, rows: rows)
      }
    }
    return rows
  }

  // Who began a night and who is handed over, on gate tasks and, where it was opened, on the vault.
  private static func rows(_ reader: LedgerReader, _ view: NightView) throws -> [FreshRow] {
    var ids: [CandidateID] = []
    for candidate in [CandidateID(1), view.champion] {
      if let id = view.id(of: candidate), !ids.contains(id) { ids.append(id) }
    }
    let run = try reader.run(view.run.id)
    return try ids.flatMap { id -> [FreshRow] in
      let trials = try NightTrial.read(reader, view, id)
      let record = try reader.candidate(id)
      return [Split.gate, .vault].compactMap { split in
        guard let telling = NightTrial.telling(trials, split),
          ["report", "bank", "vault"].contains(telling.basis)
        else { return nil }
        return FreshRow(
          run: run, candidate: record, split: split,
          cells: NightTrial.cells(telling.trials, run: view.run.id, candidate: id, split: split),
          basis: telling.basis)
      }
    }
  }
}

extension NightTrial {
  /// The trials of one candidate added up by task.
  static func cells(
    _ trials: [NightTrial], run: RunID, candidate: CandidateID, split: Split
  ) -> [Cell] {
    var tallies: [Digest: (name: String, tally: Tally)] = [:]
    for trial in trials {
      let task = trial.record.fact.task
      var sum = tallies[task]?.tally ?? Tally()
      sum.trials += 1
      if let latest = trial.record.latest, latest.isFinal {
        sum.add(
          isFinal: true, outcome: latest.outcome, score: latest.score, usage: latest.usage)
      }
      tallies[task] = (trial.record.taskName, sum)
    }
    return tallies.sorted { $0.key < $1.key }.map { task, sum in
      Cell(
        run: run, candidate: candidate, task: task, taskName: sum.name, split: split,
        tally: sum.tally)
    }
  }
}
