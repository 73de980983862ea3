import Glibc

/// A moment: milliseconds since 1970 in UTC, as the ledger keeps it.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  /// The moment with this count.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// ISO 8601 in UTC with milliseconds: `2026-11-20T22:00:00.000Z`.
  public var description: String {
    let (days, inDay) = milliseconds.quotientAndRemainderFloored(by: 86_400_000)
    let date = Self.civil(days)
    let parts: [(Int64, Int)] = [
      (inDay / 3_600_000, 2), (inDay / 60_000 % 60, 2), (inDay / 1000 % 60, 2), (inDay % 1000, 3),
    ]
    let clock = parts.map { Self.pad($0.0, $0.1) }
    return "\(Self.pad(date.year, 4))-\(Self.pad(date.month, 2))-\(Self.pad(date.day, 2))"
      + "T\(clock[0]):\(clock[1]):\(clock[2]).\(clock[3])Z"
  }

  /// Reads ISO 8601 with `Z`, an offset, or no zone (then UTC); fractions down to milliseconds.
  public init?(iso text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    guard bytes.count >= 19, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A,
      bytes[16] == 0x3A, let year = number(0..<4), let month = number(5..<7),
      let day = number(8..<10), let hour = number(11..<13), let minute = number(14..<16),
      let second = number(17..<19), (1...12).contains(month), (1...31).contains(day), hour < 25,
      minute < 60, second < 61
    else { return nil }
    var at = 19
    var fraction: Int64 = 0
    if at < bytes.count, bytes[at] == 0x2E {
      at += 1
      var scale: Int64 = 100
      while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
        fraction += Int64(bytes[at] - 0x30) * scale
        scale /= 10
        at += 1
      }
    }
    var offset: Int64 = 0
    if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D {
      let minutesAt = bytes.count > at + 3 && bytes[at + 3] == 0x3A ? at + 4 : at + 3
      guard let hours = number(at + 1..<at + 3), let minutes = number(minutesAt..<minutesAt + 2)
      else { return nil }
      offset = (hours * 60 + minutes) * (bytes[at] == 0x2B ? 1 : -1)
    } else if at < bytes.count, bytes[at] != 0x5A {
      return nil
    }
    let days = Self.days(year: year, month: month, day: day)
    milliseconds =
      ((days * 24 + hour) * 60 + minute - offset) * 60_000 + second * 1000 + fraction
  }

  /// Earlier or later.
  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  /// The time from `earlier` to this moment.
  public func since(_ earlier: Timestamp) -> Duration {
    .milliseconds(milliseconds - earlier.milliseconds)
  }

  private static func pad(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  // The proleptic Gregorian calendar in eras of 400 years, counted from 1 March.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainderFloored(by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
    )
  }

  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let (era, yearOfEra) = (month <= 2 ? year - 1 : year).quotientAndRemainderFloored(by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension Int64 {
  fileprivate func quotientAndRemainderFloored(by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// Where the time comes from: the system, or a test that says what time it is.
public struct WallClock: Sendable {
  private let read: @Sendable () -> Timestamp

  /// A clock that answers with `read`.
  public init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

  /// What time it is.
  public var now: Timestamp { read() }

  /// The system's clock.
  public static let system = WallClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}

extension Timestamp: Codable {
  /// Reads the count of milliseconds.
  public init(from decoder: any Decoder) throws {
    self.init(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
  }

  /// Writes the count of milliseconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }
}
