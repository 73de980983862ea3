internal import Base
public import Platform

/// A way to run untrusted commands: processes of this machine, or containers.
public protocol SandboxProvider: Sendable {
  /// The word for it in records and on the command line.
  var name: String { get }
  /// The owner that files of layers must have; nil for this process's own.
  var layerOwner: UInt32? { get }
  /// Tries everything that it promises and says what holds here.
  func probe() async -> SandboxReport
  /// Whether phases can have listening sockets, through which a gateway is reached and nothing else.
  var listens: Bool { get }
  /// Gets the image that places are made of; nil from a provider that takes layers.
  func image(_ source: SandboxImageSource) async throws -> SandboxImage?
  /// Makes a place for one trial.
  func start(_ spec: SandboxSpec) async throws -> any SandboxBox
  /// Gives back what it holds of the machine; every place must have been stopped.
  func shutDown()
}

extension SandboxProvider {
  /// Layers, unless the provider says otherwise.
  public func image(_ source: SandboxImageSource) async throws -> SandboxImage? { nil }
  /// None, unless the provider says otherwise.
  public var listens: Bool { false }
}

/// One trial's place: files that last for the trial, and one phase of processes at a time.
public protocol SandboxBox: Sendable {
  /// Starts a phase: no process yet, but all that its commands will see.
  func begin(_ phase: PhaseSpec) async throws
  /// Runs a command to its own end; several may run at once.
  func run(_ command: CommandSpec) async throws -> CommandResult
  /// Starts a command that is talked to while it runs: what it is told comes on its standard input, what
  /// it says leaves on its standard output, and its standard error is captured.
  func start(_ command: CommandSpec) async throws -> LiveCommand
  /// Kills all processes of the phase and waits until none is left.
  func end() async throws -> PhaseUsage
  /// A whole phase of one command: begins, runs and ends it with fewer messages than one by one.
  func perform(_ phase: PhaseSpec, _ command: CommandSpec) async throws
    -> (command: CommandResult, usage: PhaseUsage)
  /// The fresh mount at a place, of the running or the last phase.
  func fresh(_ target: String) throws -> SandboxFolder
  /// The socket that listens on a port of the running phase's own loopback; in there nobody holds it.
  func listener(_ port: UInt16) throws -> SharedDescriptor
  /// The trial's root, without the system folders and mounts that its phases see on it.
  func root() async throws -> SandboxFolder
  /// Ends everything. May be called at any time and more than once; never fails.
  func stop() async
}

extension SandboxBox {
  /// None, unless the provider says otherwise.
  public func listener(_ port: UInt16) throws -> SharedDescriptor {
    throw BelayError(
      .sandbox, "this sandbox has no way to a gateway", place: "port \(port)",
      hint: "use --sandbox process")
  }

  /// Not every kind of place can do it.
  public func start(_ command: CommandSpec) async throws -> LiveCommand {
    throw BelayError(.sandbox, "commands of this sandbox cannot be talked to")
  }

  /// Begins, runs and ends a phase, one after the other.
  public func perform(_ phase: PhaseSpec, _ command: CommandSpec) async throws
    -> (command: CommandResult, usage: PhaseUsage)
  {
    try await begin(phase)
    let result = try await run(command)
    return (result, try await end())
  }
}
