internal import Base
internal import Platform
public import Sandbox

/// Trials in containers of podman or docker, for tasks that need an image.
public final class ContainerSandbox: SandboxProvider {
  /// What may be set about the provider.
  public struct Options: Sendable {
    /// The engine, `podman` or `docker`; nil for the first that answers, or what
    /// `BELAY_CONTAINER_ENGINE` names.
    public var engine: String?
    /// The launcher; nil for the one beside this program, or what `BELAY_LAUNCH` names.
    public var launcher: String?
    /// How many containers are started or saved at once; nil for two per processor.
    public var startsAtOnce: Int?

    /// The usual options.
    public init() {}
  }

  /// The word for it: `container`.
  public let name = "container"
  /// Files are shown as they are: an image's users are the host's, or those of its user namespace.
  public let layerOwner: UInt32? = nil
  /// A phase's first process listens on its own loopback, and hands the sockets out.
  public let listens = true

  let maker: ContainerMaker
  private let images: ContainerImages

  /// Finds an engine and how it starts containers here, and removes what owners that are gone left.
  public init(options: Options = Options()) async throws {
    let word = options.engine ?? ProcessIdentity.environment("BELAY_CONTAINER_ENGINE")
    let only = word.flatMap(ContainerEngine.Kind.init(rawValue:))
    if let word, only == nil {
      throw BelayError(
        .usage, "no container engine is called \(word.printable())", hint: "podman or docker")
    }
    let found = try await ContainerEngine.find(only: only)
    let launcher = try options.launcher ?? ProcessSandbox.findLauncher()
    let gate = StartGate(width: options.startsAtOnce ?? 2 * Machine.processors)
    let owner = GroupOwner.next()
    maker = try await ContainerTrialRun.fit(found) { engine in
      ContainerMaker(engine: engine, launcher: launcher, owner: owner, gate: gate)
    }
    images = ContainerImages(engine: maker.engine)
    await ContainerSweep(engine: maker.engine).run()
  }

  /// Builds or pulls an image, or finds it there.
  public func image(_ source: SandboxImageSource) async throws -> SandboxImage? {
    try await images.image(source)
  }

  /// Makes a place for one trial; nothing is started before its first phase.
  public func start(_ spec: SandboxSpec) async throws -> any SandboxBox {
    guard let image = spec.image else {
      throw BelayError(
        .sandbox, "a container needs an image, and there are only layers",
        hint: "--sandbox process")
    }
    let box = ContainerBox(spec: spec, image: image, maker: maker)
    do {
      try await box.setUp()
    } catch {
      await box.stop()
      throw error
    }
    return box
  }

  /// Places remove their own containers; there is nothing else.
  public func shutDown() {}
}
