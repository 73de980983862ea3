public import Base
internal import Facts
public import Ledger

extension NightPlan.Pilot {
  /// The pilot that a run of the baseline was, on the dev tasks.
  public static func read(_ reader: LedgerReader, run: RunID) throws -> NightPlan.Pilot {
    var pilot = NightPlan.Pilot()
    var byTask: [Digest: [(index: Int, score: Double)]] = [:]
    try reader.eachTrial(TrialFilter(run: run, finished: true)) { trial in
      guard trial.split == .dev || trial.split == nil, let score = trial.latest?.score else {
        return
      }
      byTask[trial.fact.task, default: []].append((trial.fact.index, score))
    }
    // In the order of the repeats, so that the halves are the same for each reader.
    pilot.scores = byTask.sorted { $0.key < $1.key }.map { entry in
      entry.value.sorted { $0.index < $1.index }.map(\.score)
    }
    for cell in try reader.cells(CellFilter(runs: [run])) {
      pilot.cost.sum += cell.tally.costSum
      pilot.cost.known += cell.tally.costKnown
      pilot.wallMs += cell.tally.wallMs
      pilot.timed += cell.tally.finished
    }
    return pilot
  }
}
