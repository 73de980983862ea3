/// Where somebody wants to be let through to.
public struct HTTPProxyTarget: Sendable, Hashable {
  /// The host, by name or number, in small letters, an IPv6 address without its brackets.
  public let host: String
  /// The port.
  public let port: UInt16
  /// What is sent to the other end first: a plain request in its own form; empty for a tunnel.
  let opening: [UInt8]

  /// Reads the head of a request to a proxy; nil when it is none that is understood.
  ///
  /// `CONNECT host:port`, or any other method with `http://host[:port]/path`. A plain request goes on
  /// with `Connection: close`, so that whoever answers ends the connection behind it.
  init?(head: [UInt8]) {
    guard let text = String(validating: head, as: UTF8.self) else { return nil }
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    guard let request = lines.first else { return nil }
    let words = request.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2].hasPrefix("HTTP/1."), !words[0].isEmpty else { return nil }
    if words[0] == "CONNECT" {
      guard let authority = Self.authority(words[1], default: nil) else { return nil }
      (host, port) = authority
      opening = []
      return
    }
    guard words[1].lowercased().hasPrefix("http://") else { return nil }
    let rest = words[1].dropFirst(7)
    let name = rest.prefix { $0 != "/" && $0 != "?" }
    guard let authority = Self.authority(name, default: 80) else { return nil }
    (host, port) = authority
    let path = rest.dropFirst(name.count)
    lines[0] = "\(words[0]) \(path.hasPrefix("/") ? "" : "/")\(path) HTTP/1.1"
    let kept = lines.filter { line in
      let field = line.prefix { $0 != ":" }.lowercased()
      return !["host", "connection", "proxy-connection", "proxy-authorization", "keep-alive"]
        .contains(field) && !line.isEmpty
    }
    opening = Array(
      (kept + ["Host: \(name)", "Connection: close", "", ""]).joined(separator: "\r\n").utf8)
  }

  private static func authority(_ text: Substring, default port: UInt16?) -> (String, UInt16)? {
    guard !text.contains("@") else { return nil }
    let name: Substring
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      name = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
    } else {
      name = text.prefix { $0 != ":" }
      rest = text.dropFirst(name.count)
    }
    guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    let number = rest.isEmpty ? port : rest.hasPrefix(":") ? UInt16(rest.dropFirst()) : nil
    guard let number, number > 0 else { return nil }
    return (name.lowercased(), number)
  }
}

/// Whether somebody is let through.
public enum HTTPProxyDecision: Sendable {
  /// To the first of these addresses that answers.
  case connect([NetworkAddress])
  /// Not at all, with a status and why.
  case refuse(Int, String)
}

/// What decides where a proxy leads.
public typealias HTTPProxyHandler = @Sendable (HTTPProxyTarget) async -> HTTPProxyDecision
