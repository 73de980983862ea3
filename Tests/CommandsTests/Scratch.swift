import Base
import Console
import Glibc
import Platform

@testable import Commands

/// A folder of its own for one test, removed behind it, and calls of `belay` in it.
struct Scratch: Sendable {
  let folder: String

  static func with<Result>(_ body: (Scratch) async throws -> Result) async throws -> Result {
    let scratch = Scratch(folder: "/tmp/belay-commands-\(Files.randomName())")
    try Files.makeDirectory(scratch.folder)
    defer { try? Files.removeTree(scratch.folder) }
    return try await body(scratch)
  }

  func path(_ name: String) -> String { Path.join(folder, name) }

  func write(_ text: String, to name: String) throws {
    try Files.makeDirectory(Path.parent(path(name)))
    try Files.write(Array(text.utf8), to: path(name))
  }

  /// What a program printed, both streams together, and its exit code.
  func run(_ program: String, _ arguments: [String]) async throws -> (text: String, code: Int32?) {
    let out = path("out-\(Files.randomName())")
    let file = try Descriptor.open(out, O_WRONLY | O_CREAT | O_EXCL)
    let child = try Child.spawn(
      program, [program] + arguments,
      environment: ["PATH": "/usr/bin:/bin", "HOME": folder, "TERM": "dumb", "LC_ALL": "C.UTF-8"],
      descriptors: [1: file.raw, 2: file.raw])
    let end = await child.wait()
    return (try Files.readText(out), end.code)
  }

  struct Answer: Sendable {
    var code: Int32
    var out: String
    var err: String

    /// The envelope, or the last record of a job.
    var json: JSON {
      (try? JSON.parse(out.split(separator: "\n").last.map(String.init) ?? "")) ?? .null
    }
    /// The error envelope.
    var error: JSON {
      ((try? JSON.parse(err.split(separator: "\n").last.map(String.init) ?? "")) ?? .null)["error"]
    }
  }

  /// Calls `belay` in this process, as if in this folder.
  func belay(
    _ words: [String], isTerminal: Bool = false, input: String = "",
    environment: [String: String] = [:]
  ) async -> Answer {
    let out = Locked("")
    let err = Locked("")
    func collect(_ text: Locked<String>) -> TextStream {
      TextStream(isTerminal: isTerminal, columns: isTerminal ? 100 : nil) {
        (bytes) throws(BelayError) in
        text.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
      }
    }
    let piece = Locked(Array(input.utf8))
    let surroundings = Surroundings(
      environment: environment, workingDirectory: folder, output: collect(out),
      errors: collect(err), input: { () throws(BelayError) in input },
      inputPiece: {
        piece.withLock { bytes in
          defer { bytes = [] }
          return bytes
        }
      },
      clock: WallClock { Timestamp(milliseconds: 1_800_000_000_000) })
    let code = await BelayProgram.program.run(words, in: surroundings)
    return Answer(code: code.rawValue, out: out.withLock { $0 }, err: err.withLock { $0 })
  }
}
