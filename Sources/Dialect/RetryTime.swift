internal import Base

/// When a provider wants to be asked again, in every form that is in use.
enum RetryTime {
  /// Nobody waits longer than this for a header's sake; the sum of durations must not overflow either.
  private static let longest = 366.0 * 86_400

  static func read(
    _ headers: [String: String], words: WireFault.Words, now: Timestamp?
  ) -> Duration? {
    if let text = headers["retry-after-ms"], let value = Double(trimmed(text)) {
      return seconds(value / 1000)
    }
    if let text = headers["retry-after"].map(trimmed) {
      if let value = Double(text) { return seconds(value) }
      let from = headers["date"].flatMap { httpDate(trimmed($0)) } ?? now
      if let date = httpDate(text) ?? Timestamp(iso: text), let from {
        return seconds(Double(date.milliseconds - from.milliseconds) / 1000)
      }
      if let value = duration(text) { return value }
    }
    if let told = words.retryAfter { return told }
    return spoken(words.message)
  }

  /// Go's and protobuf's durations: `1s`, `6m0s`, `17ms`, `1h2m3.5s`, `23.4s`.
  static func duration(_ text: String) -> Duration? {
    var total = 0.0
    var number = ""
    var unit = ""
    var found = false
    func close() -> Bool {
      guard let value = Double(number) else { return false }
      let scale: Double
      switch unit {
      case "d": scale = 86_400
      case "h": scale = 3600
      case "m": scale = 60
      case "s": scale = 1
      case "ms": scale = 0.001
      case "us", "µs", "μs": scale = 0.000_001
      case "ns": scale = 0.000_000_001
      default: return false
      }
      total += value * scale
      (number, unit, found) = ("", "", true)
      return true
    }
    for character in text.prefix(64) {
      if character.isNumber || character == "." {
        if !unit.isEmpty, !close() { return nil }
        number.append(character)
      } else {
        unit.append(character)
      }
    }
    guard close(), found else { return nil }
    return seconds(total)
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func httpDate(_ text: String) -> Timestamp? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
    guard words.count >= 5, let day = Int(words[1]), let year = Int(words[3]),
      (1...31).contains(day), (1970...9999).contains(year),
      let month = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
      ].firstIndex(of: words[2].lowercased())
    else { return nil }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return Timestamp(iso: "\(year)-\(two(month + 1))-\(two(day))T\(words[4])Z")
  }

  // OpenAI: `Please try again in 1s.`; others: `retry in 20ms`, `Please retry in 34.07s.`.
  private static func spoken(_ message: String) -> Duration? {
    let words = message.lowercased().split(separator: " ")
    for (index, word) in words.enumerated()
    where word == "in" && index > 0 && index + 1 < words.count {
      guard ["again", "retry"].contains(words[index - 1]) else { continue }
      var text = words[index + 1]
      while let last = text.last, last == "." || last == "," { text = text.dropLast() }
      if let value = duration(String(text)) { return value }
      if let value = Double(text), index + 2 < words.count, words[index + 2].hasPrefix("second") {
        return seconds(value)
      }
    }
    return nil
  }

  static func seconds(_ value: Double) -> Duration? {
    guard value.isFinite else { return nil }
    return .milliseconds(Int64(max(0, min(value, longest)) * 1000))
  }

  private static func trimmed(_ text: String) -> String {
    let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(
      text.trimmingPrefix(while: blank).reversed().trimmingPrefix(while: blank).reversed())
  }
}
