internal import Base
internal import Notation
internal import Platform

/// The canonical tree of a harness folder.
enum HarnessTree {
  /// Left out: what editors, interpreters and version control leave behind.
  private static let unwanted: Set<String> = [
    ".git", ".hg", ".svn", "__pycache__", ".DS_Store", ".venv", "node_modules", ".belay",
  ]

  /// The files below a folder, links to files inside it read as files; faults are told by `add`.
  static func read(
    _ folder: String, limitBytes: Int = 256 << 20,
    _ add: (_ path: String, _ message: String) -> Void
  ) throws(BelayError) -> [HarnessFile] {
    var files: [HarnessFile] = []
    var pending = [""]
    var total = 0
    while let below = pending.popLast() {
      let base = below.isEmpty ? folder : Path.join(folder, below)
      for name in try Files.names(in: base) where !isUnwanted(name) {
        let path = below.isEmpty ? name : "\(below)/\(name)"
        let full = Path.join(folder, path)
        switch Files.kind(full) {
        case .directory: pending.append(path)
        case .regular, .link:
          guard isInside(full, folder) else {
            add(path, "is a link that leads out of the harness, or nowhere")
            continue
          }
          guard Files.isFile(full) else {
            add(path, "is a link to a folder; expected files and folders")
            continue
          }
          let content = try Files.read(full, limit: limitBytes - total)
          total += content.count
          let mode = Files.mode(full) ?? 0
          files.append(
            HarnessFile(path: path, isExecutable: mode & 0o100 != 0, content: content))
        case .special: add(path, "is neither a file nor a folder")
        case nil: add(path, "cannot be read: its name is not valid UTF-8")
        }
        guard files.count + pending.count <= 20_000 else {
          throw BelayError(.usage, "more than 20000 files", place: folder)
        }
      }
    }
    return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Writes files into a folder that is not there yet or is empty.
  static func write(_ files: [HarnessFile], to folder: String) throws(BelayError) {
    if let fault = faults(of: files).first {
      throw BelayError(.usage, fault.message, place: fault.path.printable())
    }
    if Files.kind(folder) != nil {
      guard Files.isDirectory(folder) else {
        throw BelayError(
          .usage, "is a file; expected a folder", place: folder, hint: "name another folder")
      }
      guard try Files.names(in: folder).isEmpty else {
        throw BelayError(
          .usage, "the folder is not empty", place: folder, hint: "name an empty or a new folder")
      }
    }
    try Files.makeDirectory(folder)
    for file in files {
      let path = Path.join(folder, file.path)
      try Files.makeDirectory(Path.parent(path))
      try Files.write(file.content, to: path, mode: file.mode, durable: false)
    }
  }

  /// What no folder could hold, or would be read otherwise from one: told by path.
  static func faults(of files: [HarnessFile]) -> [(path: String, message: String)] {
    var faults: [(String, String)] = []
    let paths = Set(files.map(\.path))
    if paths.count < files.count { faults.append(("", "two files have the same path")) }
    if files.count > 20_000 { faults.append(("", "more than 20000 files")) }
    if files.reduce(0, { $0 + $1.content.count }) > 256 << 20 {
      faults.append(("", "larger than the \(256 << 20) bytes allowed"))
    }
    for path in paths.sorted() {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      if path.utf8.contains(0) || path.utf8.count > 4000
        || parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.count > 255 })
      {
        faults.append((path, "is no path of a file inside the harness"))
      } else if parts.contains(where: { isUnwanted(String($0)) }) {
        faults.append((path, "is left out of every harness"))
      } else if let above = (1..<parts.count).lazy.map({ parts[..<$0].joined(separator: "/") })
        .first(where: paths.contains)
      {
        faults.append((path, "lies below '\(above)', which is a file"))
      }
    }
    return faults
  }

  /// SHA-256 over path, mode and content of every file, in the order of their paths.
  static func digest(_ files: [HarnessFile]) -> Digest {
    var hasher = Hasher256()
    for file in files.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
      hasher.update("\(file.path)\0\(file.isExecutable ? "x" : "-")\0")
      hasher.update("\(Digest.of(file.content).hex)\n")
    }
    return hasher.finish()
  }

  private static func isUnwanted(_ name: String) -> Bool {
    unwanted.contains(name) || name.hasSuffix(".pyc") || name.hasSuffix("~")
      || name.hasSuffix(".swp")
  }

  private static func isInside(_ path: String, _ folder: String) -> Bool {
    guard Files.kind(path) == .link else { return true }
    return (try? Files.real(path))?.hasPrefix(folder + "/") ?? false
  }
}

/// Patterns of `surface`: globs within a name, `**` over any number of folders.
enum SurfacePattern {
  static func matches(_ pattern: String, _ path: String) -> Bool {
    matches(pattern.split(separator: "/")[...], path.split(separator: "/")[...])
  }

  private static func matches(_ pattern: ArraySlice<Substring>, _ path: ArraySlice<Substring>)
    -> Bool
  {
    guard let first = pattern.first else { return path.isEmpty }
    if first == "**" {
      return (0...path.count).contains { matches(pattern.dropFirst(), path.dropFirst($0)) }
    }
    guard let name = path.first, Glob.matches(String(first), String(name)) else { return false }
    return matches(pattern.dropFirst(), path.dropFirst())
  }
}
