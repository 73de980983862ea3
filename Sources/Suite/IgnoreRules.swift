/// Patterns as in `.gitignore`, matched against paths with slashes below the file that holds them.
struct IgnoreRules {
  private let patterns: [Pattern]

  /// Reads one pattern a line; comments and blank lines are passed over.
  init(_ text: String) {
    self.init(lines: text.split(whereSeparator: \.isNewline).map(String.init))
  }

  /// Takes patterns one by one.
  init(lines: [String]) { patterns = lines.compactMap { Pattern($0) } }

  /// Whether the last pattern that speaks of the path takes it out; nil when none does.
  func excludes(_ path: String) -> Bool? {
    let parts = Self.parts(path)
    var verdict: Bool?
    for pattern in patterns where pattern.match(parts, isFolder: false) != nil {
      verdict = pattern.excludes
    }
    return verdict
  }

  /// The same by git's rule: what a folder's pattern takes out, a file's pattern can put back.
  func excludesAsGit(_ path: String, isFolder: Bool) -> Bool? {
    let parts = Self.parts(path)
    var verdict: Bool?
    var strongest = 0
    for pattern in patterns {
      guard let match = pattern.match(parts, isFolder: isFolder) else { continue }
      let strength = match == .folder ? 1 : 2
      if pattern.excludes && match == .folder || strength >= strongest {
        verdict = pattern.excludes
        strongest = strength
      }
    }
    return verdict
  }

  private static func parts(_ path: String) -> [[Unicode.Scalar]] {
    path.split(separator: "/").map { Array($0.unicodeScalars) }
  }

  private enum Match { case folder, itself }

  private struct Pattern {
    let excludes: Bool
    private let segments: [Segment]
    private let foldersOnly: Bool

    init?(_ line: String) {
      var text = Array(line.unicodeScalars)[...]
      while text.last == " ", text.dropLast().last != "\\" { text.removeLast() }
      guard let first = text.first, first != "#", text != ["/"] else { return nil }
      excludes = first != "!"
      if !excludes { text.removeFirst() }
      guard !text.isEmpty else { return nil }
      foldersOnly = text.last == "/"
      if foldersOnly { text.removeLast() }
      let isAnchored = text.contains("/")
      if text.first == "/" { text.removeFirst() }
      var segments = text.split(separator: "/").map { part in
        Array(part) == ["*", "*"] ? Segment.any : .glob(Array(part))
      }
      guard !segments.isEmpty else { return nil }
      if !isAnchored { segments.insert(.any, at: 0) }
      self.segments = segments
    }

    // The longest part of the path is tried first, so that a file's own name wins over its folder's.
    func match(_ parts: [[Unicode.Scalar]], isFolder: Bool) -> Match? {
      for count in stride(from: parts.count, to: 0, by: -1) {
        let isItself = count == parts.count && !isFolder
        if isItself, foldersOnly { continue }
        if Self.matches(segments[...], parts[..<count]) { return isItself ? .itself : .folder }
      }
      return nil
    }

    private static func matches(
      _ segments: ArraySlice<Segment>, _ parts: ArraySlice<[Unicode.Scalar]>
    ) -> Bool {
      guard let segment = segments.first else { return parts.isEmpty }
      switch segment {
      case .any where segments.count == 1: return !parts.isEmpty
      case .any:
        return (0...parts.count).contains {
          matches(segments.dropFirst(), parts.dropFirst($0))
        }
      case .glob(let glob):
        guard let part = parts.first, Glob.matches(glob, part) else { return false }
        return matches(segments.dropFirst(), parts.dropFirst())
      }
    }
  }

  private enum Segment {
    case any
    case glob([Unicode.Scalar])
  }
}
