import Base
import Foundation
import Platform
import Sandbox

/// A provider with a bare system layer in a scratch folder of its own, for one test.
struct SandboxFixture {
  let sandbox: ProcessSandbox
  let scratch: String
  let system: String
  let launcher: String

  static func with<Result>(
    _ adjust: (inout ProcessSandbox.Options) -> Void = { _ in },
    _ body: (SandboxFixture) async throws -> Result
  ) async throws -> Result {
    let scratch = "/tmp/belay-sandbox-\(Files.randomName())"
    try Files.makeDirectory(scratch)
    defer { try? Files.removeTree(scratch) }
    var options = ProcessSandbox.Options()
    let launcher = try Self.launcher()
    options.launcher = launcher
    adjust(&options)
    let sandbox = try await ProcessSandbox(scratch: scratch, options: options)
    let system = Path.join(scratch, "system")
    try writeSystem(system)
    defer { sandbox.shutDown() }
    return try await body(
      SandboxFixture(
        sandbox: sandbox, scratch: scratch, system: system, launcher: launcher))
  }

  /// A folder with these files, owned as layers must be.
  func folder(_ name: String, _ files: [String: String]) throws -> String {
    let folder = Path.join(scratch, name)
    try Files.makeDirectory(folder)
    for (path, text) in files {
      let file = Path.join(folder, path)
      try Files.makeDirectory(Path.parent(file))
      try Files.write(Array(text.utf8), to: file)
    }
    return folder
  }

  /// A box on the system and these layers, stopped when the body is done.
  func box<Result>(
    slot: Int = 0, layers: [String] = [], _ adjust: (inout SandboxLimits) -> Void = { _ in },
    _ body: (any SandboxBox) async throws -> Result
  ) async throws -> Result {
    var limits = SandboxLimits()
    limits.storageBytes = 64 << 20
    limits.memoryBytes = 512 << 20
    adjust(&limits)
    let box = try await sandbox.start(
      SandboxSpec(slot: slot, layers: layers + [system], limits: limits))
    do {
      let result = try await body(box)
      await box.stop()
      return result
    } catch {
      await box.stop()
      throw error
    }
  }

  static func launcher() throws -> String {
    if let named = ProcessInfo.processInfo.environment["BELAY_LAUNCH"] { return named }
    let test = try Files.real("/proc/self/exe")
    return Path.join(Path.parent(test), "belay-launch")
  }

  private static func writeSystem(_ root: String) throws {
    for folder in [
      "usr", "proc", "dev", "etc", "root", "app", "home", "var/tmp", "run", "logs/agent", "mnt",
    ] {
      try Files.makeDirectory(Path.join(root, folder))
    }
    try Files.makeDirectory(Path.join(root, "tmp"), mode: 0o1777)
    try Files.setMode(Path.join(root, "tmp"), 0o1777)
    for name in ["bin", "sbin", "lib", "lib64"] where Files.kind("/\(name)") == .link {
      try Files.link(Files.linkTarget("/\(name)"), at: Path.join(root, name))
    }
    try TreeCopy().copy(from: "/etc/alternatives", to: Path.join(root, "etc/alternatives"))
    try Files.write(
      Array("root:x:0:0:root:/root:/bin/bash\n".utf8), to: Path.join(root, "etc/passwd"))
    try Files.write(Array("root:x:0:\n".utf8), to: Path.join(root, "etc/group"))
    try Files.write(try Files.read("/etc/ld.so.cache"), to: Path.join(root, "etc/ld.so.cache"))
  }
}

extension CommandSpec {
  /// A shell script with the environment that trials get.
  static func shell(
    _ script: String, wall: Duration = .seconds(20), atLimit: AtLimit = .endsCommand
  ) -> CommandSpec {
    CommandSpec(
      ["/bin/bash", "-c", script],
      environment: ["PATH": "/usr/bin:/bin", "HOME": "/root", "LANG": "C.UTF-8"], wall: wall,
      atLimit: atLimit)
  }
}

extension SandboxBox {
  /// What a script prints.
  func output(_ script: String, wall: Duration = .seconds(20)) async throws -> String {
    try await run(.shell(script, wall: wall)).output.text
  }
}
