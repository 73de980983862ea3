internal import Base
internal import Notation
internal import Platform
internal import Sandbox
internal import Suite

/// Makes one place from its Dockerfile: copies from the build context, runs commands in a sandbox.
///
/// The result is one folder that lies over the base system, or, when a command removed something of the
/// base, one that is the whole root.
struct PlaceBuilder {
  let environment: TaskEnvironment
  let base: String
  let provider: any SandboxProvider
  let copy: TreeCopy
  let user: String?
  let place: String

  /// Behind every slot that a fleet uses: nothing runs there but preparations, one at a time.
  private static let slot = 10_000

  /// Answers whether the folder is the whole root.
  func build(at target: String) async throws -> Bool {
    try Files.makeDirectory(target, mode: 0o755)
    var complete = false
    for batch in batches() {
      switch batch {
      case .file(let step): try apply(step, to: target)
      case .run(let steps):
        complete = try await run(
          steps, layers: complete ? [target] : [target, base], complete: complete, result: target)
      }
    }
    try makeFolder(environment.startFolder, in: target)
    if let user, user != "root", user != "0" {
      try makeFolder("/home/\(user)", in: target)
      try makeFolder("/etc", in: target)
      try Files.write(
        Array(Accounts.passwd(for: user).utf8), to: Path.join(target, "etc/passwd"),
        durable: false)
    }
    if let owner = copy.owner { try Files.changeOwner(target, to: owner) }
    return complete
  }

  private enum Batch {
    case file(BuildStep)
    case run([BuildStep])
  }

  // Commands in a row share one sandbox, and a folder made between them is made inside.
  private func batches() -> [Batch] {
    var batches: [Batch] = []
    for step in environment.dockerfile?.steps ?? [] {
      if case .run = step.action {
        if case .run(let steps) = batches.last {
          batches[batches.count - 1] = .run(steps + [step])
        } else {
          batches.append(.run([step]))
        }
      } else {
        batches.append(.file(step))
      }
    }
    return batches
  }

  private func apply(_ step: BuildStep, to target: String) throws(BelayError) {
    switch step.action {
    case .makeFolder(let path): try makeFolder(path, in: target)
    case .copy: try copyContext(step, in: target)
    case .run: break
    }
  }

  private func makeFolder(_ path: String, in target: String) throws(BelayError) {
    try Files.makeDirectory(try safe(path, in: target))
  }

  /// The host path of a path inside, refusing one that leads through a link: it could lead out.
  private func safe(_ path: String, in target: String) throws(BelayError) -> String {
    var at = target
    for part in Path.absolute(path, from: "/").split(separator: "/") {
      at += "/\(part)"
      if Files.kind(at) == .link {
        throw BelayError(
          .usage, "\(path.printable()) leads through a link, which is not supported", place: place,
          hint: "name the link's target instead")
      }
    }
    if path.hasPrefix("/usr/") || path == "/usr" {
      throw BelayError(
        .sandbox, "COPY to \(path.printable()): /usr is the host's and read-only", place: place,
        hint: "use the container provider")
    }
    return at
  }

  private func copyContext(_ step: BuildStep, in target: String) throws(BelayError) {
    guard case .copy(_, _, let mode) = step.action else { return }
    var copy = copy
    copy.mode = mode
    for entry in try environment.entries(of: step) {
      var end = try safe(entry.destination, in: target)
      if entry.kind == .directory {
        try Files.makeDirectory(end)
      } else {
        if entry.mayNameFolder, Files.isDirectory(end) {
          end = Path.join(end, Path.last(entry.source))
        }
        try copy.copyFile(from: entry.source, to: end)
      }
    }
  }

  private func run(
    _ steps: [BuildStep], layers: [String], complete: Bool, result: String
  ) async throws -> Bool {
    let box = try await provider.start(
      SandboxSpec(slot: Self.slot, layers: layers))
    do {
      try await box.begin(PhaseSpec())
      for step in steps {
        guard case .run(let arguments) = step.action else { continue }
        var variables = TrialEnvironment.base(user: nil, home: "/root")
        variables.merge(step.variables) { $1 }
        let ended = try await box.run(
          CommandSpec(
            arguments, environment: variables, directory: step.folder,
            wall: environment.buildTimeout, atLimit: .endsPhase))
        guard case .exited(0) = ended.ending else {
          throw BelayError(
            .sandbox,
            "RUN \(ended.ending): \(ended.output.text.suffix(600).description.printable(keepingLines: true))",
            place: "\(place)/Dockerfile:\(step.line)",
            hint: "commands that prepare a task run without network and without capabilities")
        }
      }
      _ = try await box.end()
      let isWhole = try await store(box.root(), complete: complete, as: result)
      await box.stop()
      return isWhole
    } catch {
      await box.stop()
      throw error
    }
  }

  /// Writes a root as a folder, without what the base has too unless something of the base is gone.
  private func store(_ root: SandboxFolder, complete: Bool, as result: String) async throws -> Bool
  {
    var exact = copy
    exact.plainModes = false
    exact.unlessIn = complete ? nil : base
    var isWhole = complete
    let fresh = "\(result).\(Files.randomName())"
    let standing = try root.copy(by: exact, to: fresh)
    if !complete {
      let expected = try Files.walk(base).count { $0.kind != .directory }
      if standing < expected {
        exact.unlessIn = nil
        try Files.removeTree(fresh)
        try root.copy(by: exact, to: fresh)
        isWhole = true
      }
    }
    try Files.removeTree(result)
    try Files.move(fresh, to: result)
    return isWhole
  }
}
