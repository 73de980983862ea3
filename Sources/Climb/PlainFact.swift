internal import Base

/// Reads the facts that a night has millions of from their text, without a tree of values in between: a trial
/// that was dispatched, one that came back, the clock.
///
/// It knows the one form in which they are written down. Whatever looks the least bit different it leaves to
/// the reader of all facts, so that both always say the same.
struct PlainFact {
  private var at = 0

  /// The fact; nil for one that is not plain.
  static func read(_ text: String) -> NightFact? {
    let utf8 = text.utf8
    let bytes = utf8.span
    var reader = PlainFact()
    if reader.skip(issued, in: bytes) { return reader.order(bytes).map { .issued(.run($0)) } }
    if reader.skip(finished, in: bytes) { return reader.finish(bytes) }
    if reader.skip(clock, in: bytes) {
      guard let seconds = reader.number(bytes), reader.end("}}", in: bytes) else { return nil }
      return .clock(seconds)
    }
    return nil
  }

  private static let issued = StaticString(#"{"issued":{"_0":{"run":{"_0":["#)
  private static let finished = StaticString(#"{"finished":{"_0":"t"#)
  private static let clock = StaticString(#"{"clock":{"_0":"#)

  private mutating func order(_ bytes: Span<UInt8>) -> TrialOrder? {
    guard let id = listed(bytes), let candidate = listed(bytes), let task = listed(bytes),
      let attempt = listed(bytes), let stream = listed(bytes), let visit = listed(bytes),
      let purpose = purpose(bytes), end("]}}}}", in: bytes)
    else { return nil }
    return TrialOrder(
      id: TrialID(id), candidate: CandidateID(candidate), task: task, purpose: purpose,
      attempt: attempt, draw: TrialDraw(stream: stream, visit: visit))
  }

  private mutating func purpose(_ bytes: Span<UInt8>) -> TrialPurpose? {
    if skip(#""screen","#, in: bytes) { return whole(bytes).map { .screen(number: $0) } }
    if skip(#""race","#, in: bytes) {
      guard let race = listed(bytes), let pair = whole(bytes) else { return nil }
      return .race(race, pair: pair)
    }
    if skip(#""bank","#, in: bytes) { return whole(bytes).map { .bank(visit: $0) } }
    if skip(#""pilot","#, in: bytes) { return whole(bytes).map { .pilot(visit: $0) } }
    if skip(#""report","#, in: bytes) { return whole(bytes).map { .report(visit: $0) } }
    if skip(#""vault","#, in: bytes) { return whole(bytes).map { .vault(visit: $0) } }
    if skip(#""smoke","#, in: bytes) {
      guard let edit = listed(bytes), let number = whole(bytes) else { return nil }
      return .smoke(EditID(edit), number: number)
    }
    if skip(#""twin","#, in: bytes) {
      guard let race = listed(bytes), let number = whole(bytes) else { return nil }
      return .twin(race, number: number)
    }
    return nil
  }

  private mutating func finish(_ bytes: Span<UInt8>) -> NightFact? {
    guard let id = whole(bytes), id > 0, skip(#"","_1":"#, in: bytes) else { return nil }
    let end: TrialEnd
    if skip(#""invalid""#, in: bytes) {
      end = .invalid
    } else if skip(#""unfit""#, in: bytes) {
      end = .unfit
    } else {
      guard let score = number(bytes) else { return nil }
      end = .scored(score)
    }
    guard skip(#","_2":{"#, in: bytes) else { return nil }
    var spent = Spending()
    if skip(#""costUSD":"#, in: bytes) {
      guard let cost = number(bytes) else { return nil }
      spent.costUSD = cost
      if skip(#","tokens":"#, in: bytes) {
        guard let tokens = whole(bytes) else { return nil }
        spent.tokens = tokens
      }
    } else if skip(#""tokens":"#, in: bytes) {
      guard let tokens = whole(bytes) else { return nil }
      spent.tokens = tokens
    }
    return self.end("}}}", in: bytes) ? .finished(TrialID(id), end, spent) : nil
  }

  private mutating func end(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
    skip(text, in: bytes) && at == bytes.count
  }

  private mutating func skip(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
    let count = text.utf8CodeUnitCount
    guard at + count <= bytes.count else { return false }
    for index in 0..<count {
      guard unsafe bytes[at + index] == text.utf8Start[index] else { return false }
    }
    at += count
    return true
  }

  /// A whole number with the comma behind it.
  private mutating func listed(_ bytes: Span<UInt8>) -> Int? {
    guard let number = whole(bytes), at < bytes.count, bytes[at] == 0x2C else { return nil }
    at += 1
    return number
  }

  /// A whole number from 0 on, of up to fifteen digits.
  private mutating func whole(_ bytes: Span<UInt8>) -> Int? {
    let start = at
    var value = 0
    while at < bytes.count, bytes[at] &- 0x30 < 10 {
      value = value &* 10 &+ Int(bytes[at] - 0x30)
      at += 1
      guard at - start <= 15 else { return nil }
    }
    // 07 is no number.
    guard at > start, at - start == 1 || bytes[start] != 0x30 else { return nil }
    return value
  }

  /// A number from 0 on, of up to fifteen digits with a point at most: such a one is the quotient of two numbers
  /// that a Double holds as they are, which is rounded once, as it would be when it is read by the book.
  private mutating func number(_ bytes: Span<UInt8>) -> Double? {
    let start = at
    guard let before = whole(bytes) else { return nil }
    var value = before
    var digits = at - start
    var scale = 0
    if at < bytes.count, bytes[at] == 0x2E {
      at += 1
      while at < bytes.count, bytes[at] &- 0x30 < 10 {
        value = value &* 10 &+ Int(bytes[at] - 0x30)
        at += 1
        digits += 1
        scale += 1
        guard digits <= 15 else { return nil }
      }
      guard scale > 0 else { return nil }
    }
    if at < bytes.count, bytes[at] == 0x65 || bytes[at] == 0x45 { return nil }
    return Double(value) / Self.powers[scale]
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
}
