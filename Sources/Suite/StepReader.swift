internal import Base
internal import Notation
internal import Platform

/// Makes a task's steps out of its tables and folders, with the task's settings filled in.
struct StepReader {
  let files: TaskFiles
  let tables: TaskTables
  let environment: TaskEnvironment
  let taskAgent: AgentSettings
  let taskVerifier: VerifierTable
  let taskArtifacts: [Artifact]
  let fault: (_ file: String, _ message: String) -> Void
  let warn: (_ file: String, _ message: String) -> Void

  /// One step for each table, or the one step of a single-step task.
  func steps(_ list: [ConfigTable]) -> [Step] {
    if list.isEmpty { return [single()] }
    var seen: [String] = []
    return list.compactMap { table in
      let name = table.requiredString("name")
      if let reason = StepName.fault(name) {
        if table.has("name") { table.fault("name", reason) }
      } else if seen.contains(folded(name)) {
        table.fault("name", "'\(name)' is there twice, but for case")
      }
      seen.append(folded(name))
      return step(name, table)
    }
  }

  // Up and down again folds case (ß is ss); Swift compares by canonical equivalence, as NFC does.
  private func folded(_ name: String) -> String { name.uppercased().lowercased() }

  private func single() -> Step {
    build(
      name: nil, at: "", agent: taskAgent, verifier: taskVerifier, own: nil,
      minimum: [:], healthcheck: nil, artifacts: taskArtifacts)
  }

  private func step(_ name: String, _ table: ConfigTable) -> Step? {
    let own = tables.agent(table)
    let agent = AgentSettings(
      timeout: own.timeout ?? taskAgent.timeout, user: own.user ?? taskAgent.user,
      network: own.network ?? taskAgent.network)
    let verifier = tables.verifierTable(table)
    let minimum = tables.minimumRewards(table)
    let healthcheck = tables.healthcheck(table)
    let artifacts = tables.artifacts(table)
    table.finish(unknown: .warning)
    guard StepName.fault(name) == nil else { return nil }
    guard Files.isDirectory(Path.join(files.folder, "steps/\(name)")) else {
      fault("steps/\(name)", "missing; expected a folder for the step")
      return nil
    }
    return build(
      name: name, at: "steps/\(name)/", agent: agent, verifier: taskVerifier, own: verifier,
      minimum: minimum, healthcheck: healthcheck, artifacts: taskArtifacts + artifacts)
  }

  private func build(
    name: String?, at prefix: String, agent: AgentSettings, verifier task: VerifierTable,
    own: VerifierTable?, minimum: [String: Double], healthcheck: Healthcheck?,
    artifacts: [Artifact]
  ) -> Step {
    let source = instruction("\(prefix)instruction.md")
    let mode = own?.mode ?? task.mode ?? .shared
    let definition = mode == .separate ? separate(prefix, task: task, own: own) : nil
    let system = definition?.environment.system ?? environment.system
    let ending = system == .windows ? "bat" : "sh"
    let trees = ownsTests(definition) ? [] : tests(prefix, script: "test.\(ending)")
    let solution = solution(prefix, script: "solve.\(ending)")
    let settings = own ?? task
    return Step(
      name: name, instruction: Instruction.withoutCanary(source), instructionSource: source,
      trajectory: files.has("\(prefix)trajectory.json")
        ? Path.join(files.folder, "\(prefix)trajectory.json") : nil,
      tests: trees, testScript: "test.\(ending)", solution: solution,
      solutionScript: "solve.\(ending)",
      workdir: name == nil ? nil : files.tree("\(prefix)workdir"),
      hasSetup: name != nil && files.has("\(prefix)workdir/setup.sh"), agent: agent,
      verifier: VerifierSettings(
        timeout: settings.timeout,
        variables: task.variables.merging(own?.variables ?? [:]) { $1 },
        user: own?.user ?? task.user, network: own?.network ?? task.network,
        environment: definition?.environment, ownsTests: ownsTests(definition),
        collect: task.collect + (own?.collect ?? [])),
      minimumRewards: minimum, healthcheck: healthcheck,
      artifacts: tables.withConvention(artifacts, system: environment.system))
  }

  private func ownsTests(_ definition: (environment: TaskEnvironment, ownsTests: Bool)?) -> Bool {
    definition?.ownsTests ?? false
  }

  private func instruction(_ path: String) -> String {
    guard Files.kind(Path.join(files.folder, path)) != nil else {
      fault(path, "missing; expected what the agent is told")
      return ""
    }
    do throws(BelayError) {
      let text = try Files.readText(Path.join(files.folder, path), limit: 4 << 20)
      if text.allSatisfy(\.isWhitespace) { fault(path, "is empty") }
      return text
    } catch {
      fault(path, error.message)
      return ""
    }
  }

  /// The task's tests, overlaid by the step's.
  private func tests(_ prefix: String, script: String) -> [InputTree] {
    let folders = prefix.isEmpty ? ["tests"] : ["tests", "\(prefix)tests"]
    let trees = folders.compactMap { files.tree($0) }
    if !folders.contains(where: { files.has("\($0)/\(script)") }) {
      fault("\(prefix)tests/\(script)", "missing; expected the script that judges")
    }
    return trees
  }

  /// The step's solution, else the task's.
  private func solution(_ prefix: String, script: String) -> InputTree? {
    for folder in prefix.isEmpty ? ["solution"] : ["\(prefix)solution", "solution"] {
      guard Files.isDirectory(Path.join(files.folder, folder)) else { continue }
      guard files.has("\(folder)/\(script)") else {
        warn("\(folder)/\(script)", "missing; there is no solution that can be run")
        return nil
      }
      return files.tree(folder)
    }
    return nil
  }

  /// Where a separate verifier runs: an image or definition of its own brings the tests along.
  private func separate(_ prefix: String, task: VerifierTable, own: VerifierTable?)
    -> (environment: TaskEnvironment, ownsTests: Bool)
  {
    let resources = own?.environment ?? task.environment ?? environment
    var candidates: [(TaskEnvironment?, String)] = []
    if !prefix.isEmpty { candidates.append((own?.environment, "\(prefix)tests")) }
    candidates.append((task.environment, "tests"))
    for (declared, folder) in candidates {
      if let image = declared?.image { return (resources.with(image: image, context: nil), true) }
      let context = tables.context(folder)
      if context.isDefinition { return (resources.with(image: nil, context: context), true) }
    }
    let context = tables.context("environment")
    return (resources.with(image: environment.image, context: context), false)
  }
}
