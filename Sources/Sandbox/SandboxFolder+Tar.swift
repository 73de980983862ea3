internal import Archive

/// A symbolic link in a trial's files.
public struct SandboxLink: Sendable, Hashable {
  /// Its path below the root, in parts.
  public let path: [[UInt8]]
  /// Where it leads.
  public let target: [UInt8]
}

extension SandboxFolder {
  /// What a trial changed of its image, by path; nil for a place that is not made of an image.
  public var changedPaths: [String]? {
    switch source {
    case .container(let files): files.changedPaths
    case .nothing: []
    case .folder: nil
    }
  }

  /// Whether `changedPaths` may be wrong: too many to be told, or named so as to be misread.
  public var hasUnclearChanges: Bool {
    if case .container(let files) = source { files.hasUnclearChanges } else { false }
  }

  /// The symbolic links below a path of a container; nil when there is more than `limit` or it takes too
  /// long to look at.
  public func links(below path: String, limit: Int, time: Duration) async throws -> [SandboxLink]? {
    guard case .container(let files) = source else { return [] }
    let parts = path.utf8.split(separator: 47).map { Array($0) }
    let found = try await files.read(path, wall: time + .seconds(10)) { tar -> [SandboxLink]? in
      var links: [SandboxLink] = []
      var seen = 0
      let began = ContinuousClock.now
      while let entry = try tar.next() {
        seen += 1
        guard seen <= limit, ContinuousClock.now - began < time else { return nil }
        let below = entry.path.split(separator: 47).map { Array($0) }
        // The path itself may be a link, which shows itself by another name.
        guard below.first == parts.last else { return links }
        if entry.kind == .link {
          links.append(SandboxLink(path: parts.dropLast() + below, target: entry.target))
        }
      }
      return links
    }
    return found ?? []
  }
}
