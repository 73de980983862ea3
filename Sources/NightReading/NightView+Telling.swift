public import Base
package import Climb
public import Facts
internal import Layout
public import Ledger

/// Who may be told what of a night's tasks.
extension NightView {
  /// Whether single tasks of a split may be told: dev tasks always, gate tasks once nothing can be steered by
  /// them, sealed ones never.
  public func tells(_ split: Split) -> Bool {
    switch split {
    case .dev: true
    case .gate: isOver
    case .vault: false
    }
  }

  /// The splits whose tasks are not told one by one.
  public var withheld: Set<Split> { Set(Split.allCases.filter { !tells($0) }) }

  /// The splits of which a run tells no single task; none for what is no night.
  public static func withheld(_ reader: LedgerReader, run id: RunID, clock: WallClock) throws
    -> Set<Split>
  {
    guard try reader.head(id).fact.type == .night else { return [] }
    do {
      return try read(reader, run: id, clock: clock).withheld
    } catch let error as BelayError where error.kind == .notFound {
      // It has recorded nothing yet.
      return [.gate, .vault]
    }
  }
}

extension NightView {
  /// Says of which trials neither task nor score is told, by the splits that a run withholds, each run looked at
  /// once.
  public static func withholding(_ splits: @escaping (RunID) throws -> Set<Split>)
    -> (TrialRecord) throws -> Bool
  {
    var known: [RunID: Set<Split>] = [:]
    return { trial in
      guard let split = trial.split, split != .dev else { return false }
      let run = trial.fact.run
      let withheld = try known[run] ?? splits(run)
      known[run] = withheld
      return withheld.contains(split)
    }
  }
}

/// What the vault's figures rest on.
extension NightView {
  /// `12 sealed tasks`, and of how many families where these are fewer.
  package func sealedTasks(_ vault: VaultFigures) -> String {
    let tasks = Figure.plural(vault.tasks.count, "sealed task")
    let clusters = vault.clusters(world.rules.families)
    return clusters == vault.tasks.count
      ? tasks : "\(tasks) of \(clusters) \(clusters == 1 ? "family" : "families")"
  }
}

extension NightView {
  /// `g3`: which generation a candidate is, by its number within the night; nil for one that is none.
  package func place(of candidate: CandidateID) -> String? {
    fold.track.line.firstIndex(of: candidate).map { "g\($0)" }
  }
}
