internal import Base
internal import Platform
internal import Sandbox

/// What the phases of a trial changed of its image, by path.
struct ContainerChanges: Sendable {
  enum Mark: Character, Sendable {
    case added = "A"
    case changed = "C"
    case removed = "D"
  }

  private(set) var marks: [String: Mark] = [:]
  /// Whether there are more than can be looked through, or names that were made to be misread.
  private(set) var isUnclear = false

  /// Names of some 500,000 files, which is more than a judge lets pass.
  private static let byteLimit = 64 << 20

  /// What a stopped container changed of the image that it was made of.
  static func read(_ container: String, _ engine: ContainerEngine) async throws -> ContainerChanges
  {
    let isJSON = engine.kind == .podman
    let said = try await engine.must(
      "tell what a container changed",
      ["diff"] + (isJSON ? ["--format", "json"] : []) + [container],
      outputLimit: byteLimit)
    if said.utf8.count >= byteLimit {
      var changes = ContainerChanges()
      changes.isUnclear = true
      return changes
    }
    return isJSON ? try ContainerChanges(json: JSON.parse(said)) : ContainerChanges(lines: said)
  }

  /// As podman tells them: every name is exact.
  init(json: JSON) {
    for (key, mark) in [("added", Mark.added), ("changed", .changed), ("deleted", .removed)] {
      for path in (json[key].array ?? []).compactMap(\.string) { marks[path] = mark }
    }
  }

  /// As docker tells them: a mark, a space and a path in each line, and line breaks in names as they are.
  ///
  /// A name with a line break goes on in the next line. To pass for a line of its own such a rest has to
  /// begin with `A /`: the name is then a folder's that ends in `A ` and stands in a line for itself.
  init(lines: String) {
    var begun: (path: String, mark: Mark)?
    // By bytes: as characters, a name's last `\r` and the line break are one, which is no line break.
    for bytes in lines.utf8.split(separator: 10, omittingEmptySubsequences: false) {
      let line = String(decoding: bytes, as: UTF8.self)
      guard let mark = line.unicodeScalars.first.map(Character.init).flatMap(Mark.init(rawValue:)),
        bytes.dropFirst().starts(with: " /".utf8)
      else {
        if line.dropFirst() == " " { isUnclear = true }
        begun?.path += "\n\(line)"
        continue
      }
      if let begun { marks[begun.path] = begun.mark }
      begun = (String(decoding: bytes.dropFirst(2), as: UTF8.self), mark)
    }
    // What follows the last line break is no name.
    if let begun { marks[String(decoding: begun.path.utf8.dropLast(), as: UTF8.self)] = begun.mark }
  }

  init() {}

  init(_ marks: [String: Mark]) { self.marks = marks }

  /// Adds what a later phase changed of what this one left.
  mutating func merge(_ later: ContainerChanges) {
    isUnclear = isUnclear || later.isUnclear
    for (path, mark) in later.marks {
      switch (marks[path], mark) {
      case (.added, .changed): break
      case (.added, .removed): marks[path] = nil
      case (.removed, .added): marks[path] = .changed
      default: marks[path] = mark
      }
    }
  }

  /// Changed and removed paths of the image's system, and added ones that would run in a verifier by
  /// themselves.
  var system: [String] {
    let leaves = leaves
    return leaves.filter { path, mark in
      if Self.isHook(path) { return true }
      return mark != .added && Self.isProgram(path)
    }.map(\.key).sorted()
  }

  /// Added files in folders of programs: one of them may take the place of the image's own.
  func addedPrograms(in folders: [String]) -> [String] {
    leaves.filter { path, mark in mark == .added && folders.contains(Path.parent(path)) }
      .map(\.key).sorted()
  }

  /// Added lists of what a Python package offers to other programs.
  var addedEntryPoints: [String] {
    marks.filter { path, mark in
      mark == .added && Path.last(path) == "entry_points.txt" && Self.isProgram(path)
    }.map(\.key).sorted()
  }

  // A folder is listed as changed with each entry that changed in it; only the entries count.
  private var leaves: [String: Mark] {
    var parents: Set<String> = []
    for path in marks.keys {
      var parent = Path.parent(path)
      while parent != "/", parents.insert(parent).inserted { parent = Path.parent(parent) }
    }
    return marks.filter { path, mark in mark != .changed || !parents.contains(path) }
  }

  /// Programs and libraries; the folders at the top are links into /usr in most images.
  private static func isProgram(_ path: String) -> Bool {
    let top = path.split(separator: "/", maxSplits: 1).first.map(String.init) ?? ""
    return top == "usr" || systemAtTop.contains(top)
  }

  /// What a shell, the dynamic linker or an interpreter reads before the verifier does its own work; the
  /// same that covers a judged root in the process sandbox.
  private static func isHook(_ path: String) -> Bool {
    let name = Path.last(path)
    if path.hasPrefix("/etc/") {
      return hooksInEtc.contains { path == $0 || path.hasPrefix($0 + "/") }
        || path.hasPrefix("/etc/python")
    }
    if Path.parent(path) == "/" { return hooksAtTop.contains(name) }
    let isPython =
      name == "sitecustomize.py" || name == "usercustomize.py" || name.hasSuffix(".pth")
    return isPython && isProgram(path)
  }

  private static let hooksInEtc = [
    "/etc/ld.so.preload", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
    "/etc/environment", "/etc/profile", "/etc/profile.d", "/etc/bash.bashrc", "/etc/gitconfig",
    "/etc/perl", "/etc/alternatives",
  ]

  private static let hooksAtTop: Set<String> = [
    "conftest.py", "pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml",
  ]

  private static let systemAtTop: Set<String> = [
    "bin", "sbin", "lib", "lib32", "lib64", "libx32",
  ]
}
