internal import Base

/// Folds the lines of a Dockerfile into what they do.
struct DockerfileReader {
  private(set) var result = Dockerfile(
    base: "", steps: [], variables: [:], workdir: nil, user: nil, refusals: [])
  private var arguments: [String: String] = [:]
  private var line = 1
  private var stages = 0

  mutating func read(_ text: String) {
    let (lines, usesOtherEscape) = DockerfileLines.logical(text)
    if usesOtherEscape { refuse("escape", "only a backslash continues a line here") }
    for (number, text) in lines {
      line = number
      let name = text.prefix { !$0.isWhitespace }
      let rest = text[name.endIndex...].drop(while: \.isWhitespace)
      instruction(name.uppercased(), String(rest))
    }
    if stages == 0 {
      line = 1
      refuse("FROM", "missing; a Dockerfile begins with an image")
    }
  }

  private mutating func instruction(_ name: String, _ rest: String) {
    if rest.contains("<<"), ["RUN", "COPY"].contains(name),
      DockerfileLines.startsHereDocument(rest)
    {
      return refuse(name, "here-documents (<<) need a container")
    }
    switch name {
    case "FROM": from(rest)
    case "ARG": argument(rest)
    case "ENV": environment(rest)
    case "WORKDIR": workdir(rest)
    case "USER": user(rest)
    case "COPY": copy(rest)
    case "RUN": run(rest)
    case "LABEL", "MAINTAINER", "EXPOSE", "STOPSIGNAL": break  // words about the image alone
    case "CMD": break  // Harbor never runs it either: trials bring their own commands
    default:
      let known = ["FROM", "ARG", "ENV", "WORKDIR", "USER", "COPY", "RUN"]
      let others = [
        "ADD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD", "SHELL", "VOLUME",
      ]
      guard !others.contains(name) else { return refuse(name, "needs a container") }
      refuse(
        String(name.prefix(40)).printable(),
        "is not a Dockerfile instruction"
          + Spelling.suggestion(for: name, in: known + others))
    }
  }

  private mutating func from(_ rest: String) {
    stages += 1
    let words = DockerfileLines.words(rest).filter { !$0.hasPrefix("--") }
    guard stages == 1 else { return refuse("FROM", "a build in several stages needs a container") }
    guard let image = words.first else { return refuse("FROM", "names no image") }
    result.base = filled(image)
    if result.base.isEmpty { refuse("FROM", "names no image") }
  }

  private mutating func argument(_ rest: String) {
    for word in DockerfileLines.words(rest) {
      let (name, value) = DockerfileLines.pair(word)
      if let value, result.variables[name] == nil { arguments[name] = filled(value) }
    }
  }

  private mutating func environment(_ rest: String) {
    let words = DockerfileLines.words(rest)
    guard let first = words.first else { return refuse("ENV", "names no variable") }
    if !first.contains("=") {
      // The old form: one name, then everything behind it is the value.
      let value = rest.drop { !$0.isWhitespace }.drop(while: \.isWhitespace)
      return result.variables[first] = filled(String(value))
    }
    var added: [String: String] = [:]
    for word in words {
      let (name, value) = DockerfileLines.pair(word)
      guard let value, !name.isEmpty else {
        return refuse("ENV", "'\(word.printable())' is not of the form name=value")
      }
      added[name] = filled(value)
    }
    result.variables.merge(added) { $1 }
  }

  private mutating func workdir(_ rest: String) {
    let path = filled(DockerfileLines.unquoted(rest))
    guard !path.isEmpty else { return refuse("WORKDIR", "names no folder") }
    let folder = Self.folded(path, from: result.workdir ?? "/")
    result.workdir = folder
    add(.makeFolder(folder))
  }

  private mutating func user(_ rest: String) {
    let name = filled(DockerfileLines.unquoted(rest))
    guard !name.isEmpty else { return refuse("USER", "names no user") }
    result.user = name.split(separator: ":").first.map(String.init) ?? name
  }

  private mutating func copy(_ rest: String) {
    var mode: UInt32?
    var text = Substring(rest)
    while text.hasPrefix("--") {
      let option = text.prefix { !$0.isWhitespace }
      text = text[option.endIndex...].drop(while: \.isWhitespace)
      let (name, value) = DockerfileLines.pair(String(option))
      switch (name, value.map { filled($0) }) {
      case ("--link", _): break
      case ("--chmod", let value?) where UInt32(value, radix: 8) != nil:
        mode = UInt32(value, radix: 8).map { $0 & 0o7777 }
      case ("--chown", let value?) where ["root", "0", "root:root", "0:0"].contains(value): break
      default: return refuse("COPY \(name.printable())", "needs a container")
      }
    }
    let words = DockerfileLines.list(String(text)) ?? DockerfileLines.words(String(text))
    let paths = words.map { filled($0) }
    guard paths.count >= 2, let last = paths.last else {
      return refuse("COPY", "needs a source and a destination")
    }
    let sources = Array(paths.dropLast())
    guard !sources.contains(where: { Self.leavesContext($0) }) else {
      return refuse("COPY", "a source leaves the build context")
    }
    let folder = result.workdir ?? "/"
    let isFolder = last.hasSuffix("/") || last == "." || last == ".." || sources.count > 1
    let destination = Self.folded(last, from: folder)
    add(
      .copy(
        sources: sources,
        destination: isFolder && destination != "/" ? destination + "/" : destination,
        mode: mode))
  }

  private mutating func run(_ rest: String) {
    if rest.hasPrefix("--") {
      let option = DockerfileLines.pair(String(rest.prefix { !$0.isWhitespace })).0
      return refuse("RUN \(option.printable())", "needs a container")
    }
    guard !rest.isEmpty else { return refuse("RUN", "has no command") }
    let command = DockerfileLines.list(rest) ?? ["/bin/sh", "-c", rest]
    add(.run(command))
    if let script = result.steps.last?.script, let program = NetworkPrograms.first(in: script) {
      refuse("RUN", "'\(program.printable())' needs a network")
    }
  }

  private mutating func add(_ action: BuildStep.Action) {
    result.steps.append(
      BuildStep(
        action: action, line: line, variables: arguments.merging(result.variables) { $1 },
        folder: result.workdir ?? "/", user: result.user))
  }

  private mutating func refuse(_ instruction: String, _ reason: String) {
    result.refusals.append(BuildRefusal(line: line, instruction: instruction, reason: reason))
  }

  private func filled(_ text: String) -> String {
    DockerfileLines.filled(text, from: arguments.merging(result.variables) { $1 })
  }

  /// An absolute path with `.` and `..` folded.
  private static func folded(_ path: String, from folder: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : "\(folder)/\(path)").split(separator: "/")
    where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func leavesContext(_ path: String) -> Bool {
    var depth = 0
    for part in path.split(separator: "/") where part != "." {
      depth += part == ".." ? -1 : 1
      if depth < 0 { return true }
    }
    return false
  }
}
