internal import Climb
internal import Layout
internal import Stats

extension EditView {
  /// So many standard errors lie between a figure and the ends of its interval at 95 %.
  package static let apart = 1.96
  // What fewer trials say is the prior and nothing else.
  static let fewest = 5

  /// What an edit's own interval at 95 % says of it.
  package enum Side: Sendable, Hashable {
    /// It lies above 0.
    case better
    /// It lies below 0.
    case worse
    /// It holds 0, or there is none.
    case open
  }

  /// What an interval at 95 % says.
  static func side(of effect: (mean: Double, error: Double)?) -> Side {
    guard let effect else { return .open }
    if effect.mean > apart * effect.error { return .better }
    return effect.mean < -apart * effect.error ? .worse : .open
  }

  /// What its own interval says.
  package var side: Side { Self.side(of: effect) }

  /// What it is worth, `+4.8 pp ± 8.5`; nil where nobody knows. The ± is one standard error.
  package var worth: String? {
    effect.map { "\(Figure.points($0.mean)) ± \(Figure.percent($0.error))" }
  }

  /// What became of it, in a few words for a table.
  package var brief: String {
    switch status {
    case .supported: bundle == 1 ? "won its own race" : "better by itself"
    case .bundled: bundle.map { "in a bundle of \($0)" } ?? "carried along"
    case .refuted: "refuted"
    case .dropped: Self.drops[word]?.brief ?? "dropped: \(word)"
    case .blocked: word == "vetoed" ? "vetoed" : "blocked" + (obstacle.map { ": \($0.gate)" } ?? "")
    case .open:
      switch word {
      case "proposed": "not looked at"
      case "waiting": "not tried"
      default:
        !isOver
          ? "being tried"
          : side == .better
            ? "looks better" : trials < Self.fewest ? "hardly tried" : "no clear effect"
      }
    }
  }

  /// What became of it, in a sentence without a full stop; it says no more than its own trials do.
  package var fate: String {
    switch status {
    case .supported:
      bundle == 1
        ? "adopted in a race of its own"
        : "adopted \(inBundle), and better by itself: its own interval lies above 0"
    case .bundled: "carried along \(inBundle), alone untested"
    case .refuted: "refuted: its own interval lies below 0"
    case .dropped: Self.drops[word]?.fate ?? "dropped (\(word)), which proves nothing"
    case .blocked:
      word == "vetoed"
        ? "vetoed by a person" : "blocked" + (obstacle.map { " by the gate \($0.gate)" } ?? "")
    case .open:
      switch word {
      case "proposed": "not looked at yet"
      case "waiting": "not tried"
      default:
        !isOver
          ? "being tried on dev tasks"
          : side == .better
            ? "looks better by itself, never adopted"
            : trials < Self.fewest
              ? "hardly tried: \(Figure.plural(trials, "trial"))" : "looked at, no clear effect"
      }
    }
  }

  private var inBundle: String {
    bundle.map { $0 == 1 ? "alone" : "in a bundle of \($0)" } ?? "with what else the champion has"
  }

  private static let drops: [String: (brief: String, fate: String)] = [
    "harmful": ("looked worse", "dropped: looked worse, not proven"),
    "inert": ("looked inert", "dropped: looked as if it did nothing, not proven"),
    "concentrated": (
      "few tasks alone", "dropped: its gain seemed to sit in a few tasks, not proven"
    ),
    "smoke": ("bad first trials", "dropped: went badly in its first trials, not proven"),
    "pruned": ("needless", "taken off as needless: without it the rest was no worse"),
    "rolled back": (
      "taken back", "taken back with what it was adopted with: the gain did not repeat itself"
    ),
  ]
}

extension NightView {
  // Where an edit stands, and how many were adopted with it.
  func standing(of entry: PoolEntry, _ side: EditView.Side)
    -> (status: EditView.Status, word: String, bundle: Int?)
  {
    let id = entry.id
    switch entry.state {
    case .blocked: return (.blocked, "blocked", nil)
    case .vetoed: return (.blocked, "vetoed", nil)
    case .proposed, .reflected, .active, .dropped: break
    }
    let bundle = bundle(of: id)
    if world.isAdopted(id) || world.edits(of: champion).contains(id) {
      return (
        bundle == 1 || side == .better ? .supported : .bundled,
        world.isAdopted(id) ? "adopted" : "waiting", bundle
      )
    }
    let end = adoptedOnce(id) ?? (entry.state == .dropped ? dropped(entry) : nil)
    if side == .worse { return (.refuted, end ?? "screened", bundle) }
    if let end { return (.dropped, end, bundle) }
    return (
      .open,
      entry.state == .proposed ? "proposed" : trials(of: entry) > 0 ? "screened" : "waiting", bundle
    )
  }

  private func dropped(_ entry: PoolEntry) -> String {
    entry.verdicts.last { $0.word == .fail }?.gate ?? "dropped"
  }

  // Adopted once and no longer: taken back with its candidate, or taken off as needless.
  private func adoptedOnce(_ id: EditID) -> String? {
    let records = world.races.filter { $0.opening.edits.contains(id) }
    if world.pruned.contains(id) { return "pruned" }
    if records.contains(where: { $0.state == .adopted }) { return "pruned" }
    return records.contains { $0.state == .rolledBack } ? "rolled back" : nil
  }

  // How many edits the race that adopted it, or that a person has to answer, put on top of its control.
  private func bundle(of id: EditID) -> Int? {
    let races = world.races.filter { $0.opening.question == .better }
    for state in [RaceRecord.State.adopted, .waiting, .rolledBack] {
      for race in races where race.state == state {
        let added = Set(race.opening.edits).subtracting(world.edits(of: race.opening.control))
        if added.contains(id) { return added.count }
      }
    }
    return nil
  }

  // What an edit is worth by itself on top of the baseline, by the pooled model.
  func points(of entry: PoolEntry) -> (mean: Double, error: Double)? {
    guard trials(of: entry) >= EditView.fewest, let belief = world.belief(of: entry.id),
      world.model.trials > 0
    else { return nil }
    let gain = world.model.gain(
      of: world.pool.features(of: [entry.id]), over: world.pool.features(of: []))
    // Where tasks are nearly all won or lost a straight line makes too little of the error: no figure in points may
    // be surer of its sign than what was fitted.
    let error =
      abs(belief.effect) > 1e-9
      ? max(gain.error, abs(gain.mean / belief.effect) * belief.error) : gain.error
    guard gain.mean.isFinite, error.isFinite, error > 0 else { return nil }
    return (gain.mean, error)
  }
}
