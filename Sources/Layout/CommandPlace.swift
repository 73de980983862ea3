/// The lab that printed commands are for, where they would not find it by themselves.
package enum CommandPlace {
  /// What a command that is printed now has to be given: `--lab DIR`, as a shell reads it; nil where it finds
  /// its lab without.
  @TaskLocal package static var lab: String?

  /// Commands that read or write a lab.
  package static let readers: Set<String> = [
    "approve", "audit", "branch", "checkout", "compare", "db", "diff", "eval", "export", "gate",
    "gc", "hint", "hypotheses", "import", "leaderboard", "lessons", "log", "matrix", "notify",
    "pause",
    "plan", "plot", "promote", "report", "resume", "retune", "revert", "run", "search",
    "selftest", "serve", "show", "sql", "status", "trace", "tree", "verify", "veto", "watch",
  ]

  /// The option that names a lab, quoted for a shell.
  package static func option(_ lab: String) -> String { "--lab \(ShellWord.quoted(lab))" }

  /// A text whose commands find the lab: `belay diff c1 c2` becomes `belay --lab DIR diff c1 c2`.
  ///
  /// What stands in double quotes is somebody's own words and stays as it is.
  package static func placed(_ text: String, lab: String? = CommandPlace.lab) -> String {
    guard let lab, text.contains("belay ") else { return text }
    var out = ""
    var isQuoted = false
    var rest = text[...]
    while let character = rest.first {
      let isStart = out.last.map { !($0.isLetter || $0.isNumber || "-_./".contains($0)) } ?? true
      guard isStart, !isQuoted, rest.hasPrefix("belay "), reads(rest.dropFirst(6)) else {
        if character == "\"" { isQuoted.toggle() }
        out.append(character)
        rest = rest.dropFirst()
        continue
      }
      out += "belay \(lab) "
      rest = rest.dropFirst(6)
    }
    return out
  }

  // Whether the words of a command begin with one that needs a lab, and ask for more than its help.
  private static func reads(_ words: Substring) -> Bool {
    let word = words.prefix { $0.isASCII && ($0.isLowercase || $0 == "-") }
    let rest = words.dropFirst(word.count)
    guard rest.first.map({ !$0.isLetter && !$0.isNumber }) ?? true else { return false }
    // As somebody typed it, it may name its lab at the end.
    let own = rest.firstRange(of: "belay ").map { rest[..<$0.lowerBound] } ?? rest
    guard !own.contains(" --lab") else { return false }
    if word == "suite" { return rest.hasPrefix(" audit") }
    return readers.contains(String(word)) && !rest.hasPrefix(" --help")
  }
}

/// A word as a shell takes it.
package enum ShellWord {
  /// The word, in single quotes where a shell would read more in it than letters.
  package static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-_./=,:@%+".utf8.contains($0)
    }
    guard word.isEmpty || !plain else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
