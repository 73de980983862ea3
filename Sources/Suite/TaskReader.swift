internal import Base
internal import Platform

/// Reads one task folder and reports every fault of it at once.
struct TaskReader {
  private let folder: String
  private let shown: String
  private let diagnostics = Diagnostics()

  /// The task, or the reasons why there is none; `shown` is the folder as the user named it.
  static func read(_ folder: String, shown: String) -> (task: Task?, diagnostics: [Diagnostic]) {
    let reader = TaskReader(folder: folder, shown: shown)
    var task: Task?
    do throws(BelayError) {
      task = try reader.task()
    } catch {
      let fault = Diagnostic(error, file: shown)
      reader.diagnostics.add(
        Diagnostic(.error, file: reader.relative(fault.file), line: fault.line, fault.message))
    }
    return (reader.diagnostics.hasErrors ? nil : task, reader.diagnostics.all)
  }

  private func task() throws(BelayError) -> Task? {
    let path = Path.join(folder, "task.toml")
    guard Files.kind(path) != nil else {
      fault("task.toml", "missing; expected Harbor's task format")
      return nil
    }
    let toml = try TOML.parse(
      Files.readText(path, limit: 4 << 20), file: Path.join(shown, "task.toml"))
    let root = ConfigTable(
      root: toml, file: Path.join(shown, "task.toml"), diagnostics: diagnostics)
    let files = try TaskFiles(folder)
    files.report { diagnostics.add(Diagnostic($0, file: Path.join(shown, $1), $2)) }
    let tables = TaskTables(files: files)
    let package = tables.package(root)
    let metadata = tables.metadata(root)
    let agent = tables.agent(root)
    let settings = tables.verifierTable(root)
    let environment = tables.environment(root, "environment", folder: "environment")
    let solution = root.table("solution")
    let variables = solution?.stringTable("env") ?? [:]
    solution?.finish(unknown: .warning)
    let artifacts = tables.artifacts(root)
    let strategy: RewardStrategy? = root.choice("multi_step_reward_strategy")
    _ = root.string("source")
    let version = root.string("schema_version") ?? root.string("version") ?? "1.4"
    if !["1.0", "1.1", "1.2", "1.3", "1.4"].contains(version) {
      root.warn(
        root.has("schema_version") ? "schema_version" : "version",
        "'\(version)' is not known; read as 1.4")
    }
    if environment.image == nil, !Files.isDirectory(Path.join(folder, "environment")) {
      fault("environment", "missing; expected a folder, or docker_image in [environment]")
    }
    let stepTables = root.tables("steps") ?? []
    let steps = StepReader(
      files: files, tables: tables, environment: environment, taskAgent: agent,
      taskVerifier: settings, taskArtifacts: artifacts, fault: fault, warn: warn
    ).steps(stepTables)
    if stepTables.isEmpty, strategy != nil {
      root.warn("multi_step_reward_strategy", "has no effect without [[steps]]")
    }
    root.finish(unknown: .warning)
    let twin = try TaskTwin.read(folder, shown: shown, diagnostics)
    if diagnostics.hasErrors { return nil }
    return Task(
      name: package.name ?? Path.last(folder), folder: folder, digest: try files.digest(),
      split: nil, description: package.description, schemaVersion: version,
      keywords: package.keywords, metadata: metadata, environment: environment,
      solutionVariables: variables, steps: steps, rewardStrategy: strategy ?? .mean,
      twin: twin, definition: toml.json)
  }

  private func fault(_ file: String, _ message: String) {
    diagnostics.add(Diagnostic(.error, file: Path.join(shown, file), message))
  }

  private func warn(_ file: String, _ message: String) {
    diagnostics.add(Diagnostic(.warning, file: Path.join(shown, file), message))
  }

  private func relative(_ path: String) -> String {
    path.hasPrefix(folder + "/")
      ? Path.join(shown, String(path.dropFirst(folder.utf8.count + 1))) : path
  }
}
