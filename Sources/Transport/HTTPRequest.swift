/// One request over HTTP; what it is printed as never shows headers, because keys travel in them.
public struct HTTPRequest: Sendable, CustomStringConvertible, CustomReflectable {
  /// The method.
  public var method: String
  /// An absolute `http` or `https` address.
  public var url: String
  /// The header fields.
  public var headers: HTTPHeaders
  /// The body; nil sends none.
  public var body: [UInt8]?
  /// What it may take.
  public var limits: HTTPLimits
  /// A proxy to go through; nil goes straight, whatever the environment says.
  public var proxy: String?

  /// A request.
  public init(
    _ method: String, _ url: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8]? = nil,
    limits: HTTPLimits = HTTPLimits(), proxy: String? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limits = limits
    self.proxy = proxy
  }

  /// The method and the address without its query.
  public var description: String { "\(method) \(place)" }

  /// Nothing: a dump of a request must not show a key either.
  public var customMirror: Mirror { Mirror(self, children: [:]) }

  var place: String { String(url.prefix { $0 != "?" && $0 != "#" }) }

  // A line break in a header would let its author write headers of his own.
  var flaw: String? {
    if method.isEmpty || !method.utf8.allSatisfy(Self.isNameByte) {
      return "the method is not valid"
    }
    if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
      return "the address holds a space or a control character"
    }
    for field in headers.fields {
      if field.name.isEmpty || !field.name.utf8.allSatisfy(Self.isNameByte) {
        return "the name of a header is not valid"
      }
      if field.value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
        return "the header '\(field.name)' holds a control character"
      }
    }
    return nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
  }
}

/// What one request may take.
public struct HTTPLimits: Sendable, Hashable {
  /// Until the connection stands, TLS included.
  public var connect: Duration = .seconds(15)
  /// From the start until the head of the answer is there; nil does not limit it.
  public var head: Duration?
  /// Between two pieces of the answer; nil does not limit it.
  public var stall: Duration?
  /// For everything.
  public var total: Duration = .seconds(600)
  /// Bytes of all header fields of the answer.
  public var headBytes = 64 << 10
  /// Bytes of the answer's body.
  public var bodyBytes = 64 << 20
  /// Bytes of a streamed body that wait for their reader before the server is made to wait.
  public var waitingBytes = 1 << 20

  /// The usual limits.
  public init() {}
}
