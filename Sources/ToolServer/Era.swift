internal import Base

/// The two ways in which the protocol is spoken: after a greeting, or with the version in every request.
enum Era: Sendable, Equatable {
  /// Up to 2025-11-25: `initialize` settles the version.
  case greeted
  /// From 2026-07-28: no greeting, and results say of what kind they are.
  case stateless

  /// Versions that `initialize` may settle on, the newest first.
  static let greetedVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
  /// Versions that a request may name.
  static let statelessVersions = ["2026-07-28"]
  /// Versions that let a client send several requests as one array.
  static let batchVersions: Set<String> = ["2025-03-26", "2024-11-05"]

  private static let versionKey = "io.modelcontextprotocol/protocolVersion"

  /// How a request is to be answered, by what it says of itself.
  static func of(_ method: String, _ parameters: JSON) throws(Rpc.Fault) -> Era {
    let named = parameters["_meta"][versionKey]
    guard !named.isNull else { return method == "server/discover" ? .stateless : .greeted }
    if let version = named.string {
      if statelessVersions.contains(version) { return .stateless }
      if greetedVersions.contains(version), method != "server/discover" { return .greeted }
    }
    throw Rpc.Fault(
      code: -32022, message: "unsupported protocol version",
      data: ["supported": .array(statelessVersions.map(JSON.string)), "requested": named])
  }

  /// A result in this era's frame; `isListing` is one that a client may keep.
  func framed(_ result: [String: JSON], isListing: Bool = false) -> [String: JSON] {
    guard self == .stateless else { return result }
    var framed = result
    framed["resultType"] = "complete"
    if isListing {
      framed["ttlMs"] = 0
      framed["cacheScope"] = "private"
    }
    return framed
  }
}
