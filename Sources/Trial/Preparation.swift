public import Base
public import Harness
internal import Notation
internal import Platform
public import Sandbox
public import Suite

/// Makes tasks ready: a layer of files per place, tests and solutions apart from them.
///
/// What was prepared is kept in the lab's scratch space under the digest of all that it depends on, so
/// that it is done once per task and not once per trial. It is not flushed to the disk, and a boot is one
/// of the things that it depends on: what a power loss may have cut is never mounted.
public struct Preparation: Sendable {
  private let folder: String
  private let provider: any SandboxProvider
  private let host: [String: String]
  private let owner: UInt32?
  private let system: String
  private let copy: TreeCopy

  /// Prepares below `scratch`; `host` fills in templates, `owner` gets every file (nil: the caller).
  public init(
    scratch: String, provider: any SandboxProvider, fingerprint: String, host: [String: String],
    owner: UInt32?
  ) throws(BelayError) {
    self.provider = provider
    self.host = host
    self.owner = owner
    folder = Path.join(scratch, "prepared")
    copy = TreeCopy(owner: owner, plainModes: true)
    let boot = try Files.readText("/proc/sys/kernel/random/boot_id")
    let key = Digest.of(
      "\(Self.version)\n\(fingerprint)\n\(owner.map(String.init) ?? "")\n\(boot)"
    ).short
    system = Path.join(folder, "system-\(key)")
    try Files.makeDirectory(folder, mode: 0o700)
    try Self.once(system) { building throws(BelayError) in
      try SystemLayer.writeBase(to: Path.join(building, "base"))
      try SystemLayer.writeTrusted(to: Path.join(building, "trusted"))
      if let owner { try Files.changeOwner(building, to: owner) }
    }
  }

  /// The layers of a place with a bare system and nothing of any task.
  public var bareLayers: [String] { [Path.join(system, "base")] }

  // Whoever changes how layers are made changes this, and old ones are not used any more.
  private static let version = "belay.prepared/2"
  // Stands beside a place that needs no base below it.
  private static let wholeMark = ".whole"

  /// Makes a task ready, or finds it ready.
  public func prepare(_ task: Task) async throws -> PreparedTask {
    let images = try await TaskImages(task, from: provider)
    let key = Digest.of(
      "\(Path.last(system))\n\(task.digest.hex)\(images.isEmpty ? "" : "\nimages")"
    ).short
    let root = Path.join(folder, "\(task.shortName.prefix(40).fileSafe)-\(key)")
    if !Files.isDirectory(root) {
      let building = "\(root).\(Files.randomName())"
      do {
        try await build(task, images, in: building)
        try Self.publish(building, as: root)
      } catch {
        try? Files.removeTree(building)
        throw error
      }
    }
    return try describe(task, images, at: root)
  }

  /// Makes a harness ready, or finds it ready.
  public func prepare(_ harness: Harness) throws(BelayError) -> PreparedHarness {
    let variables = try fill(harness.variables, harness.name, "[env]")
    guard harness.kind == .program || harness.kind == .native else {
      return PreparedHarness(harness: harness, folder: nil, variables: variables)
    }
    let root = Path.join(folder, "harness-\(harness.digest.short)")
    try Self.once(root) { building throws(BelayError) in
      for file in harness.files {
        let path = Path.join(building, file.path)
        try Files.makeDirectory(Path.parent(path))
        try Files.write(file.content, to: path, mode: file.mode, durable: false)
      }
      try Files.setMode(building, 0o755)
      if let owner { try Files.changeOwner(building, to: owner) }
    }
    return PreparedHarness(harness: harness, folder: root, variables: variables)
  }

  private func build(_ task: Task, _ images: TaskImages, in root: String) async throws {
    try Files.makeDirectory(root, mode: 0o700)
    if images.place == nil {
      try await layer(
        task.environment, user: task.steps.first?.agent.user ?? task.environment.dockerfile?.user,
        name: "\(task.name): environment", at: Path.join(root, "place"))
    }
    for (index, step) in task.steps.enumerated() {
      let folder = Path.join(root, "step-\(index)")
      try Files.makeDirectory(Path.join(folder, "brief"))
      try Files.write(
        Array(step.instruction.utf8), to: Path.join(folder, "brief/instruction.md"),
        durable: false)
      for tree in step.tests { try copyTree(tree, to: Path.join(folder, "tests")) }
      if let solution = step.solution {
        try copyTree(solution, to: Path.join(folder, "solution"))
      }
      if let workdir = step.workdir { try copyTree(workdir, to: Path.join(folder, "workdir")) }
      // Harbor makes the scripts executable whatever their mode is.
      for script in ["tests/\(step.testScript)", "solution/\(step.solutionScript)"] {
        let path = Path.join(folder, script)
        if Files.isFile(path) { try Files.setMode(path, 0o755) }
      }
      if let environment = step.verifier.environment, images.verifiers[index] == nil {
        try await layer(
          environment, user: nil, name: "\(task.name): verifier",
          at: Path.join(folder, "verifier"))
      }
      if let owner { try Files.changeOwner(folder, to: owner) }
    }
  }

