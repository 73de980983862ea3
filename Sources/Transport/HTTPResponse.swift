/// The head of an answer.
public struct HTTPHead: Sendable, Hashable {
  /// The status: 200, 429, …
  public let status: Int
  /// The version that was spoken: `1.1`, `2`.
  public let version: String
  /// The header fields.
  public let headers: HTTPHeaders

  /// A head.
  public init(status: Int, version: String = "1.1", headers: HTTPHeaders = HTTPHeaders()) {
    self.status = status
    self.version = version
    self.headers = headers
  }

  /// Whether the status says that all is well.
  public var isSuccess: Bool { (200..<300).contains(status) }
}

/// A whole answer.
public struct HTTPResponse: Sendable, Hashable {
  /// The head.
  public let head: HTTPHead
  /// The body.
  public let body: [UInt8]

  /// An answer.
  public init(head: HTTPHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }
}
