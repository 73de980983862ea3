internal import Base
internal import Platform
public import Sandbox
public import Trial

/// Where programs that propose run: a sandbox of their own on a bare system.
public struct ProposerPlace: Sendable {
  /// Makes the sandbox.
  public var provider: any SandboxProvider
  /// Read-only folders that hold the bare system, as `Preparation` makes them.
  public var system: [String]
  /// A folder on the host in which work folders are made; on the file system of the layers.
  public var scratch: String
  /// The way to the model of the role `propose`; nil for none.
  public var gateway: (any TrialGateway)?
  /// The first slot of the provider that no trial uses; programs that propose use those above it.
  public var slot: Int
  /// What a sandbox may use.
  public var limits: SandboxLimits

  /// A place.
  public init(
    provider: any SandboxProvider, system: [String], scratch: String,
    gateway: (any TrialGateway)?, slot: Int = 11_000, limits: SandboxLimits = .proposer
  ) {
    self.provider = provider
    self.system = system
    self.scratch = scratch
    self.gateway = gateway
    self.slot = slot
    self.limits = limits
  }

  /// Removes the work folders of a process that was killed; whoever calls it alone writes to the lab.
  public static func sweep(_ scratch: String) throws {
    for name in try Files.names(in: scratch) where name.hasPrefix(prefix) {
      try Files.removeTree(Path.join(scratch, name))
    }
  }

  private static let prefix = "propose-"

  /// A new work folder's path.
  func workFolder() -> String { Path.join(scratch, Self.prefix + Files.randomName()) }
}

/// Hands out places among the slots above those of trials: no two programs that propose at once share one.
enum ProposerSlots {
  private static let taken = Locked<Set<Int>>([])

  static func take() -> Int {
    taken.withLock { taken in
      var free = 0
      while taken.contains(free) { free += 1 }
      taken.insert(free)
      return free
    }
  }

  static func giveBack(_ slot: Int) { _ = taken.withLock { $0.remove(slot) } }
}

extension SandboxLimits {
  /// What a coding agent needs to read a night and edit a folder.
  public static var proposer: SandboxLimits {
    var limits = SandboxLimits()
    limits.memoryBytes = 3 << 30
    limits.storageBytes = 512 << 20
    limits.fileBytes = 256 << 20
    limits.inodes = 50_000
    return limits
  }
}
