internal import Base
internal import Platform

/// Trials as processes of this machine, held by namespaces, seccomp and control groups; no daemon.
public final class ProcessSandbox: SandboxProvider {
  /// What may be set about the provider.
  public struct Options: Sendable {
    /// The launcher; nil for the one beside this program, or what `BELAY_LAUNCH` names.
    public var launcher: String?
    /// How many places are made at once; nil for four per processor.
    public var startsAtOnce: Int?
    /// The first of the host's uids for slots, when running as root.
    public var firstUID: UInt32 = 200_001
    /// Whether trials get control groups where that is possible.
    public var usesControlGroups = true

    /// The usual options.
    public init() {}
  }

  /// The word for it: `process`.
  public let name = "process"
  /// Every phase has a network of its own, in which its first process listens.
  public let listens = true
  /// Whether this process is root, so that every slot has a uid of its own.
  public let isRoot: Bool
  /// Root owns layers where they can be idmapped; else the one uid that all slots share.
  public let layerOwner: UInt32?
  /// Whether slots have uids of their own; not where the file system of the layers cannot be idmapped.
  public var uidPerSlot: Bool { isRoot && idmaps }

  /// The folders in which its trials get control groups.
  public var groupFolders: [String] { groups.hierarchies.map(\.folder) }

  let launcher: String
  let groups: ControlGroups
  let idmaps: Bool
  let scratch: String
  private let options: Options
  private let gate: StartGate
  // Shared by all providers of the process: their control groups lie in one folder.
  private static let counter = Locked(0)

  /// A provider; `scratch` is a folder of the file system that layers lie on.
  public init(scratch: String, options: Options = Options()) async throws {
    self.options = options
    ProcessIdentity.raiseFileLimit()
    let launcher = try options.launcher ?? Self.findLauncher()
    self.launcher = launcher
    isRoot = ProcessIdentity.isRoot
    idmaps = isRoot ? try await Self.idmaps(scratch, launcher) : false
    layerOwner = isRoot && !idmaps ? options.firstUID - 1 : nil
    gate = StartGate(width: options.startsAtOnce ?? 4 * Machine.processors)
    self.scratch = scratch
    groups =
      options.usesControlGroups
      ? ControlGroups.discover(owner: .next())
      : ControlGroups(hierarchies: [], missing: [:])
  }

  /// Makes a place for one trial.
  public func start(_ spec: SandboxSpec) async throws -> any SandboxBox {
    try await startBox(spec)
  }

  /// Gives back what the provider holds of the machine; every box must have been stopped.
  public func shutDown() { groups.remove() }

  func startBox(_ spec: SandboxSpec) async throws -> ProcessBox {
    try await gate.pass {
      let (own, far) = try PacketSocket.pair()
      let child = try Child.spawn(launcher, ["belay"], descriptors: [3: far.raw])
      let channel = LauncherChannel(PacketLink(own))
      let id = channel.nextID()
      let number = Self.counter.withLock { count in
        count += 1
        return count
      }
      var request = WireWriter(.setup, id: id)
      write(spec, into: &request)
      let readings = groups.write(name: "t\(number)", limits: spec.limits, into: &request)
      let box = ProcessBox(channel: channel, supervisor: child, groups: readings)
      channel.open()
      do {
        try await box.setUp(request, id: id)
      } catch {
        await box.stop()
        throw error
      }
      return box
    }
  }

  /// The host's uid of slot 0, or of all slots.
  var firstUID: UInt32 { idmaps ? options.firstUID : options.firstUID - 1 }

  private func write(_ spec: SandboxSpec, into request: inout WireWriter) {
    let limits = spec.limits
    let uid = idmaps ? firstUID + UInt32(spec.slot) : firstUID
    request.field(.uid, uid)
    request.field(.gid, uid)
    request.field(.idmap, idmaps ? 1 : 0)
    for layer in spec.layers { request.field(.layer, layer) }
    request.field(.storage, [UInt64(limits.storageBytes), UInt64(limits.inodes)])
    request.field(.shm, [UInt64(limits.shmBytes)])
    for bind in Self.system { request.bind(bind, flags: Wire.bindSystem) }
    for limit in ResourceLimit.all(limits, groups: groups) {
      request.field(.rlimit) { writer in
        writer.put(limit.resource)
        writer.put(UInt32(0))
        writer.put(limit.value)
      }
    }
    request.field(.hostname, spec.hostname)
  }

  /// The host's programs: /usr, and what is not yet merged into it.
  private static let system: [SandboxBind] =
    [SandboxBind("/usr", at: "/usr")]
    + ["/bin", "/sbin", "/lib", "/lib64", "/lib32"].filter { Files.kind($0) == .directory }
    .map { SandboxBind($0, at: $0) }

  private static func idmaps(_ folder: String, _ launcher: String) async throws -> Bool {
    let child = try Child.spawn(launcher, ["belay", "idmap", folder])
    return await child.wait().code == 0
  }

  package static func findLauncher() throws -> String {
    if let named = ProcessIdentity.environment("BELAY_LAUNCH") {
      guard Files.isFile(named) else {
        throw BelayError(.sandbox, "BELAY_LAUNCH names no file", place: named)
      }
      return named
    }
    let beside = Path.join(Path.parent(try Files.real("/proc/self/exe")), "belay-launch")
    guard Files.isFile(beside) else {
      throw BelayError(
        .sandbox, "the launcher is missing", place: beside,
        hint: "make build, or set BELAY_LAUNCH to the program belay-launch")
    }
    return beside
  }
}
