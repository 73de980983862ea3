/// Finds commands in a shell script that fetch something from elsewhere.
enum NetworkPrograms {
  private static let always: Set<String> = [
    "apt", "apt-get", "apk", "yum", "dnf", "microdnf", "pacman", "zypper", "brew", "curl", "wget",
    "uvx", "npx", "rustup", "conda", "mamba", "ssh", "scp",
  ]
  private static let verbs: [String: Set<String>] = [
    "pip": ["install", "download"], "pip3": ["install", "download"], "pipx": ["install", "run"],
    "uv": ["pip", "sync", "add", "tool", "python"], "npm": ["install", "i", "ci", "add"],
    "yarn": ["install", "add"], "pnpm": ["install", "add", "i"], "gem": ["install"],
    "cargo": ["install", "fetch"], "go": ["get", "install", "mod"],
    "git": ["clone", "fetch", "pull", "submodule", "ls-remote"], "poetry": ["install", "add"],
  ]
  private static let wrappers: Set<String> = ["sudo", "env", "exec", "time", "nice", "then", "do"]

  /// The first such command, with its verb; nil when none is seen.
  static func first(in script: String) -> String? {
    for command in script.split(whereSeparator: { "\n;&|(){}`".contains($0) }) {
      var words = command.split(whereSeparator: \.isWhitespace)[...]
      while let word = words.first,
        wrappers.contains(String(word)) || word.contains("=") || word.hasPrefix("-")
      {
        words.removeFirst()
      }
      guard let word = words.first else { continue }
      let program = word.lastIndex(of: "/").map { word[word.index(after: $0)...] } ?? word
      if always.contains(String(program)) { return String(program) }
      if program.hasPrefix("python"), words.dropFirst().first == "-m" {
        words = words.dropFirst(2)
      }
      let name = words.first == word ? String(program) : words.first.map(String.init) ?? ""
      guard let verb = words.dropFirst().first(where: { !$0.hasPrefix("-") }),
        verbs[name]?.contains(String(verb)) == true
      else { continue }
      let isLocal = words.contains {
        $0 == "--no-index" || $0.hasPrefix("file:") || $0 == "--offline"
      }
      let clonesPath =
        name == "git" && verb == "clone"
        && !words.contains { $0.contains("://") || $0.contains("@") }
      if !isLocal, !clonesPath { return "\(name) \(verb)" }
    }
    return nil
  }
}
