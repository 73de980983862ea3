internal import Base
internal import Platform
internal import Sandbox

/// Tries how an engine starts containers on this machine: which runtime works, and with limits or without.
enum ContainerTrialRun {
  /// The image that is tried: empty but for the folders that a container is made of.
  static let image = "localhost/belay-probe:1"

  /// The maker with the first way that works.
  static func fit(_ found: ContainerEngine, _ make: (ContainerEngine) -> ContainerMaker)
    async throws
    -> ContainerMaker
  {
    try await haveImage(found)
    var first: (any Error)?
    for setsLimits in found.isRootless ? [true, false] : [true] {
      for runtime in [nil, "runc", "crun"] {
        var engine = found
        engine.runtime = runtime
        engine.setsLimits = setsLimits
        engine.hasGroups = found.hasGroups && setsLimits
        let maker = make(engine)
        do {
          let phase = try await maker.start(image, PhaseSpec(), Self.spec).phase
          await phase.finish()
          await maker.remove([phase.name])
          return maker
        } catch {
          if first == nil { first = error }
        }
      }
    }
    throw first ?? BelayError(.sandbox, "no container starts")
  }

  static let spec: SandboxSpec = {
    var limits = SandboxLimits()
    limits.memoryBytes = 64 << 20
    limits.processes = 16
    limits.cpus = 1
    return SandboxSpec(slot: 0, layers: [], limits: limits)
  }()

  private static func haveImage(_ engine: ContainerEngine) async throws {
    if try await ContainerImages(engine: engine).inspect(image) != nil { return }
    let tar = ["dev/", "proc/", "sys/", "etc/", "run/", "tmp/"].flatMap(folderHeader)
    let input = try MemoryFile.make(tar + [UInt8](repeating: 0, count: 1024))
    try await engine.must("make an empty image", ["import", "-", image], input: input)
  }

  /// A tar header of a folder (POSIX ustar).
  private static func folderHeader(_ name: String) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ at: Int) {
      for (index, byte) in text.utf8.enumerated() { header[at + index] = byte }
    }
    put(name, 0)
    put("0000755\u{0}0000000\u{0}0000000\u{0}00000000000\u{0}00000000000\u{0}        5", 100)
    put("ustar\u{0}00", 257)
    let sum = header.reduce(0) { $0 + Int($1) }
    let octal = String(sum, radix: 8)
    put(String(repeating: "0", count: 6 - octal.count) + octal + "\u{0} ", 148)
    return header
  }
}
