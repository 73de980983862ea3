internal import Base

/// Entries of `allowed_hosts`: names, `*.suffix`, addresses and ranges, never ports or URLs.
package enum HostPattern {
  /// The entry in lower case without a final dot, and what is wrong with it.
  package static func normal(_ text: String) -> (host: String, fault: String?) {
    var host = text.filter { !$0.isWhitespace }.lowercased()
    while host.hasSuffix(".") { host.removeLast() }
    if host.isEmpty { return (host, "expected a host") }
    if host.contains("/") {
      return (host, isRange(host) ? nil : "is not a range such as 10.0.0.0/8")
    }
    if host.contains(":") {
      return (host, groups(host[...]) == nil ? "ports and URLs are not taken" : nil)
    }
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
    if host.hasPrefix("*."), bytes(name) != nil { return (host, "an address takes no star") }
    return (host, nil)
  }

  /// Whether a host, by name or address in small letters, is what an entry in its normal form means.
  package static func matches(_ entry: String, _ host: String) -> Bool {
    var host = host[...]
    while host.hasSuffix(".") { host.removeLast() }
    if entry.hasPrefix("*.") {
      return host.hasSuffix(entry.dropFirst()) && host.utf8.count > entry.utf8.count - 1
    }
    guard let words = words(of: host) else { return entry == host }
    let parts = entry.split(separator: "/", maxSplits: 1)
    guard let own = parts.first.flatMap({ Self.words(of: $0) }), own.count == words.count else {
      return false
    }
    let length = parts.count > 1 ? Int(parts[1]) ?? 0 : own.count * 16
    return zip(own, words).enumerated().allSatisfy { index, pair in
      let fixed = min(16, max(0, length - index * 16))
      return fixed == 0 || (pair.0 ^ pair.1) >> UInt16(16 - fixed) == 0
    }
  }

  private static func words(of text: Substring) -> [UInt16]? {
    bytes(text).map {
      [UInt16($0[0]) << 8 | UInt16($0[1]), UInt16($0[2]) << 8 | UInt16($0[3])]
    } ?? (text.contains(":") ? groups(text) : nil)
  }

  /// The four bytes of an IPv4 address.
  private static func bytes(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { part in
      part.count > 1 && part.first == "0" ? nil : UInt8(part)
    }
    return parts.count == 4 && bytes.count == 4 ? bytes : nil
  }

  /// The eight groups of an IPv6 address, the last two perhaps written as IPv4.
  private static func groups(_ text: Substring) -> [UInt16]? {
    guard let gap = text.firstRange(of: "::") else {
      guard let all = words(text), all.count == 8 else { return nil }
      return all
    }
    guard let head = words(text[..<gap.lowerBound]), let tail = words(text[gap.upperBound...]),
      head.count + tail.count < 8
    else { return nil }
    return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
  }

  private static func words(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var words: [UInt16] = []
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, let last = bytes(part) {
        words += [UInt16(last[0]) << 8 | UInt16(last[1]), UInt16(last[2]) << 8 | UInt16(last[3])]
      } else if (1...4).contains(part.utf8.count), part.first != "+", part.first != "-",
        let word = UInt16(part, radix: 16)
      {
        words.append(word)
      } else {
        return nil
      }
    }
    return words
  }

  // As strict as Harbor: the bits behind the mask must be zero.
  private static func isRange(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty,
      parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 < 0x3A }),
      let length = Int(parts[1])
    else { return false }
    let words =
      bytes(parts[0]).map {
        [UInt16($0[0]) << 8 | UInt16($0[1]), UInt16($0[2]) << 8 | UInt16($0[3])]
      }
      ?? groups(parts[0])
    guard let words, length <= words.count * 16 else { return false }
    for (index, word) in words.enumerated() {
      let fixed = min(16, max(0, length - index * 16))
      if fixed < 16, word & (UInt16.max >> UInt16(fixed)) != 0 { return false }
    }
    return true
  }
}