  private func layer(_ environment: TaskEnvironment, user: String?, name: String, at path: String)
    async throws
  {
    let isWhole = try await PlaceBuilder(
      environment: environment, base: Path.join(system, "base"), provider: provider, copy: copy,
      user: user, place: name
    ).build(at: path)
    if isWhole { try Files.write([], to: path + Self.wholeMark, durable: false) }
  }

  private func copyTree(_ tree: InputTree, to target: String) throws(BelayError) {
    try Files.makeDirectory(target)
    for file in tree.files {
      try copy.copyFile(from: Path.join(tree.folder, file), to: Path.join(target, file))
    }
  }

  private func describe(_ task: Task, _ images: TaskImages, at root: String) throws(BelayError)
    -> PreparedTask
  {
    var steps: [PreparedStep] = []
    for (index, step) in task.steps.enumerated() {
      let folder = Path.join(root, "step-\(index)")
      func shown(_ name: String) -> String? {
        let path = Path.join(folder, name)
        return Files.isDirectory(path) ? path : nil
      }
      steps.append(
        PreparedStep(
          step: step, brief: Path.join(folder, "brief"), tests: shown("tests"),
          solution: shown("solution"), workdir: shown("workdir"),
          verifierPlace: try step.verifier.environment.map { environment throws(BelayError) in
            try place(
              environment, images.verifiers[index], at: Path.join(folder, "verifier"), task: task)
          },
          verifierVariables: try fill(step.verifier.variables, task.name, "[verifier.env]")))
    }
    return PreparedTask(
      task: task,
      place: try place(
        task.environment, images.place, at: Path.join(root, "place"), task: task),
      steps: steps,
      solutionVariables: try fill(task.solutionVariables, task.name, "[solution.env]"),
      trusted: Path.join(system, "trusted"))
  }

  private func place(
    _ environment: TaskEnvironment, _ image: SandboxImage?, at path: String, task: Task
  ) throws(BelayError) -> PreparedPlace {
    let variables = try fill(environment.variables, task.name, "[environment.env]")
    if let image {
      return PreparedPlace(
        layers: [], image: image, folder: environment.workdir ?? image.folder ?? "/",
        variables: image.variables.merging(variables) { $1 })
    }
    return PreparedPlace(
      layers: Files.isFile(path + Self.wholeMark) ? [path] : [path, Path.join(system, "base")],
      folder: environment.startFolder,
      variables: (environment.dockerfile?.variables ?? [:]).merging(variables) { $1 })
  }

  private func fill(_ variables: [String: String], _ owner: String, _ table: String)
    throws(BelayError) -> [String: String]
  {
    for name in EnvTemplate.needed(variables) where Self.isSecret(name) {
      throw BelayError(
        .usage, "\(table) asks for \(name): keys never enter a sandbox", place: owner,
        hint: "take the variable out, or exclude the task with --tasks")
    }
    return try EnvTemplate.resolve(variables, host: host, place: "\(owner): \(table)")
  }

  /// What a task wants of the host's environment and does not get, as reasons not to run it.
  public static func unmet(_ task: Task, host: [String: String]) -> [String] {
    task.hostVariables.compactMap { name in
      if isSecret(name) { return "asks for \(name.printable()): keys never enter a sandbox" }
      return host[name] == nil ? "needs the variable \(name.printable()), which is not set" : nil
    }
  }

  private static func isSecret(_ name: String) -> Bool {
    let words = name.uppercased().split(separator: "_")
    return words.contains { ["KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIALS"].contains($0) }
  }

  private static func once(
    _ path: String, _ build: (_ building: String) throws(BelayError) -> Void
  ) throws(BelayError) {
    if Files.isDirectory(path) { return }
    let building = "\(path).\(Files.randomName())"
    do throws(BelayError) {
      try Files.makeDirectory(building, mode: 0o700)
      try build(building)
      try publish(building, as: path)
    } catch {
      try? Files.removeTree(building)
      throw error
    }
  }

  // Two processes may prepare the same task: the first to finish wins, both are alike.
  private static func publish(_ building: String, as path: String) throws(BelayError) {
    do {
      try Files.move(building, to: path)
    } catch {
      guard Files.isDirectory(path) else { throw error }
      try Files.removeTree(building)
    }
  }
}

extension StringProtocol {
  /// The text with everything but letters, digits, dot, dash and underscore replaced.
  var fileSafe: String {
    String(map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
  }
}
