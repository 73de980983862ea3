internal import Base
internal import Http

/// Who may ask: this machine's own pages, or whoever knows the token.
struct WebGuard: Sendable {
  /// Said on every answer: nothing is loaded from elsewhere, nothing runs that is no file of the page, nobody
  /// frames it, and no address of it is told to others.
  static let headers: [(name: String, value: String)] = [
    ("content-security-policy", policy),
    ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"), ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
  ]

  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  /// What stands in the field of the token.
  static let field = "x-belay-token"

  let port: UInt16
  /// The address that it listens on; nil is this machine's loopback, both kinds.
  var address: NetworkAddress?
  /// Whether only this machine can reach the server.
  let isLoopback: Bool
  /// What a client has to know; nil where none is asked for.
  let token: String?

  /// Why a request is refused; nil when it is not.
  func refusal(of request: HTTPServerRequest, needsToken: Bool) -> HTTPServerResponse? {
    if let refused = refusal(ofHost: request) { return refused }
    if request.header("sec-fetch-site").map({ $0 == "cross-site" }) ?? false,
      request.path.hasPrefix("/api/")
    {
      return .text(403, "another site asks: that is not answered\n")
    }
    guard needsToken else { return nil }
    guard let token, Self.isEqual(request.header(Self.field) ?? "", token) else {
      return .text(
        401, "the token is missing or is another; open the address that belay serve printed\n")
    }
    return nil
  }

  /// A page of another name that points at this machine must not read here: its own name stands in Host.
  private func refusal(ofHost request: HTTPServerRequest) -> HTTPServerResponse? {
    guard isLoopback else { return nil }
    let host = (request.header("host") ?? "").lowercased()
    let own = address.map { $0.isLong ? "[\($0)]" : "\($0)" }
    let names = Set(["127.0.0.1", "localhost", "[::1]"] + [own].compactMap { $0 })
    let told = names.flatMap { port == 80 ? [$0, "\($0):80"] : ["\($0):\(port)"] }
    return told.contains(host)
      ? nil
      : .text(
        421, "this server answers to \(own ?? "127.0.0.1"):\(port) and localhost:\(port) only\n")
  }

  /// Whether a request that changes something comes from the page itself.
  func isSameOrigin(_ request: HTTPServerRequest) -> Bool {
    guard let origin = request.header("origin"), let host = request.header("host") else {
      return false
    }
    return origin.lowercased() == "http://\(host.lowercased())"
  }

  /// Compares without telling by its time where two texts differ.
  static func isEqual(_ left: String, _ right: String) -> Bool {
    let (one, two) = (Digest.of(left).bytes, Digest.of(right).bytes)
    return zip(one, two).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
