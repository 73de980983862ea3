internal import Base

/// The books of one scope: what is spent, and what calls on their way may spend at most.
struct Account: Sendable {
  private(set) var caps: Caps
  private var cap: NanoDollars?
  private(set) var spent = NanoDollars.zero
  private(set) var tokens = 0
  private var reserved = NanoDollars.zero
  private var reservedTokens = 0
  private(set) var open = 0
  /// When the first call was made; nil before.
  var since: ContinuousClock.Instant?

  init(_ caps: Caps) {
    self.caps = caps
    cap = caps.usd.map(NanoDollars.init(allowed:))
  }

  mutating func limit(to caps: Caps) {
    self.caps = caps
    cap = caps.usd.map(NanoDollars.init(allowed:))
  }

  /// The longest answer that the rest pays for; `all` counts as if no call were on its way. nil is no limit.
  func output(_ ceiling: CallCeiling, all: Bool) -> Int? {
    var most: Int?
    if let cap {
      guard let perInput = ceiling.usdPerInput, let perOutput = ceiling.usdPerOutput else {
        return -1
      }
      let left =
        cap - spent - (all ? .zero : reserved)
        - NanoDollars(owed: Double(ceiling.inputTokens) * perInput)
      guard left >= .zero else { return -1 }
      // One billionth less, because the sum of both parts is rounded up once more.
      most =
        perOutput == 0 ? nil : Int(min(1e15, (Double(max(0, left.count - 1)) / 1e9) / perOutput))
    }
    if let limit = caps.tokens {
      let left = limit - tokens - (all ? 0 : reservedTokens) - ceiling.inputTokens
      guard left >= 0 else { return -1 }
      most = min(most ?? left, left)
    }
    return most
  }

  mutating func take(_ money: NanoDollars, _ count: Int, at now: ContinuousClock.Instant) {
    reserved = reserved + money
    reservedTokens += count
    open += 1
    if since == nil { since = now }
  }

  mutating func giveBack(_ money: NanoDollars, _ count: Int) {
    reserved = reserved - money
    reservedTokens -= count
    open -= 1
  }

  mutating func pay(_ money: NanoDollars, _ count: Int) {
    spent = spent + money
    tokens += count
  }

  /// How long calls may still take; nil is no limit.
  func timeLeft(at now: ContinuousClock.Instant) -> Duration? {
    caps.wall.map { $0 - (since.map { now - $0 } ?? .zero) }
  }
}
