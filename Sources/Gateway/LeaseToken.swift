internal import Base
internal import Http
internal import Platform

/// What a program in a sandbox has in the place of a key: it works for one phase and is worth nothing elsewhere.
struct LeaseToken: Sendable {
  let text: String

  init() { text = "belay-" + Hex.text(Files.randomBytes(24)) }

  /// Whether a request bears it, in any of the places where the dialects put their keys.
  func isBorne(by request: HTTPServerRequest) -> Bool {
    var found: [String] = []
    for (name, value) in request.headers {
      switch name {
      case "authorization" where value.lowercased().hasPrefix("bearer "):
        found.append(String(value.dropFirst(7)))
      case "x-api-key", "x-goog-api-key": found.append(value)
      default: break
      }
    }
    for part in request.query.split(separator: "&") where part.hasPrefix("key=") {
      found.append(String(part.dropFirst(4)))
    }
    return found.contains { isEqual(Array($0.utf8)) }
  }

  // Without an early end: how long it takes says nothing of how much is right.
  private func isEqual(_ other: [UInt8]) -> Bool {
    let own = Array(text.utf8)
    guard own.count == other.count else { return false }
    return zip(own, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
