internal import Base
internal import Platform

/// Reads `harness.toml` strictly, and the tree around it, from a folder or from files in memory.
struct HarnessReader {
  /// The folder on the host; nil for files in memory.
  private let folder: String?
  /// Where a relative `runtime` is looked up.
  private let near: String?
  private let shown: String
  private let files: [HarnessFile]
  private let diagnostics = Diagnostics()

  static func read(_ path: String) throws(BelayError) -> (Harness?, [Diagnostic]) {
    var shown = path
    if Files.isFile(path), Path.last(path) == "harness.toml" { shown = Path.parent(path) }
    guard Files.isDirectory(shown) else {
      throw BelayError(
        .notFound, Files.kind(shown) == nil ? "there is no such harness" : "expected a folder",
        place: path, hint: "use 'oracle', 'nop' or a folder with harness.toml")
    }
    guard Files.kind(Path.join(shown, "harness.toml")) != nil else {
      throw BelayError(
        .notFound, "there is no harness.toml", place: shown,
        hint: "use 'oracle', 'nop' or a folder with harness.toml")
    }
    let folder = try Files.real(shown)
    var faults: [(String, String)] = []
    let files = try HarnessTree.read(folder) { faults.append(($0, $1)) }
    // What a proposal is refused for no folder is taken with: two names that are read as one, for example.
    faults += HarnessTree.faults(of: files)
    let reader = HarnessReader(folder: folder, near: folder, shown: shown, files: files)
    return (reader.harness(faults), reader.diagnostics.all)
  }

  static func read(_ files: [HarnessFile], shown: String, near: String?) -> (
    Harness?, [Diagnostic]
  ) {
    let sorted = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let reader = HarnessReader(folder: nil, near: near, shown: shown, files: sorted)
    return (reader.harness(HarnessTree.faults(of: sorted)), reader.diagnostics.all)
  }

  private func text(_ file: String) throws(BelayError) -> String {
    guard let found = files.first(where: { $0.path == "harness.toml" }) else {
      throw BelayError(.notFound, "there is no harness.toml", place: file)
    }
    guard found.content.count <= 4 << 20 else {
      throw BelayError(.usage, "larger than the \(4 << 20) bytes allowed", place: file)
    }
    guard let text = String(validating: found.content, as: UTF8.self) else {
      throw BelayError(.usage, "not valid UTF-8", place: file)
    }
    return text
  }

  private func harness(_ faults: [(path: String, message: String)]) -> Harness? {
    let file = Path.join(shown, "harness.toml")
    let toml: TOML
    do throws(BelayError) {
      toml = try TOML.parse(text(file), file: file)
    } catch {
      let (place, line) = Self.place(error.place, file)
      for fault in faults { add(fault) }
      if !faults.contains(where: { $0.path == "harness.toml" }) {
        diagnostics.add(Diagnostic(.error, file: place, line: line, error.message))
      }
      return nil
    }
    let root = ConfigTable(root: toml, file: file, diagnostics: diagnostics)
    if let schema = root.string("schema") {
      if schema != "belay.harness/1" {
        root.fault("schema", "'\(schema.printable())' is not known; expected 'belay.harness/1'")
      }
    } else if !root.has("schema") {
      root.fault("schema", "missing; expected 'belay.harness/1'")
    }
    let name = root.requiredString("name")
    if root.has("name"), !Self.isName(name) {
      root.fault("name", "expected letters, digits, '.', '-' and '_'")
    }
    let description = root.string("description") ?? ""
    let kind: Harness.Kind? = root.choice("kind")
    if !root.has("kind") {
      root.fault("kind", "missing; expected 'program', 'oracle', 'nop' or 'native'")
    }
    let limits = limits(root)
    let usual = kind == .native ? ["harness.toml", "prompts/**", "tools/**", "skills/**"] : []
    let surface = root.strings("surface") ?? usual
    for pattern in surface
    where pattern.hasPrefix("/") || pattern.split(separator: "/").contains("..") {
      root.fault("surface", "'\(pattern.printable())' must stay inside the harness")
    }
    let program = program(root, kind)
    for fault in faults { add(fault) }
    if kind == .program { Self.checkCommand(program.command, files, root) }
    var native: NativeHarness?
    if kind == .native {
      native =
        NativeReader(
          root: root, files: files, limits: limits, shown: shown, diagnostics: diagnostics
        ).read()
    }
    root.finish(
      known: kind == .native
        ? ["surface", "limits"] : ["command", "env", "runtime", "surface", "limits"])
    guard !diagnostics.hasErrors, let kind else { return nil }
    return Harness(
      name: name, description: description, kind: kind, command: program.command,
      variables: program.variables, native: native, limits: limits, runtime: program.runtime,
      surface: surface,
      folder: folder, origin: near, digest: HarnessTree.digest(files), files: files,
      definition: toml.json,
      diagnostics: diagnostics.all)
  }

