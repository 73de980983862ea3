/// Finds out how many trials at once the machine bears: a pure fold over how trials fared.
///
/// A trial *suffers* when it runs into its wall clock or its sandbox fails. That alone says nothing about
/// the machine: a hard task times out on an idle one too. So a level with many sufferers is compared with
/// the level of half as many slots, and only a rate that falls with concurrency makes the fleet back off.
public struct Contention: Sendable {
  /// A change of level, with the sentence that the user is told.
  public struct Change: Sendable, Equatable {
    /// Slots before.
    public let from: Int
    /// Slots from now on.
    public let to: Int
    /// Why, with the figures.
    public let reason: String
  }

  /// The levels, from the user's ceiling down to one slot.
  public let levels: [Int]
  /// Slots in use now.
  public var slots: Int { levels[current] }

  private var current = 0
  private var tallies: [Tally]
  private var window = Tally()
  private var origin: Int?
  private var calmWindows = 0
  private var hold = 4

  private struct Tally: Sendable {
    var trials = 0
    var suffered = 0
    var rate: Double { trials == 0 ? 0 : Double(suffered) / Double(trials) }
  }

  /// Starts at the ceiling.
  public init(ceiling: Int) {
    levels = Array(sequence(first: max(1, ceiling)) { $0 > 1 ? $0 / 2 : nil })
    tallies = levels.map { _ in Tally() }
  }

  /// Folds one finished trial in; answers with a change when the level should be another one now.
  public mutating func record(startedAt slots: Int, suffered: Bool) -> Change? {
    // What started at another level tells about that one, and comes late.
    guard slots == levels[current] else { return nil }
    window.trials += 1
    window.suffered += suffered ? 1 : 0
    guard window.trials >= max(12, 2 * slots) else { return nil }
    defer { window = Tally() }
    tallies[current] = window
    return origin.map { endProbe(from: $0) } ?? endWindow()
  }

  private mutating func endWindow() -> Change? {
    let below = current + 1
    guard window.suffered >= 3, below < levels.count else { return calm() }
    if tallies[below].trials == 0 {
      origin = current
      return move(to: below, "\(share(window)) of the last trials timed out or lost their sandbox")
    }
    if isHigher(window, than: tallies[below]) { return backOff(to: below, from: window) }
    return calm()
  }

  // A machine can be as overloaded at half the slots: two steps down are tried before it is cleared.
  private mutating func endProbe(from above: Int) -> Change? {
    if isHigher(tallies[above], than: window) {
      origin = nil
      calmWindows = 0
      return Change(
        from: slots, to: slots,
        reason: "\(share(tallies[above])) suffered at \(levels[above]) slots, \(share(window)) at "
          + "\(slots): staying at \(slots)")
    }
    if current < min(above + 2, levels.count - 1) {
      return move(to: current + 1, "as many suffer at \(slots) slots: trying fewer")
    }
    origin = nil
    return move(to: above, "as many suffer at \(slots) slots: the tasks are slow, not the machine")
  }

  private mutating func backOff(to level: Int, from worse: Tally) -> Change {
    // Each time that a higher level disappoints, the next attempt waits longer.
    hold = min(hold * 2, 64)
    return move(
      to: level,
      "\(share(worse)) suffered at \(levels[current]) slots, \(share(tallies[level])) at "
        + "\(levels[level])")
  }

  private mutating func calm() -> Change? {
    calmWindows += 1
    guard current > 0, calmWindows >= hold else { return nil }
    return move(to: current - 1, "\(calmWindows) calm rounds at \(slots) slots")
  }

  private mutating func move(to level: Int, _ reason: String) -> Change {
    let change = Change(from: levels[current], to: levels[level], reason: reason)
    current = level
    calmWindows = 0
    return change
  }

  // One-sided test of two proportions at about 5%, with half a trial added to each cell.
  private func isHigher(_ a: Tally, than b: Tally) -> Bool {
    let (na, nb) = (Double(a.trials) + 1, Double(b.trials) + 1)
    let (pa, pb) = ((Double(a.suffered) + 0.5) / na, (Double(b.suffered) + 0.5) / nb)
    let spread = (pa * (1 - pa) / na + pb * (1 - pb) / nb).squareRoot()
    return pa - pb > 1.645 * spread
  }

  private func share(_ tally: Tally) -> String { "\(tally.suffered) of \(tally.trials)" }
}
