import Base
import Facts
import Glibc
import Harness
import Platform
import Sandbox
import Suite
import Trial

/// A scratch folder with small tasks and harnesses, and a real sandbox to run them in.
struct Workshop {
  let folder: String
  let provider: ProcessSandbox

  static func with(_ body: (Workshop) async throws -> Void) async throws {
    let folder = "/tmp/belay-trial-\(Files.randomName())"
    try Files.makeDirectory(folder, mode: 0o755)
    defer { try? Files.removeTree(folder) }
    let provider = try await ProcessSandbox(scratch: folder)
    defer { provider.shutDown() }
    try await body(Workshop(folder: folder, provider: provider))
  }

  /// Writes files of a task; `test` is the verifier's script and `solve` the solution's.
  func task(
    toml: String = "", test: String, solve: String = "echo right > answer",
    files: [String: String] = [:],
    dockerfile: String = "FROM debian\nWORKDIR /app\n"
  ) throws -> Task {
    let name = "task-\(Files.randomName())"
    var all = files
    all["task.toml"] = "version = \"1.0\"\n\(toml)"
    all["environment/Dockerfile"] = dockerfile
    if !files.keys.contains(where: { $0.hasPrefix("steps/") }) {
      all["instruction.md"] = "Write the answer.\n"
      all["tests/test.sh"] = "#!/bin/bash\n\(test)\n"
      all["solution/solve.sh"] = "#!/bin/bash\n\(solve)\n"
    }
    for (path, text) in all {
      let full = Path.join(folder, "\(name)/\(path)")
      try Files.makeDirectory(Path.parent(full))
      try Files.write(Array(text.utf8), to: full)
    }
    let suite = try Suite.load(Path.join(folder, name))
    guard let task = suite.tasks.first else {
      throw BelayError(.usage, "\(suite.invalid.map(\.diagnostics))")
    }
    return task
  }

  /// A program harness that runs this shell script.
  func program(_ script: String) throws -> Harness {
    let name = Path.join(folder, "harness-\(Files.randomName())")
    try Files.makeDirectory(name)
    let toml = """
      schema = "belay.harness/1"
      name = "script"
      kind = "program"
      command = ["bash", "run.sh"]
      surface = ["run.sh"]

      """
    try Files.write(Array(toml.utf8), to: Path.join(name, "harness.toml"))
    try Files.write(Array(script.utf8), to: Path.join(name, "run.sh"))
    return try Harness.load(name)
  }

  /// Runs one trial.
  func run(
    _ task: Task, _ harness: Harness, isRegraded: Bool = false,
    rules change: (inout TrialRules) -> Void = { _ in }
  ) async throws -> TrialResult {
    let scratch = Path.join(folder, "scratch")
    let owner = provider.layerOwner
    let preparation = try Preparation(
      scratch: scratch, provider: provider, fingerprint: "test", host: ["GREETING": "hello"],
      owner: owner)
    var rules = TrialRules(scratch: scratch, owner: owner)
    change(&rules)
    return await Conduct(provider: provider, rules: rules).run(
      Assignment(
        task: try await preparation.prepare(task), harness: try preparation.prepare(harness),
        index: 0, seed: 7, slot: 0, isRegraded: isRegraded))
  }
}

extension TrialResult {
  /// The text of a recorded file.
  func text(_ path: String) -> String? {
    files.first { $0.path == path }.map { String(decoding: $0.content, as: UTF8.self) }
  }
}
