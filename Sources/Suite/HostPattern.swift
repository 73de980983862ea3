internal import Base

/// Entries of `allowed_hosts`: names, `*.suffix`, addresses and ranges, never ports or URLs.
enum HostPattern {
  /// The entry in lower case without a final dot, and what is wrong with it.
  static func normal(_ text: String) -> (host: String, fault: String?) {
    var host = text.filter { !$0.isWhitespace }.lowercased()
    while host.hasSuffix(".") { host.removeLast() }
    if host.isEmpty { return (host, "expected a host") }
    if host.contains("/") {
      return (host, isRange(host) ? nil : "is not a range such as 10.0.0.0/8")
    }
    if host.contains(":") { return (host, isIPv6(host) ? nil : "ports and URLs are not taken") }
    let name = host.hasPrefix("*.") ? host.dropFirst(2) : host[...]
    if name.contains("*") { return (host, "a star stands only in front, as in *.example.org") }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    let isName = labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
        }
    }
    if !isName { return (host, "is not the name of a host") }
    if host.hasPrefix("*."), address(name) != nil { return (host, "an address takes no star") }
    return (host, nil)
  }

  private static func address(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard let byte = UInt8(part), part.count == 1 || part.first != "0" else { return nil }
      value = value << 8 | UInt32(byte)
    }
    return value
  }

  // As strict as Harbor: the bits behind the mask must be zero.
  private static func isRange(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let bits = UInt8(parts[1]) else { return false }
    if let address = address(parts[0]) {
      return bits <= 32 && (bits == 32 || address << UInt32(bits) == 0)
    }
    return bits <= 128 && isIPv6(String(parts[0]))
  }

  private static func isIPv6(_ text: String) -> Bool {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count) else { return false }
    var count = 0
    for half in halves where !half.isEmpty {
      for group in half.split(separator: ":", omittingEmptySubsequences: false) {
        guard (1...4).contains(group.utf8.count), UInt16(group, radix: 16) != nil else {
          return false
        }
        count += 1
      }
    }
    return halves.count == 2 ? count < 8 : count == 8
  }
}

/// Headers of MCP servers: a file must never hold a credential, only the variable that supplies it.
enum McpHeader {
  /// Whether a header that carries a credential is written out instead of as `${VAR}`.
  static func holdsCredential(_ name: String, _ value: String) -> Bool {
    let words = ["key", "secret", "token", "password", "credential", "auth", "cookie"]
    let lower = name.lowercased()
    guard words.contains(where: { lower.contains($0) }) else { return false }
    var rest = value.split(separator: " ")[...]
    if let scheme = rest.first, rest.count > 1, scheme.allSatisfy(\.isLetter) { rest.removeFirst() }
    return !rest.allSatisfy { EnvTemplate.parse(String($0)).map { $0.fallback ?? "" } == "" }
  }
}
