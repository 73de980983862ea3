public import Base
public import Notation
public import Platform

/// One entry that a COPY puts into the image.
public struct CopiedEntry: Sendable, Hashable {
  /// Where it lies on the host.
  public let source: String
  /// Where it goes inside, absolute; see `mayNameFolder`.
  public let destination: String
  /// What it is; links are copied as links.
  public let kind: FileKind
  /// Its permission bits.
  public let mode: UInt32
  /// Whether the entry goes *into* `destination` when that turns out to be a folder (`COPY a /app`).
  public let mayNameFolder: Bool
}

extension TaskEnvironment {
  /// What a COPY step brings from the build context, folders before their content.
  ///
  /// `.dockerignore` is obeyed. Fails when a source matches nothing.
  public func entries(of step: BuildStep) throws(BelayError) -> [CopiedEntry] {
    guard case .copy(let sources, let destination, let mode) = step.action, let folder else {
      return []
    }
    let context = try Files.walk(folder, limit: 100_000)
    let ignoreFile = Path.join(folder, ".dockerignore")
    let rules =
      Files.isFile(ignoreFile)
      ? IgnoreRules.docker(try Files.readText(ignoreFile, limit: 1 << 20)) : nil
    let kept = context.filter { rules?.excludesAsDocker($0.path) != true }
    var entries: [CopiedEntry] = []
    for source in sources {
      let pattern = Self.pattern(source)
      let matches = kept.filter { Self.matches(pattern, $0.path) }
      if pattern.isEmpty {
        entries += Self.entries(nil, kept, folder, destination, mode)
      } else if matches.isEmpty {
        throw BelayError(
          .usage, "COPY: there is no '\(source.printable())' in the build context",
          place: "\(Path.join(folder, "Dockerfile")):\(step.line)")
      }
      for match in matches { entries += Self.entries(match, kept, folder, destination, mode) }
    }
    return entries
  }

  // A folder gives its content, the whole context when `match` is nil; a file gives itself.
  private static func entries(
    _ match: TreeEntry?, _ kept: [TreeEntry], _ folder: String, _ destination: String,
    _ mode: UInt32?
  ) -> [CopiedEntry] {
    let target = destination.hasSuffix("/") ? String(destination.dropLast()) : destination
    if let match, match.kind != .directory {
      let isInside = destination.hasSuffix("/")
      return [
        CopiedEntry(
          source: Path.join(folder, match.path),
          destination: isInside ? "\(target)/\(Path.last(match.path))" : destination,
          kind: match.kind, mode: mode ?? match.mode, mayNameFolder: !isInside)
      ]
    }
    let prefix = match.map { $0.path + "/" } ?? ""
    let below = kept.filter { $0.path.hasPrefix(prefix) }.map { entry in
      CopiedEntry(
        source: Path.join(folder, entry.path),
        destination: "\(target)/\(entry.path.dropFirst(prefix.utf8.count))", kind: entry.kind,
        mode: entry.kind == .directory ? entry.mode : mode ?? entry.mode, mayNameFolder: false)
    }
    let root = CopiedEntry(
      source: match.map { Path.join(folder, $0.path) } ?? folder,
      destination: target.isEmpty ? "/" : target, kind: .directory, mode: match?.mode ?? 0o755,
      mayNameFolder: false)
    return [root] + below
  }

  private static func pattern(_ source: String) -> [String] {
    Path.absolute(source, from: "/").split(separator: "/").map(String.init)
  }

  private static func matches(_ pattern: [String], _ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count == pattern.count
      && zip(pattern, parts).allSatisfy { Glob.matches($0, String($1)) }
  }
}
