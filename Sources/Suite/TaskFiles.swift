internal import Base
internal import Notation
internal import Platform

/// The files of a task folder: which of them count, that none leads out, and their digest.
struct TaskFiles {
  /// The task's folder, links resolved.
  let folder: String
  private let entries: [Entry]
  private let rules: [String: IgnoreRules]

  private struct Entry {
    let path: String
    let kind: FileKind
  }

  /// Folders whose content belongs to a task.
  private static let parts = ["environment", "tests", "solution", "steps"]
  /// Single files that do.
  private static let singles = ["task.toml", "instruction.md", "README.md", "trajectory.json"]
  /// What is left out of the digest when there is no `.gitignore`.
  private static let unwanted = ["__pycache__/", "*.pyc", ".DS_Store", "*.swp", "*.swo", "*~"]

  init(_ folder: String) throws(BelayError) {
    self.folder = folder
    var entries: [Entry] = []
    for single in Self.singles + [".gitignore"] {
      guard let kind = Files.kind(Path.join(folder, single)) else { continue }
      entries.append(Entry(path: single, kind: kind))
    }
    for part in Self.parts {
      guard let kind = Files.kind(Path.join(folder, part)) else { continue }
      entries.append(Entry(path: part, kind: kind))
      guard kind == .directory else { continue }
      for entry in try Files.walk(Path.join(folder, part), limit: 100_000) {
        entries.append(Entry(path: "\(part)/\(entry.path)", kind: entry.kind))
      }
    }
    self.entries = entries
    var rules: [String: IgnoreRules] = [:]
    for entry in entries where Path.last(entry.path) == ".harborignore" {
      let scope = Path.parent(entry.path)
      guard Self.isFiltered(scope), Files.isFile(Path.join(folder, entry.path)) else { continue }
      rules[scope] = IgnoreRules(
        try Files.readText(Path.join(folder, entry.path), limit: 1 << 20))
    }
    self.rules = rules
  }

  /// Reports links that lead out of the task or into a circle, and what is neither file nor folder.
  func report(
    _ add: (_ severity: Diagnostic.Severity, _ path: String, _ message: String) -> Void
  ) {
    for entry in entries where !isExcluded(entry.path) {
      switch entry.kind {
      case .regular, .directory: break
      case .special: add(.error, entry.path, "is neither a file nor a folder")
      case .link: reportLink(entry.path, add)
      }
    }
  }

  private func reportLink(
    _ path: String,
    _ add: (_ severity: Diagnostic.Severity, _ path: String, _ message: String) -> Void
  ) {
    let full = Path.join(folder, path)
    if let target = try? Files.real(full) {
      if !target.hasPrefix(folder + "/") {
        add(.error, path, "is a link that leads out of the task")
      } else if full.hasPrefix(target + "/") {
        add(.error, path, "is a link into a folder that holds it")
      }
      return
    }
    let named = (try? Files.linkTarget(full)) ?? ""
    let target = Path.absolute(named, from: Path.parent(full))
    // What is built may link to what is only there inside; nothing of ours follows it.
    let leadsOut = !target.hasPrefix(folder + "/") && !path.hasPrefix("environment/")
    add(
      leadsOut ? .error : .warning, path,
      leadsOut ? "is a link that leads out of the task" : "is a link that leads nowhere here")
  }

  /// The files and links below a folder of the task that belong to it; nil when there is no folder.
  func tree(_ part: String) -> InputTree? {
    guard Files.isDirectory(Path.join(folder, part)) else { return nil }
    var files: [String] = []
    var isPartial = false
    for entry in entries where entry.path.hasPrefix(part + "/") {
      if isExcluded(entry.path) {
        isPartial = isPartial || Path.last(entry.path) != ".harborignore"
      } else if entry.kind != .directory {
        files.append(String(entry.path.dropFirst(part.utf8.count + 1)))
      }
    }
    return InputTree(folder: Path.join(folder, part), files: files, isPartial: isPartial)
  }

  /// Whether a regular file stands there, inside the task, and no `.harborignore` takes it out.
  func has(_ path: String) -> Bool {
    Files.isFile(Path.join(folder, path)) && !isExcluded(path)
  }

  /// Harbor's content digest: name and SHA-256 of every file that counts, in order.
  func digest() throws(BelayError) -> Digest {
    let ignored: IgnoreRules
    if Files.isFile(Path.join(folder, ".gitignore")) {
      ignored = IgnoreRules(
        try Files.readText(Path.join(folder, ".gitignore"), limit: 1 << 20))
    } else {
      ignored = IgnoreRules(lines: Self.unwanted)
    }
    var paths: [String] = []
    for entry in entries {
      guard entry.path != ".gitignore", entry.kind == .regular || entry.kind == .link,
        Files.isFile(Path.join(folder, entry.path)), !isExcluded(entry.path),
        ignored.excludes(entry.path) != true
      else { continue }
      paths.append(entry.path)
    }
    paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var hasher = Hasher256()
    for path in paths {
      hasher.update("\(path)\0\(try Files.digest(Path.join(folder, path)).hex)\n")
    }
    return hasher.finish()
  }

  /// Whether `.harborignore` takes the path out, by its own name or by what it links to.
  func isExcluded(_ path: String) -> Bool {
    if matches(path) { return true }
    if rules.isEmpty { return false }
    // Folders are never entered through a link, so that only a link's own target can differ.
    guard Files.kind(Path.join(folder, path)) == .link,
      let real = try? Files.real(Path.join(folder, path)), real.hasPrefix(folder + "/")
    else { return false }
    let inside = String(real.dropFirst(folder.utf8.count + 1))
    return inside != path && matches(inside)
  }

  private func matches(_ path: String) -> Bool {
    if Path.last(path) == ".harborignore" { return true }
    guard !rules.isEmpty, Self.isFiltered(path) else { return false }
    let parts = path.split(separator: "/")
    for count in 1...parts.count {
      let candidate = parts[..<count].joined(separator: "/")
      guard Self.isFiltered(candidate) else { continue }
      let isFolder = count < parts.count || Files.isDirectory(Path.join(folder, candidate))
      var excluded = false
      for depth in 1..<count {
        guard let rule = rules[parts[..<depth].joined(separator: "/")] else { continue }
        let below = parts[depth..<count].joined(separator: "/")
        if let verdict = rule.excludesAsGit(below, isFolder: isFolder) { excluded = verdict }
      }
      if excluded { return true }
    }
    return false
  }

  /// Whether `.harborignore` has a say there: in tests and solution, of the task or of a step.
  private static func isFiltered(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    switch parts.first {
    case "tests", "solution": return true
    case "steps": return parts.count > 2 && (parts[2] == "tests" || parts[2] == "solution")
    default: return false
    }
  }
}
