public import Base
internal import Platform

/// What is tried on tasks: a folder with `harness.toml`, or one of the two that are built in.
public struct Harness: Sendable, Hashable {
  /// What runs the trial.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Runs the task's own solution.
    case oracle
    /// Runs nothing.
    case nop
    /// Runs a program inside the sandbox.
    case program
    /// Talks to a model: prompts, tools and steps instead of a program.
    case native
  }

  /// The name.
  public let name: String
  /// What it is about.
  public let description: String
  /// What runs the trial.
  public let kind: Kind
  /// The argument vector of a program; a relative file is looked up in `/harness`.
  public let command: [String]
  /// The program's own environment, templates not resolved.
  public let variables: [String: String]
  /// What a harness of kind `native` says; nil for the others.
  public let native: NativeHarness?
  /// Limits on a trial.
  public let limits: HarnessLimits
  /// A prepared folder, absolute, that is mounted at `/runtime` and is no part of the harness.
  public let runtime: String?
  /// Patterns of the files that an edit may touch.
  public let surface: [String]
  /// The folder on the host, absolute; nil when built in.
  public let folder: String?
  /// The folder that a relative `runtime` is looked up from; nil when there is none.
  public let origin: String?
  /// SHA-256 of the canonical tree: every file with its path, whether it can be run, and its content.
  public let digest: Digest
  /// The files of the canonical tree, sorted by path.
  public let files: [HarnessFile]
  /// `harness.toml` as JSON.
  public let definition: JSON
  /// Warnings of the reading.
  public let diagnostics: [Diagnostic]

  /// The id that is shown: `h` and 12 digits of the digest.
  public var id: String { "h\(digest.short)" }

  /// Whether an edit may touch this file.
  public func isEditable(_ path: String) -> Bool {
    surface.contains { SurfacePattern.matches($0, path) }
  }

  /// Runs the solution of the task.
  public static let oracle = builtIn(.oracle, "runs the task's own solution")

  /// Runs nothing.
  public static let nop = builtIn(.nop, "runs nothing")

  /// The built-in harness of this name.
  public static func builtIn(named name: String) -> Harness? {
    switch name {
    case "oracle": oracle
    case "nop": nop
    default: nil
    }
  }

  // A built-in is the folder that would be written for it, so that both have one digest and one id.
  private static func builtIn(_ kind: Kind, _ description: String) -> Harness {
    let text = """
      schema = "belay.harness/1"
      name = "\(kind.rawValue)"
      description = "\(description)"
      kind = "\(kind.rawValue)"

      """
    let files = [HarnessFile(path: "harness.toml", isExecutable: false, content: Array(text.utf8))]
    return Harness(
      name: kind.rawValue, description: description, kind: kind, command: [], variables: [:],
      native: nil, limits: HarnessLimits(), runtime: nil, surface: [], folder: nil,
      origin: nil, digest: HarnessTree.digest(files), files: files,
      definition: [
        "schema": "belay.harness/1", "name": .string(kind.rawValue),
        "description": .string(description), "kind": .string(kind.rawValue),
      ], diagnostics: [])
  }

  /// Reads a harness folder, or the `harness.toml` in one; fails with the first fault and how many more.
  public static func load(_ path: String) throws(BelayError) -> Harness {
    let (harness, diagnostics) = try HarnessReader.read(path)
    return try settled(harness, diagnostics, path, hint: "belay check \(path)")
  }

  /// Checks files in memory exactly as a folder with them would be; a relative `runtime` is looked up below `near`.
  public static func check(
    files: [HarnessFile], named shown: String, near: String? = nil
  ) -> (harness: Harness?, diagnostics: [Diagnostic]) {
    HarnessReader.read(files, shown: shown, near: near)
  }

  /// Reads files in memory as a folder with them would be read; the harness lies in no folder.
  public static func load(
    files: [HarnessFile], named shown: String, near: String? = nil
  ) throws(BelayError) -> Harness {
    let (harness, diagnostics) = HarnessReader.read(files, shown: shown, near: near)
    return try settled(harness, diagnostics, shown, hint: nil)
  }

  /// The files below a folder that somebody else wrote, as a harness would have them; links that lead out,
  /// what is neither file nor folder, names that are no text and too many bytes are errors.
  public static func files(in folder: String, limitBytes: Int = 16 << 20) throws(BelayError)
    -> [HarnessFile]
  {
    var fault: (path: String, message: String)?
    let files = try HarnessTree.read(Files.real(folder), limitBytes: limitBytes) {
      fault = fault ?? ($0, $1)
    }
    if let fault {
      throw BelayError(.usage, fault.message, place: Path.join(folder, fault.path))
    }
    return files
  }

  /// Writes the tree into a folder that is not there yet or is empty, and gives the harness that lies there.
  public func written(to path: String) throws(BelayError) -> Harness {
    try HarnessTree.write(files, to: path)
    return Harness(
      name: name, description: description, kind: kind, command: command, variables: variables,
      native: native, limits: limits, runtime: runtime, surface: surface,
      folder: try Files.real(path), origin: origin, digest: digest, files: files,
      definition: definition,
      diagnostics: diagnostics)
  }

  private static func settled(
    _ harness: Harness?, _ diagnostics: [Diagnostic], _ path: String, hint: String?
  ) throws(BelayError) -> Harness {
    if let harness { return harness }
    let errors = diagnostics.filter { $0.severity == .error }
    let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
    throw BelayError(
      .usage,
      "\(errors.first?.key.map { "\($0): " } ?? "")\(errors.first?.message ?? "not a harness")\(more)",
      place: errors.first.map { fault in
        fault.line.map { "\(fault.file):\($0)" } ?? fault.file
      } ?? path,
      hint: hint)
  }

  /// Reads a harness folder and reports every fault; the harness is nil when one of them is an error.
  public static func check(_ path: String) throws(BelayError) -> (
    harness: Harness?, diagnostics: [Diagnostic]
  ) {
    try HarnessReader.read(path)
  }
}

/// One file of a harness.
public struct HarnessFile: Sendable, Hashable {
  /// The path below the folder, with slashes.
  public let path: String
  /// Whether its owner may run it.
  public let isExecutable: Bool
  /// The content.
  public let content: [UInt8]

  /// A file.
  public init(path: String, isExecutable: Bool = false, content: [UInt8]) {
    self.path = path
    self.isExecutable = isExecutable
    self.content = content
  }

  /// The permission bits of the canonical tree.
  public var mode: UInt32 { isExecutable ? 0o755 : 0o644 }
}

/// `[limits]`: what ends a trial with the outcome `limit`; nil where the harness sets none.
public struct HarnessLimits: Sendable, Hashable {
  /// Wall clock of the agent.
  public var wall: Duration?
  /// Turns of the loop.
  public var turns: Int?
  /// Tokens read by the model.
  public var inputTokens: Int?
  /// Tokens written by the model.
  public var outputTokens: Int?
  /// Money.
  public var costUSD: Double?
  /// What is kept of one tool's output.
  public var toolOutputBytes: Int?

  /// No limits.
  public init() {}
}
