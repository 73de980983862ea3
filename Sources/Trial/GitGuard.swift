internal import Sandbox

/// Settings that keep git, in a verifier, from running programs that an agent's repository names.
///
/// Hooks and the file monitor have one name each and are always switched off. Filters, diff and merge
/// drivers have names of the agent's choice: they are read from the repositories and answered one by one,
/// as settings of the command line, which win over those of a file.
enum GitGuard {
  /// What holds for every verifier.
  static let always = [
    ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("protocol.ext.allow", "never"),
  ]

  /// More settings than this are nobody's honest work.
  static let limit = 2_000

  /// Lists the settings of the repositories; their names, each ended by a zero byte.
  static func listing(of repositories: [String], environment: [String: String]) -> CommandSpec {
    CommandSpec(
      ["/bin/bash", "-c", script, "belay"] + repositories, environment: environment,
      wall: .seconds(30), headBytes: 1 << 20, tailBytes: 0)
  }

  private static let script = """
    for folder; do git -C "$folder" config --list --name-only -z; done 2>/dev/null; true
    """

  /// The answers to a listing; nil when it was too long to be read whole.
  static func answers(to listing: CommandResult) -> [(String, String)]? {
    guard listing.ending == .exited(0), listing.output.totalBytes <= 1 << 20 else { return nil }
    var seen: Set<String> = []
    var answers: [(String, String)] = []
    for bytes in listing.output.bytes.split(separator: 0) {
      guard let name = String(validating: bytes, as: UTF8.self) else { return nil }
      guard let answer = answer(to: name), seen.insert(name).inserted else { continue }
      answers.append((name, answer))
    }
    return answers.count <= limit ? answers : nil
  }

  /// The environment that sets these.
  static func environment(_ settings: [(String, String)]) -> [String: String] {
    var environment = ["GIT_CONFIG_COUNT": "\(settings.count)"]
    for (index, (key, value)) in settings.enumerated() {
      environment["GIT_CONFIG_KEY_\(index)"] = key
      environment["GIT_CONFIG_VALUE_\(index)"] = value
    }
    return environment
  }

  /// What a setting is answered with; nil when it names no program.
  ///
  /// Where nothing can stand for a program without changing what git prints, it fails: a repository
  /// that replaces `diff` is not judged by a diff that says nothing.
  static func answer(to name: String) -> String? {
    let section = name.prefix { $0 != "." }.lowercased()
    let key = name.drop { $0 != "." }.isEmpty ? "" : name[name.index(after: lastDot(name))...]
    let isNamed = name.count > section.count + key.count + 1
    switch (section, key.lowercased(), isNamed) {
    case ("filter", "clean", true), ("filter", "smudge", true), ("filter", "process", true),
      ("credential", "helper", _), ("hook", "command", true):
      return ""
    case ("filter", "required", true), ("log", "showsignature", false): return "false"
    case ("diff", "textconv", true): return "cat"
    case ("diff", "external", false), ("diff", "command", true), ("merge", "driver", true),
      ("gpg", "program", _), ("mergetool", "cmd", true), ("difftool", "cmd", true),
      ("trailer", "command", true), ("trailer", "cmd", true), ("tar", "command", true),
      ("core", "sshcommand", false), ("core", "gitproxy", false), ("core", "askpass", false),
      ("core", "editor", false), ("sequence", "editor", false), ("remote", "vcs", true),
      ("core", "alternaterefscommand", false), ("interactive", "difffilter", false),
      ("remote", "uploadpack", true), ("remote", "receivepack", true), ("pager", _, _):
      return "false"
    case ("core", "pager", false): return "cat"
    case ("submodule", "update", true): return "checkout"
    default: return nil
    }
  }

  private static func lastDot(_ name: String) -> String.Index {
    name.lastIndex(of: ".") ?? name.startIndex
  }
}