  private func add(_ fault: (path: String, message: String)) {
    diagnostics.add(Diagnostic(.error, file: Path.join(shown, fault.path), fault.message))
  }

  private func program(_ root: ConfigTable, _ kind: Harness.Kind?) -> (
    command: [String], variables: [String: String], runtime: String?
  ) {
    guard kind == .program else {
      if kind == .oracle || kind == .nop {
        for key in ["command", "env", "runtime", "surface"] where root.has(key) {
          root.fault(key, "has no place in a harness of kind '\(kind?.rawValue ?? "")'")
          _ = root.any(key)
        }
      }
      return ([], [:], nil)
    }
    let command = root.strings("command") ?? []
    if !root.has("command") {
      root.fault("command", "missing; expected a list such as [\"python3\", \"agent.py\"]")
    } else if command.isEmpty || command.first?.isEmpty == true
      || command.contains(where: { $0.contains("\0") })
    {
      root.fault("command", "expected a program and its arguments")
    }
    let variables = root.stringTable("env") ?? [:]
    Self.checkVariables(variables, root)
    var runtime: String?
    if let path = root.string("runtime") {
      let full = Path.absolute(path, from: near ?? "/")
      if near != nil || path.hasPrefix("/"), Files.isDirectory(full) {
        runtime = try? Files.real(full)
      } else {
        root.fault("runtime", "there is no folder '\(path.printable())'")
      }
    }
    return (command, variables, runtime)
  }

  /// What cannot be a variable is a fault.
  static func checkVariables(_ variables: [String: String], _ table: ConfigTable) {
    for (name, value) in variables.sorted(by: { $0.key < $1.key })
    where name.isEmpty || name.contains("=") || name.contains("\0") || value.contains("\0") {
      table.fault("env", "'\(name.printable())' cannot be an environment variable")
    }
  }

  /// A word of the command that looks like a file of the harness must be one.
  static func checkCommand(_ command: [String], _ files: [HarnessFile], _ root: ConfigTable) {
    guard let program = command.first, program.contains("/"), !program.hasPrefix("/") else {
      return
    }
    let path = Path.absolute(program, from: "/").dropFirst()
    guard let file = files.first(where: { $0.path == path }) else {
      let paths = files.map(\.path)
      return root.fault(
        "command",
        "there is no file '\(program.printable())' in the harness"
          + Spelling.suggestion(for: String(path), in: paths))
    }
    if !file.isExecutable { root.fault("command", "'\(program.printable())' is not executable") }
  }

  private func limits(_ root: ConfigTable) -> HarnessLimits {
    var limits = HarnessLimits()
    guard let table = root.table("limits") else { return limits }
    limits.wall = table.double("wall_sec", in: 0.001...31_536_000).map { .seconds($0) }
    limits.turns = table.int("turns", in: 1...1_000_000)
    limits.inputTokens = table.int("input_tokens", in: 1...Int.max)
    limits.outputTokens = table.int("output_tokens", in: 1...Int.max)
    limits.costUSD = table.double("cost_usd")
    limits.toolOutputBytes = table.int("tool_output_bytes", in: 256...(1 << 30))
    table.finish()
    return limits
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != 0x2E, first != 0x2D else { return false }
    return name.utf8.count <= 100
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }

  private static func place(_ place: String?, _ file: String) -> (String, Int?) {
    guard let place, place.hasPrefix(file + ":"),
      let line = Int(place.dropFirst(file.utf8.count + 1))
    else { return (file, nil) }
    return (file, line)
  }
}
