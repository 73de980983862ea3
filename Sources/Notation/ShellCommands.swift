/// The commands of a shell script, as far as they can be seen without running it.
enum ShellCommands {
  private static let wrappers: Set<String> = [
    "env", "exec", "time", "nice", "nohup", "then", "do", "else", "if", "while", "until", "!",
  ]

  /// Word lists, one for each command, with assignments and wrappers taken off.
  static func list(_ script: String) -> [[Substring]] {
    var commands: [[Substring]] = []
    for command in withoutHereDocuments(script)
      .split(whereSeparator: { $0.isNewline || ";&|(){}`".contains($0) })
    {
      var words = command.split(whereSeparator: \.isWhitespace)[...]
      while let word = words.first,
        wrappers.contains(String(word)) || word.hasPrefix("-") || isAssignment(word)
      {
        words.removeFirst()
      }
      if let first = words.first, !first.hasPrefix("#") { commands.append(Array(words)) }
    }
    return commands
  }

  /// The program's name without its folder.
  static func name(_ word: Substring) -> String {
    String(word.lastIndex(of: "/").map { word[word.index(after: $0)...] } ?? word)
  }

  // What stands in a here-document is data.
  private static func withoutHereDocuments(_ script: String) -> String {
    guard script.contains("<<") else { return script }
    var kept: [Substring] = []
    var end: String?
    for line in script.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if let word = end {
        if line.trimmingTabs() == word { end = nil }
        continue
      }
      kept.append(line)
      end = hereDocument(line)
    }
    return kept.joined(separator: "\n")
  }

  private static func hereDocument(_ line: Substring) -> String? {
    guard let at = line.firstRange(of: "<<") else { return nil }
    var rest = line[at.upperBound...]
    guard rest.first != "<" else { return nil }
    if rest.first == "-" { rest.removeFirst() }
    let word = rest.drop { $0 == " " || $0 == "'" || $0 == "\"" || $0 == "\\" }
      .prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return word.isEmpty || word.first?.isNumber == true ? nil : String(word)
  }

  private static func isAssignment(_ word: Substring) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
    return word[..<equals].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }
}

extension Substring {
  fileprivate func trimmingTabs() -> Substring { drop { $0 == "\t" } }
}

/// Finds commands in a shell script that fetch something from elsewhere.
package enum NetworkPrograms {
  private static let always: Set<String> = [
    "apt", "apt-get", "apk", "yum", "dnf", "microdnf", "pacman", "zypper", "brew", "curl", "wget",
    "uvx", "npx", "rustup", "conda", "mamba", "scp", "rsync",
  ]
  private static let verbs: [String: Set<String>] = [
    "pip": ["install", "download"], "pip3": ["install", "download"], "pipx": ["install", "run"],
    "uv": ["pip", "sync", "add", "tool", "python"], "npm": ["install", "i", "ci", "add"],
    "yarn": ["install", "add"], "pnpm": ["install", "add", "i"], "gem": ["install"],
    "cargo": ["install", "fetch"], "go": ["get", "install"], "poetry": ["install", "add"],
    "git": ["clone", "fetch", "pull", "ls-remote"],
  ]

  /// The first such command, with its verb; nil when none is seen.
  package static func first(in script: String) -> String? {
    for command in ShellCommands.list(script) {
      var words = command[...]
      if let word = words.first, ["sudo"].contains(ShellCommands.name(word)) { words.removeFirst() }
      guard let word = words.first else { continue }
      var program = ShellCommands.name(word)
      if program.hasPrefix("python"), words.dropFirst().first == "-m" {
        words = words.dropFirst(2)
        program = words.first.map(String.init) ?? ""
      }
      let isLocal = words.contains {
        $0.hasPrefix("--no-index") || $0.hasPrefix("file:") || $0 == "--offline"
          || $0 == "--version"
          || $0.contains("localhost") || $0.contains("127.0.0.1")
      }
      if isLocal { continue }
      if program == "rsync" || program == "scp" {
        if words.contains(where: { $0.contains(":") }) { return program }
        continue
      }
      if always.contains(program) { return program }
      guard let verb = words.dropFirst().first(where: { !$0.hasPrefix("-") }),
        verbs[program]?.contains(String(verb)) == true
      else { continue }
      let isPath = program == "git" && !words.contains { $0.contains("://") || $0.contains("@") }
      if !isPath { return "\(program) \(verb)" }
    }
    return nil
  }
}

/// Finds commands in a shell script that need a second real user.
package enum UserPrograms {
  private static let always: Set<String> = [
    "useradd", "adduser", "groupadd", "addgroup", "usermod", "su", "runuser", "setpriv", "gosu",
  ]

  /// The first such command; nil when none is seen.
  package static func first(in script: String) -> String? {
    for words in ShellCommands.list(script) {
      guard let word = words.first else { continue }
      let program = ShellCommands.name(word)
      if always.contains(program) { return program }
      if program == "sudo", words.contains("-u") { return "sudo -u" }
      if program == "chown", let owner = words.dropFirst().first(where: { !$0.hasPrefix("-") }),
        !isOwn(owner)
      {
        return "chown \(owner)"
      }
    }
    return nil
  }

  // Names in variables are not known here, and one's own is allowed.
  private static func isOwn(_ owner: Substring) -> Bool {
    let bare = owner.filter { $0 != "\"" && $0 != "'" }
    return bare.hasPrefix("$")
      || ["root", "0", "root:root", "0:0", "root:", "0:", ":root", ":0"]
        .contains(bare)
  }
}
