/// Patterns as in `.gitignore`, matched against paths with slashes below the file that holds them.
package struct IgnoreRules {
  private let patterns: [Pattern]

  /// Reads one pattern a line; comments and blank lines are passed over.
  package init(_ text: String) {
    self.init(lines: text.split(whereSeparator: \.isNewline).map(String.init))
  }

  /// Takes patterns one by one.
  package init(lines: [String]) { patterns = lines.compactMap { Pattern($0) } }

  /// Whether the last pattern that speaks of the path takes it out; nil when none does.
  package func excludes(_ path: String) -> Bool? {
    let parts = Self.parts(path)
    var verdict: Bool?
    for pattern in patterns where pattern.matchesPlainly(parts) { verdict = pattern.excludes }
    return verdict
  }

  /// The same by git's rule: a pattern that names the path itself is stronger than one of a folder.
  package func excludesAsGit(_ path: String, isFolder: Bool) -> Bool? {
    let parts = Self.parts(path)
    var weak: Bool?
    for pattern in patterns.reversed() {
      switch pattern.match(parts, isFolder: isFolder) {
      case .itself: return pattern.excludes
      case .folder: weak = weak ?? pattern.excludes
      case nil: break
      }
    }
    return weak
  }

  /// The same by Docker's rule: patterns start at the root, the last that speaks of the path decides.
  package func excludesAsDocker(_ path: String) -> Bool {
    let parts = Self.parts(path)
    return patterns.last { $0.match(parts, isFolder: false) != nil }?.excludes ?? false
  }

  /// Rules of a `.dockerignore`.
  package static func docker(_ text: String) -> IgnoreRules {
    IgnoreRules(
      lines: text.split(whereSeparator: \.isNewline).map { line in
        let isException = line.hasPrefix("!")
        let bare = isException ? line.dropFirst() : line
        if bare.hasPrefix("#") || bare.allSatisfy(\.isWhitespace) { return "" }
        return (isException ? "!" : "") + (bare.hasPrefix("/") ? "" : "/") + bare
      })
  }

  private static func parts(_ path: String) -> [[Unicode.Scalar]] {
    path.split(separator: "/").map { Array($0.unicodeScalars) }
  }

  private enum Match { case folder, itself }

  private struct Pattern {
    let excludes: Bool
    private var segments: [Segment] = []
    private var ending = Ending.name

    private enum Ending {
      /// The pattern names an entry, with all that is below it.
      case name
      /// It ends in a slash: a folder, with all that is below it.
      case folder
      /// It ends in `/**`: what is below.
      case inside
      /// It is a star: everything.
      case everything
      /// A bare slash, which git passes over and pathspec takes for everything.
      case root
    }

    init?(_ line: String) {
      var text = Array(line.unicodeScalars)[...]
      while let last = text.last, last.properties.isWhitespace {
        if last == " ", text.dropLast().last == "\\" { break }
        text.removeLast()
      }
      guard let first = text.first, first != "#" else { return nil }
      excludes = first != "!"
      if !excludes { text.removeFirst() }
      guard !text.isEmpty else { return nil }
      if text == ["/"] {
        ending = .root
        return
      }
      if text.last == "/" {
        ending = .folder
        text.removeLast()
      }
      let isAnchored = text.contains("/")
      if text.first == "/" { text.removeFirst() }
      segments = text.split(separator: "/").map { part in
        Array(part) == ["*", "*"] ? Segment.any : .glob(Array(part))
      }
      guard !segments.isEmpty else { return nil }
      if !isAnchored { segments.insert(.any, at: 0) }
      shorten()
    }

    private mutating func shorten() {
      segments = segments.enumerated().filter { index, segment in
        index == 0 || segment != .any || segments[index - 1] != .any
      }.map(\.element)
      let star = Segment.glob(["*"])
      if segments == [.any] || segments == [.any, star] {
        if ending == .name { ending = .everything }
        segments = [.any, star]
      } else if segments.last == .any {
        segments.removeLast()
        if ending == .name { ending = .inside }
      }
    }

    // The longest part of the path is tried first, so that a file's own name wins over its folder's.
    func match(_ parts: [[Unicode.Scalar]], isFolder: Bool) -> Match? {
      if ending == .everything { return .itself }
      if ending == .root { return nil }
      for count in stride(from: parts.count, to: 0, by: -1) {
        let isItself = count == parts.count && !isFolder
        if isItself, ending != .name { continue }
        if Self.matches(segments[...], parts[..<count]) {
          return isItself || ending == .inside ? .itself : .folder
        }
      }
      return nil
    }

    // A final star speaks of one entry alone, not of what is below it.
    func matchesPlainly(_ parts: [[Unicode.Scalar]]) -> Bool {
      if ending == .root { return true }
      if ending == .name, segments.last == .glob(["*"]) {
        return Self.matches(segments[...], parts[...])
      }
      return match(parts, isFolder: false) != nil
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

  private enum Segment: Equatable {
    case any
    case glob([Unicode.Scalar])
  }
}
