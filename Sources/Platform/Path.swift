/// Paths as text: joining, parents, last parts; nothing here touches the disk.
public enum Path {
  /// `directory/name`, or `name` alone when it is absolute.
  public static func join(_ directory: String, _ name: String) -> String {
    if name.hasPrefix("/") || directory.isEmpty { return name }
    return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  /// The part behind the last slash.
  public static func last(_ path: String) -> String {
    let trimmed = trim(path)
    if trimmed == "/" { return "/" }
    return trimmed.lastIndex(of: "/").map { String(trimmed[trimmed.index(after: $0)...]) }
      ?? trimmed
  }

  /// All but the last part: `.` for a bare name, `/` for the root.
  public static func parent(_ path: String) -> String {
    let trimmed = trim(path)
    guard let slash = trimmed.lastIndex(of: "/") else { return trimmed == "/" ? "/" : "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// The path as an absolute one with `.` and `..` folded, links not resolved.
  public static func absolute(_ path: String, from directory: String) -> String {
    var parts: [Substring] = []
    for part in join(directory, path).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func trim(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
