public import Base
package import Climb
public import Facts
internal import Layout
public import Ledger
package import Stats

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

  /// The splits of which a run tells no single task, by its night where it is one that may go on; none for what
  /// is no night.
  ///
  /// `view` is told whether the night's process is known to live.
  public static func withheld(
    _ reader: LedgerReader, run id: RunID, of view: (_ lives: Bool) throws -> Set<Split>
  ) throws -> Set<Split> {
    let head = try reader.head(id)
    guard head.fact.type == .night else { return [] }
    // What it is by its process need not be read from its facts.
    let lives = try head.lives(reader)
    if lives == false { return [.vault] }
    do {
      return try view(lives == true)
    } catch let error as BelayError where error.kind == .notFound {
      // It has recorded nothing yet.
      return [.gate, .vault]
    }
  }

  /// The splits of which a run tells no single task; none for what is no night.
  public static func withheld(_ reader: LedgerReader, run id: RunID, clock: WallClock) throws
    -> Set<Split>
  {
    // One that lives has its report for a moment at most: for that it is not read whole, however long it is.
    try withheld(reader, run: id) { lives in
      lives ? [.gate, .vault] : try read(reader, run: id, clock: clock).withheld
    }
  }
}

extension NightView {
  /// Reads a night whole; nil for one that has recorded nothing yet.
  public static func recorded(
    _ reader: LedgerReader, run id: RunID, keeping: Bool = false, clock: WallClock
  ) throws -> NightView? {
    do {
      return try read(reader, run: id, keeping: keeping, clock: clock)
    } catch let error as BelayError where error.kind == .notFound { return nil }
  }
}

extension RunHead {
  /// Whether its process is alive, whoever went on with it last; nil when it belongs to another machine.
  package func lives(_ reader: LedgerReader) throws -> Bool? {
    isAlive(try reader.events(run: id, kind: "resumed", limit: .max))
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

  /// The same of the trials of any run of a lab; a night that was read already need not be read again.
  public static func withholding(
    _ reader: LedgerReader, knowing view: NightView? = nil, clock: WallClock
  ) -> (TrialRecord) throws -> Bool {
    withholding { run in
      if let view, run == view.run.id { return view.withheld }
      return try withheld(reader, run: run, clock: clock)
    }
  }
}

/// What the vault's figures rest on.
extension NightView {
  /// Where the vault's difference lies, at 95 %; nil where all its tasks are of one family.
  package func interval(of vault: VaultFigures) -> Interval? {
    vault.tasks.count > 1 && vault.clusters(world.rules.families) == 1 ? nil : vault.interval
  }

  /// The vault's difference with its interval, where there is one, and what it rests on.
  package func gain(_ vault: VaultFigures) -> String {
    let interval = interval(of: vault).map {
      ", 95% t interval \(Figure.range($0.low, $0.high, signed: true))"
    }
    return
      "\(Figure.points(vault.mean)) over the baseline\(interval ?? "") over \(sealedTasks(vault))"
  }

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

extension NightView {
  /// What the champion is made of over the baseline: `6 edits of its prompts`; empty for the baseline.
  package var makeup: String {
    let kinds = world.edits(of: champion).compactMap { edit($0)?.kind }
    let counts = Dictionary(grouping: kinds, by: \.self).mapValues(\.count)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard let first = counts.first else { return "" }
    let all = Figure.plural(kinds.count, "edit")
    return counts.count == 1
      ? "\(all) of its \(first.key)"
      : "\(all): \(counts.map { "\($0.value) of \($0.key)" }.joined(separator: ", "))"
  }
}
