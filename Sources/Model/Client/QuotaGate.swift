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

  private struct Credit {
    var left: Int
    let whole: Duration
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
      let whole = credit.whole
      guard whole > now else {
        // What was spent has come back: the next answer says how much there is.
        credits[kind] = nil
        continue
      }
      // A call that is alone may pass what is left, since its size is a guess; not when nothing is.
      if Self.cost(load, kind) > credit.left, underWay > 0 || credit.left <= 0 {
        until = max(until ?? whole, whole)
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
      // The provider may not have counted those that are still under way. And no header makes
      // anybody wait longer than ten minutes: the next refusal would say so again.
      credits[kind] = Credit(
        left: window.remaining - Self.cost(loadUnderWay, kind, underWay),
        whole: now + min(reset, .seconds(600)))
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
