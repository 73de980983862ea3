internal import Base
internal import Platform
internal import Sandbox

/// A trial's place made of containers: one for each phase, each made from the files that the one before
/// it left.
final class ContainerBox: SandboxBox {
  private struct State {
    /// The running phase, and whether its files are the trial's.
    var phase: ContainerPhase?
    var isLasting = true
    /// The stopped container that holds the trial's files, and whether `snapshot` has all of them.
    var files: String?
    var isSaved = true
    /// The image of the trial's files.
    var snapshot: String
    /// The same with the image's own system put back.
    var trusted: String?
    /// The stopped container of a phase whose writes are thrown away.
    var judged: String?
    var changes = ContainerChanges()
    var displaced: [String] = []
    var images: [String] = []
    var hasBegun = false
    var isStopped = false
  }

  private let spec: SandboxSpec
  private let image: SandboxImage
  private let maker: ContainerMaker
  private let state: Locked<State>

  init(spec: SandboxSpec, image: SandboxImage, maker: ContainerMaker) {
    self.spec = spec
    self.image = image
    self.maker = maker
    state = Locked(State(snapshot: image.id))
  }

  private var engine: ContainerEngine { maker.engine }

  /// Copies layers over the image, the topmost last.
  func setUp() async throws {
    guard !spec.layers.isEmpty else { return }
    let name = try await maker.create(image.id)
    state.withLock { state in
      state.files = name
      state.isSaved = false
    }
    for folder in spec.layers.reversed() {
      let layer = Path.absolute(folder, from: Files.workingDirectory())
      try await engine.must("copy files into a container", ["cp", "\(layer)/.", "\(name):/"])
    }
    let changes = try await ContainerChanges.read(name, engine)
    state.withLock { $0.changes.merge(changes) }
  }

  func begin(_ phase: PhaseSpec) async throws {
    let isLasting = phase.covers.isEmpty
    let from = isLasting ? try await snapshot() : try await trustedSnapshot()
    let old = state.withLock { state -> String? in
      defer { state.judged = nil }
      state.isLasting = isLasting
      return state.judged
    }
    if let old { await maker.remove([old]) }
    let spec = currentSpec
    do {
      let started = try await maker.start(from, phase, spec)
      let mustGo = state.withLock { state in
        state.phase = started.phase
        state.hasBegun = true
        state.displaced = started.displaced.map { [$0] } ?? []
        return state.isStopped
      }
      if mustGo { await started.phase.finish() }
    } catch {
      // What a trial left may be such that no container can be made of it: /proc as a link, /etc as a
      // file. Where one can be made of the image itself, that is the trial's own doing.
      guard from != image.id, let control = try? await maker.start(image.id, phase, spec) else {
        throw error
      }
      await control.phase.finish()
      await maker.remove([control.phase.name])
    }
  }

  // Folders are made before anything of the trial ran: afterwards a link could stand in their place.
  private var currentSpec: SandboxSpec {
    var spec = spec
    if state.withLock({ $0.hasBegun }) { spec.folders = [] }
    return spec
  }

  func run(_ command: CommandSpec) async throws -> CommandResult {
    guard let phase = state.withLock({ $0.phase }) else { return .phaseEnded }
    return try await phase.run(command, user: command.user ?? image.user) ?? .phaseEnded
  }

  func start(_ command: CommandSpec) async throws -> LiveCommand {
    guard let phase = state.withLock({ $0.phase }) else {
      throw BelayError(.sandbox, "no phase is running")
    }
    return try phase.start(command, user: command.user ?? image.user)
  }

  func listener(_ port: UInt16) throws -> SharedDescriptor {
    guard let descriptor = state.withLock({ $0.phase })?.listeners[port] else {
      throw BelayError(.internal, "the phase does not listen on this port", place: "\(port)")
    }
    return descriptor
  }

  func end() async throws -> PhaseUsage {
    guard let phase = state.withLock({ $0.phase }) else { return PhaseUsage() }
    var usage = PhaseUsage()
    if let answer = await phase.end() {
      usage = ContainerUsage.read(answer, hasGroup: engine.hasGroups)
    } else if try await maker.ranOutOfMemory(phase.name) {
      usage.memoryKills = 1
    }
    let (isLasting, old) = state.withLock { state -> (Bool, String?) in
      state.phase = nil
      usage.displaced = state.displaced
      guard state.isLasting else {
        state.judged = phase.name
        return (false, nil)
      }
      defer {
        state.files = phase.name
        state.isSaved = false
        state.trusted = nil
      }
      return (true, state.files)
    }
    if let old { await maker.remove([old]) }
    if isLasting {
      let changes = try await ContainerChanges.read(phase.name, engine)
      usage.systemChanges = state.withLock { state in
        state.changes.merge(changes)
        return state.changes.system.prefix(100).map { $0.printable() }
      }
    }
    return usage
  }

  func fresh(_ target: String) throws -> SandboxFolder {
    let last = state.withLock { $0.isLasting ? $0.files : $0.judged }
    guard let last else { return SandboxFolder(.nothing, name: target) }
    return folder(of: last, target)
  }

  func root() async throws -> SandboxFolder {
    if let files = state.withLock({ $0.files }) { return folder(of: files, "/") }
    let name = try await maker.create(state.withLock { $0.snapshot })
    state.withLock { $0.files = name }
    return folder(of: name, "/")
  }

  private func folder(of container: String, _ path: String) -> SandboxFolder {
    let files = ContainerFiles(
      engine: engine, container: container, base: path, changes: state.withLock { $0.changes })
    return SandboxFolder(.container(files), name: path)
  }

  func stop() async {
    let (phase, images) = state.withLock { state in
      state.isStopped = true
      return (state.phase, state.images)
    }
    await phase?.finish()
    let containers = state.withLock { state in
      defer {
        state.phase = nil
        state.files = nil
        state.judged = nil
        state.images = []
      }
      return [state.phase?.name, state.files, state.judged].compactMap(\.self)
    }
    await maker.remove(containers)
    await maker.removeImages(images.reversed())
  }

  private func snapshot() async throws -> String {
    let (files, known) = state.withLock { ($0.isSaved ? nil : $0.files, $0.snapshot) }
    guard let files else { return known }
    let image = try await maker.save(files)
    state.withLock { state in
      state.images.append(image)
      state.snapshot = image
      state.isSaved = true
    }
    return image
  }

  /// The trial's files with those of the image's system put back that it changed.
  private func trustedSnapshot() async throws -> String {
    let plain = try await snapshot()
    let (trusted, changes, files) = state.withLock { ($0.trusted, $0.changes, $0.files) }
    if let trusted { return trusted }
    // Where nothing ran and nothing was copied, nothing was changed.
    guard let files else { return plain }
    let repair = try await ContainerRepair.plan(
      changes, in: ContainerFiles(engine: engine, container: files, base: "/"), image: image,
      maker: maker)
    guard !repair.isEmpty else { return plain }
    let repaired = try await repair.carry(
      out: plain, image: image.id, spec: currentSpec, maker: maker)
    state.withLock { state in
      state.images.append(repaired)
      state.trusted = repaired
    }
    return repaired
  }
}
