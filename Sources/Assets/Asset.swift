public import Base
internal import CAssets

/// A file of the live page.
public struct Asset: Sendable, Hashable {
  /// Its name: `app.js`.
  public let name: String
  /// Its content.
  public let bytes: [UInt8]
  /// The digest of its content.
  public let digest: Digest

  /// All of them, the page itself first.
  public static let all: [Asset] = {
    var all: [Asset] = []
    while case let file = cassets_file(all.count), let name = file.name {
      let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
      all.append(Asset(name: String(cString: name), bytes: bytes, digest: .of(bytes)))
    }
    return all
  }()

  /// What kind of file it is, by the end of its name.
  public var type: String {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    default: "application/octet-stream"
    }
  }
}
