internal import Base

/// What was spent by the trials and answers that were taken in, and how far that lets the night go.
struct Accounts: Sendable, Codable {
  /// What trials cost, and how many of them said so.
  var trials = Spending()
  var priced = 0
  var counted = 0
  /// What proposers and judges cost.
  var others = Spending()
  /// The most trials that the night comes to, as far as is known.
  var horizon = 0
  /// What limits it.
  var stop = NightReport.Stop.rollouts

  mutating func take(_ landed: World.Landed) {
    trials += landed.spending
    if landed.spending.costUSD != nil { priced += 1 }
    if landed.spending.tokens != nil { counted += 1 }
  }
}

extension World {
  /// How many of the last trials a decision does not rest on.
  ///
  /// Trials that take much longer than others keep a decision waiting; the slots are busy with these
  /// meanwhile. Up to 16 slots make no difference, so that a night does not hang on their number.
  var lag: Int {
    let rules = self.rules.screening
    guard rules.lag == 0 else { return rules.lag }
    let slots = Double(max(self.rules.slots, 16))
    let wanted = Int(3.75 * slots * slots.squareRoot())
    return min(wanted, max(self.rules.rollouts / 20, 16))
  }

  /// Trials that are kept for the report and the sealed tasks.
  var reserve: Int {
    guard closing == nil else { return 0 }
    return rules.reportTrials * gate.count + 2 * rules.vaultTrials * vault.count
  }

  /// Trials that may still be planned before the night has to close.
  var room: Int { max(accounts.horizon - reserve - rollouts - queue.count, 0) }

  /// How far the money, the tokens and the time go, when trials go on to cost what they cost until now.
  mutating func account() {
    guard closing == nil else { return }
    var limits: [(trials: Int, stop: NightReport.Stop)] = [(rules.rollouts, .rollouts)]
    func add(_ left: Double, _ each: Double, _ stop: NightReport.Stop) {
      guard each > 0 else { return }
      limits.append((taken + Int(min(max(left, 0) / each, 1e9)), stop))
    }
    if let most = rules.stops.costUSD, accounts.priced > 0 {
      let spent = accounts.trials.costUSD ?? 0
      add(
        most - spent - (accounts.others.costUSD ?? 0), spent / Double(accounts.priced), .cost)
    }
    if let most = rules.stops.tokens, accounts.counted > 0 {
      let spent = accounts.trials.tokens ?? 0
      add(
        Double(most - spent - (accounts.others.tokens ?? 0)),
        Double(spent) / Double(accounts.counted), .tokens)
    }
    if let end = rules.stops.deadlineSeconds, seconds > 0, taken > 0 {
      add(end - seconds, seconds / Double(taken), .deadline)
    }
    if let most = rules.stops.noGainFor {
      limits.append((lastAdoption + most + reserve, .noGain))
    }
    if rules.stops.costUSD.map({ $0 <= 0 }) == true { limits.append((0, .cost)) }
    if rules.stops.tokens.map({ $0 <= 0 }) == true { limits.append((0, .tokens)) }
    // Of equal limits the first one is said to hold.
    var tightest = limits[0]
    for limit in limits where limit.trials < tightest.trials { tightest = limit }
    accounts.horizon = max(tightest.trials, rollouts + queue.count)
    accounts.stop = tightest.stop
  }

  /// What ends the night when nothing more is decided in it: what it could not pay for, or that nothing was left.
  var ending: NightReport.Stop {
    // A race that would be begun is not, for want of trials; or any would be.
    if hasUnpaidRace || !paysForRace { return accounts.stop }
    // There were trials left for edits, and no edits to carry.
    guard screening.begun < screeningTarget else { return .exhausted }
    if let most = rules.stops.proposals, proposing.asked >= most { return .proposals }
    let isUnpaid = rules.proposers.contains { isWilling($0) && !mayAsk($0) }
    return isUnpaid ? .cost : .exhausted
  }

  /// Whether one more answer of a proposer can be paid for, as far as is known what these cost.
  func mayAsk(_ proposer: String) -> Bool {
    guard let tally = proposing.tallies[proposer], tally.orders > 0 else { return true }
    if let most = rules.stops.costUSD {
      let each = (tally.spent.costUSD ?? 0) / Double(tally.orders)
      let trial = (accounts.trials.costUSD ?? 0) / Double(max(accounts.priced, 1))
      let spent = (accounts.trials.costUSD ?? 0) + (accounts.others.costUSD ?? 0)
      return spent + each + trial * Double(reserve) <= most
    }
    return true
  }
}
