internal import Dialect

/// How many calls of a model may be under way, by what its provider says is left and by its refusals.
///
/// Pure: it is told what happened and when, and answers what may be done.
struct QuotaGate: Sendable {
  /// What one call takes of the limits, as far as can be told beforehand.
  struct Load: Sendable, Hashable {
    var input: Int
    var output: Int
  }

  enum Admission: Equatable {
    case go
    case wait(until: Duration)
    /// Until some call under way is over.
    case full
  }

  private enum Kind: CaseIterable {
    case requests, tokens, input, output
  }

  // Providers fill limits up again bit by bit, and say when they will be whole.
  private struct Credit {
    var left: Int
    let since: Duration
    let whole: Duration
    /// What comes back in a second; none when the provider does not say how much there is in all.
    let perSecond: Double

    func left(_ now: Duration) -> Double {
      Double(left) + perSecond * ((now - since) / .seconds(1))
    }

    func moment(of cost: Int, _ now: Duration) -> Duration {
      guard perSecond > 0 else { return whole }
      return min(whole, now + .seconds((Double(cost) - left(now)) / perSecond))
    }
  }

  private let most: Int
  // Grows by one for each round of calls that all went well, halves when the provider refuses.
  private var width: Double
  private var blockedUntil = Duration.zero
  private var credits: [Kind: Credit] = [:]
  private var sent = 0
  private var sentAtLastCut = 0
  private(set) var underWay = 0
  private var loadUnderWay = Load(input: 0, output: 0)

  init(most: Int) {
    self.most = max(1, most)
    width = Double(self.most)
  }

  mutating func admit(_ load: Load, _ now: Duration) -> Admission {
    if now < blockedUntil { return .wait(until: blockedUntil) }
    if underWay >= max(1, Int(width)) { return .full }
    var until: Duration?
    for (kind, credit) in credits {
      guard credit.whole > now else {
        // The next answer says how much there is.
        credits[kind] = nil
        continue
      }
      let cost = Self.cost(load, kind)
      let left = credit.left(now)
      // A call that is alone may pass what is left, since its size is a guess; not when nothing is.
      if Double(cost) > left, underWay > 0 || left < 1 {
        let moment = credit.moment(of: underWay > 0 ? cost : 1, now)
        until = max(until ?? moment, moment)
      }
    }
    guard let until else { return .go }
    return .wait(until: until)
  }

  /// A call goes out; the number is what it is known by in `refused`.
  mutating func enter(_ load: Load) -> Int {
    sent += 1
    underWay += 1
    loadUnderWay.input += load.input
    loadUnderWay.output += load.output
    for kind in credits.keys { credits[kind]?.left -= Self.cost(load, kind) }
    return sent
  }

  mutating func leave(_ load: Load) {
    underWay -= 1
    loadUnderWay.input -= load.input
    loadUnderWay.output -= load.output
  }

  mutating func succeeded() {
    width = min(Double(most), width + 1 / max(1, width))
  }

  /// The provider refused a call for its quota.
  mutating func refused(number: Int, retryAfter: Duration?, _ now: Duration) {
    // All calls that went out before the last cut are refused together: that is one sign, not many.
    if number > sentAtLastCut {
      width = max(1, min(width, Double(underWay + 1)) / 2)
      sentAtLastCut = sent
    }
    if let retryAfter { block(until: now + retryAfter) }
  }

  /// Nobody calls before this.
  mutating func block(until: Duration) { blockedUntil = max(blockedUntil, until) }

  mutating func note(_ quota: RemainingQuota, _ now: Duration) {
    let windows: [(Kind, RemainingQuota.Window?)] = [
      (.requests, quota.requests), (.tokens, quota.tokens), (.input, quota.inputTokens),
      (.output, quota.outputTokens),
    ]
    for (kind, window) in windows {
      guard let window, let reset = window.reset else { continue }
      // The provider may not have counted those that are still under way.
      let left = window.remaining - Self.cost(loadUnderWay, kind, underWay)
      // No header makes anybody wait longer than ten minutes: the next refusal would say so again.
      let span = min(max(reset, .milliseconds(1)), .seconds(600))
      // A little less than what is promised, so that clocks may differ.
      let back = Double(max(0, (window.limit ?? 0) - window.remaining)) * 0.9
      credits[kind] = Credit(
        left: left, since: now, whole: now + span, perSecond: back / (span / .seconds(1)))
    }
  }

  private static func cost(_ load: Load, _ kind: Kind, _ calls: Int = 1) -> Int {
    switch kind {
    case .requests: calls
    case .tokens: load.input + load.output
    case .input: load.input
    case .output: load.output
    }
  }
}
