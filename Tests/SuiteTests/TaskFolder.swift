import Base
import Glibc
import Platform
import Suite

/// A scratch folder for tasks, removed when the closure ends.
struct TaskFolder {
  let path: String

  static func with<Result>(_ body: (TaskFolder) throws -> Result) throws -> Result {
    let path = "/tmp/belay-suite-\(Files.randomName())"
    try Files.makeDirectory(path)
    defer { try? Files.removeTree(path) }
    return try body(TaskFolder(path: try Files.real(path)))
  }

  func write(_ name: String, _ text: String = "", mode: UInt32 = 0o644) throws {
    let full = Path.join(path, name)
    try Files.makeDirectory(Path.parent(full))
    // Not `Files.write`: hundreds of small folders need no fsync.
    let file = try Descriptor.open(full, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
    try file.write(Array(text.utf8), place: full)
  }

  func link(_ name: String, to target: String) throws {
    let full = Path.join(path, name)
    try Files.makeDirectory(Path.parent(full))
    guard symlink(target, full) == 0 else { throw BelayError.system("symlink", errno) }
  }

  /// A task with all that it must have, in the folder `name`.
  func task(
    _ name: String, toml: String = "", instruction: String? = nil,
    dockerfile: String = "FROM debian:12-slim\nWORKDIR /app\n"
  ) throws {
    try write("\(name)/task.toml", toml)
    // No two tasks of a suite may be the same, byte for byte.
    try write("\(name)/instruction.md", instruction ?? "Do \(Path.last(name)).\n")
    try write("\(name)/environment/Dockerfile", dockerfile)
    try write("\(name)/tests/test.sh", "#!/bin/sh\n", mode: 0o755)
    try write("\(name)/solution/solve.sh", "#!/bin/sh\n", mode: 0o755)
  }

  /// The only task of the folder, read; fails when it is invalid.
  func only() throws -> Task {
    let suite = try Suite.load(path)
    guard let task = suite.tasks.first, suite.invalid.isEmpty else {
      throw BelayError(.usage, "invalid: \(suite.diagnostics.map(\.description))")
    }
    return task
  }

  /// The messages of the only task that could not be read.
  func faults() throws -> [String] {
    let suite = try Suite.load(path)
    return suite.invalid.flatMap(\.diagnostics).filter { $0.severity == .error }
      .map { "\($0.key ?? Path.last($0.file)): \($0.message)" }
  }
}
