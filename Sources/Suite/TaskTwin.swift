public import Base
internal import Platform

/// How a task's twin is made: the same demand with other names and numbers, on which whoever knows the task by heart
/// gains nothing.
public struct TaskTwin: Sendable, Hashable {
  /// What is put in the place of what, in every text of the task and in the names of its files.
  public let replacements: [String: String]

  /// Replaces everything at once, the longest first: what is put in is not looked at again.
  public func applied(to text: String) -> String {
    let bytes = Array(text.utf8)
    let pairs = replacements.map { (Array($0.key.utf8), Array($0.value.utf8)) }
      .sorted { $0.0.count > $1.0.count }
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if let pair = pairs.first(where: { bytes[at...].starts(with: $0.0) }) {
        out += pair.1
        at += pair.0.count
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Reads `twin.toml`; nil when there is none.
  static func read(_ folder: String, shown: String, _ diagnostics: Diagnostics) throws(BelayError)
    -> TaskTwin?
  {
    let path = Path.join(folder, "twin.toml")
    guard Files.kind(path) != nil else { return nil }
    let file = Path.join(shown, "twin.toml")
    let root = ConfigTable(
      root: try TOML.parse(Files.readText(path, limit: 1 << 20), file: file), file: file,
      diagnostics: diagnostics)
    if root.string("schema") != "belay.twin/1" { root.fault("schema", "expected 'belay.twin/1'") }
    let table = root.table("replace")
    var replacements: [String: String] = [:]
    for key in table?.keys ?? [] { replacements[key] = table?.string(key) }
    table?.finish()
    root.finish()
    if replacements.isEmpty {
      root.fault("replace", "expected a table of texts and what stands in their place in the twin")
    }
    for (old, new) in replacements.sorted(by: { $0.key < $1.key })
    where old.isEmpty || old == new || new.contains("\0") || new.contains("\n") {
      table?.fault(old, "expected another text, on one line")
    }
    return TaskTwin(replacements: replacements)
  }
}

extension Suite {
  /// Writes the twins of all dev tasks that declare one into an empty folder, as a suite of their own whose tasks are
  /// called `NAME-twin`; nil when no task declares one.
  public func makeTwins(in path: String) throws(BelayError) -> Suite? {
    let originals = tasks(in: [.dev]).filter { $0.twin != nil }
    guard !originals.isEmpty else { return nil }
    if Files.kind(path) != nil, try !Files.names(in: path).isEmpty {
      throw BelayError(.usage, "the folder is not empty", place: path, hint: "name a new folder")
    }
    for task in originals {
      try task.makeTwin(in: Path.join(path, "tasks/\(task.shortName)-twin"))
    }
    let settings = Path.join(folder, "suite.toml")
    let text = Files.isFile(settings) ? try Files.readText(settings, limit: 4 << 20) : ""
    let names = originals.map { JSON.string("\($0.shortName)-twin").text() }
    try Files.write(
      Array(
        "\(Self.withoutSplits(text))\n[splits]\ndev = [\(names.joined(separator: ", "))]\n".utf8),
      to: Path.join(path, "suite.toml"), durable: false)
    let twins = try Suite.load(path)
    if let fault = twins.invalid.first {
      throw BelayError(.usage, "its twin is no task: \(fault.reason)", place: fault.name)
    }
    return twins
  }

  /// The settings without the tables of splits: all twins are of one kind.
  private static func withoutSplits(_ text: String) -> String {
    guard !text.isEmpty else { return "schema = \"belay.suite/1\"\n" }
    var isSplits = false
    var isInTable = false
    var kept: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("[") {
        isSplits = line.hasPrefix("[split")
        isInTable = true
      }
      if isSplits { continue }
      let isName = !isInTable && line.hasPrefix("name") && line.last == "\""
      kept.append(isName ? "\(line.dropLast())-twins\"" : String(line))
    }
    return kept.joined(separator: "\n") + "\n"
  }
}

extension Task {
  /// Writes the twin into a folder that is not there yet.
  fileprivate func makeTwin(in target: String) throws(BelayError) {
    guard let twin else { return }
    try Files.makeDirectory(target)
    var found: Set<String> = []
    for entry in try Files.walk(folder) where entry.path != "twin.toml" {
      let source = Path.join(folder, entry.path)
      let place = Path.join(target, twin.applied(to: entry.path))
      switch entry.kind {
      case .directory: try Files.makeDirectory(place)
      case .link: try Files.link(twin.applied(to: Files.linkTarget(source)), at: place)
      case .special: continue
      case .regular:
        var bytes = try Files.read(source)
        if !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) {
          found.formUnion(twin.replacements.keys.filter { text.contains($0) })
          var twinned = twin.applied(to: text)
          if entry.path == "task.toml" {
            twinned = twinned.replacing("\"\(name)\"", with: "\"\(name)-twin\"")
          }
          bytes = Array(twinned.utf8)
        }
        try Files.makeDirectory(Path.parent(place))
        try Files.write(bytes, to: place, mode: entry.mode, durable: false)
      }
    }
    let idle = Set(twin.replacements.keys).subtracting(found).sorted()
    guard idle.isEmpty else {
      throw BelayError(
        .usage, "'\(idle[0].printable())' stands nowhere in the task",
        place: Path.join(folder, "twin.toml"), hint: "belay check \(folder)")
    }
  }
}
