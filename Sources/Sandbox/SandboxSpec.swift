/// What a trial's place is made of.
public struct SandboxSpec: Sendable {
  /// The slot that it runs in; no two live boxes of a provider may have the same.
  public var slot: Int
  /// Read-only folders whose sum is the root, the topmost first; the lowest holds the bare system. With
  /// an image they are copied over it.
  public var layers: [String]
  /// The image that the place is made of; nil for a place of layers alone.
  public var image: SandboxImage?
  /// Folders that are made where the image has none; those below /logs are writable for everybody.
  public var folders: [String]
  /// What it may use.
  public var limits: SandboxLimits
  /// The host name that is seen inside.
  public var hostname: String

  /// A place with these layers.
  public init(
    slot: Int, layers: [String], image: SandboxImage? = nil,
    folders: [String] = [], limits: SandboxLimits = SandboxLimits(), hostname: String = "sandbox"
  ) {
    self.slot = slot
    self.layers = layers
    self.image = image
    self.folders = folders
    self.limits = limits
    self.hostname = hostname
  }
}

/// What a trial may use; the same for all phases of a trial.
public struct SandboxLimits: Sendable, Hashable {
  /// Memory of its processes. Files that it writes are held in memory as well and come on top, up to
  /// `storageBytes`.
  public var memoryBytes = 2 << 30
  /// Processes and threads at once.
  public var processes = 512
  /// Processors at once; nil for no limit.
  public var cpus: Double?
  /// Bytes that it may write below its root.
  public var storageBytes = 1 << 30
  /// Files that it may make below its root.
  public var inodes = 200_000
  /// Bytes of /dev/shm.
  public var shmBytes = 64 << 20
  /// The largest file.
  public var fileBytes = 1 << 30
  /// Open files of one process.
  public var openFiles = 4096

  /// The usual limits.
  public init() {}
}

/// A folder or file that a phase sees at a place of its own, read-only.
public struct SandboxBind: Sendable, Hashable {
  /// What is shown: a path on the host.
  public var source: String
  /// Where it is seen: an absolute path inside.
  public var target: String
  /// Whether a missing source is passed over.
  public var optional: Bool

  /// Shows `source` at `target`.
  public init(_ source: String, at target: String, optional: Bool = false) {
    self.source = source
    self.target = target
    self.optional = optional
  }
}

/// An empty folder that only one phase writes to and that outlives it for the collector.
public struct FreshMount: Sendable, Hashable {
  /// Where it is seen.
  public var target: String
  /// Bytes that it may hold.
  public var bytes: Int
  /// Files that it may hold.
  public var inodes: Int

  /// A fresh folder of limited size.
  public init(_ target: String, bytes: Int = 16 << 20, inodes: Int = 4096) {
    self.target = target
    self.bytes = bytes
    self.inodes = inodes
  }
}

/// One phase of a trial: what its processes see besides the trial's files.
public struct PhaseSpec: Sendable {
  /// Folders and files of this phase alone.
  public var binds: [SandboxBind]
  /// Empty folders of this phase alone.
  public var fresh: [FreshMount]
  /// Read-only folders above the trial's root, topmost first. With any, what the phase writes is
  /// thrown away with it: the trial's root stays as it was. They are folders of the host's system: a
  /// place made of an image takes from them only that its writes are thrown away, and puts back what
  /// the trial changed of the image's own system instead.
  public var covers: [String]
  /// Another host name than the trial's.
  public var hostname: String?
  /// Ports of its own loopback on which it listens from its first moment, for whoever takes `listener`.
  public var listens: [UInt16] = []
  /// Whether its commands reach other machines; only places made of an image can.
  public var hasNetwork = false
  /// Hosts that its commands may reach through a proxy; no place leads to them by itself.
  public var allowedHosts: [String] = []

  /// A phase with these extras.
  public init(
    binds: [SandboxBind] = [], fresh: [FreshMount] = [], covers: [String] = [],
    hostname: String? = nil
  ) {
    self.binds = binds
    self.fresh = fresh
    self.covers = covers
    self.hostname = hostname
  }
}

/// What a phase did and used.
public struct PhaseUsage: Sendable, Hashable {
  /// CPU time of all of its processes.
  public var cpu: Duration = .zero
  /// The most memory that the trial held until now, files included; nil where it is not measured.
  public var peakMemoryBytes: Int?
  /// How often the kernel killed a process of the trial for want of memory, until now.
  public var memoryKills: Int?
  /// How often the trial could not start a process because of its limit, until now.
  public var processLimitHits: Int?
  /// Places of mounts where the trial had put something else, which was removed.
  public var displaced: [String] = []
  /// Files of an image's system that the trial changed, and that are put back for its judge.
  public var systemChanges: [String] = []

  /// No usage.
  public init() {}
}
