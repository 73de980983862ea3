import Base
import Platform
import Sandbox
import Testing

/// What an agent leaves for the collector to fall over.
@Suite struct HostileFilesTests {
  /// Collects a folder after a script has run in it.
  private func collect(
    _ script: String, budget: CollectBudget = CollectBudget(), paths: [String] = ["app"]
  ) async throws -> (Collected, [String: [UInt8]]) {
    try await SandboxFixture.with { fixture in
      try await fixture.box({ $0.inodes = 150_000 }) { box in
        try await box.begin(PhaseSpec())
        _ = try await box.run(.shell("cd /app; " + script))
        _ = try await box.end()
        let taken = Locked<[String: [UInt8]]>([:])
        let found = try await Collector(budget: budget).collect(from: box.root(), paths: paths) {
          entry, bytes in
          taken.withLock { $0[entry.name] = bytes }
        }
        return (found, taken.withLock { $0 })
      }
    }
  }

  private func fates(_ collected: Collected) -> [String: CollectedEntry.Fate] {
    Dictionary(
      collected.entries.map { ($0.name, $0.fate) }, uniquingKeysWith: { first, _ in first })
  }

  @Test func `only plain files are taken, the rest is listed`() async throws {
    let script = """
      echo fine > plain; ln -s /etc/shadow link; ln -s /etc folder; ln -s loop loop; mkfifo pipe
      echo twice > one; ln one two; python3 -ISc 'import socket; socket.socket(1).bind("sock")'
      truncate -s 500M sparse; echo hidden > secret; chmod 000 secret
      cp /bin/true suid; chmod 6755 suid
      """
    let (collected, files) = try await collect(script)
    let fates = fates(collected)
    #expect(files["app/plain"] == Array("fine\n".utf8))
    #expect(fates["app/link"] == .link)
    #expect(fates["app/folder"] == .link)
    #expect(fates["app/loop"] == .link)
    #expect(fates["app/pipe"] == .special)
    #expect(fates["app/sock"] == .special)
    #expect(fates["app/one"] == .hardLink)
    #expect(fates["app/two"] == .hardLink)
    #expect(fates["app/sparse"] == .tooLarge)
    #expect(fates["app/suid"] == .taken)
    #expect(collected.entries.first { $0.name == "app/link" }?.detail == "/etc/shadow")
    #expect(collected.bytes < 1 << 20)
  }

  @Test func `a hundred thousand files and a deep tree end at the budget`() async throws {
    var budget = CollectBudget()
    budget.entries = 2_000
    budget.files = 500
    let script = """
      python3 -ISc '
      import os
      os.mkdir("many")
      for i in range(100000): os.close(os.open("many/%d" % i, os.O_CREAT | os.O_WRONLY))
      os.mkdir("deep"); os.chdir("deep")
      for i in range(300): os.mkdir("d"); os.chdir("d")
      '
      """
    let (collected, files) = try await collect(script, budget: budget)
    #expect(collected.cutBy != nil)
    #expect(files.count <= 500)
    let (deep, _) = try await collect(script, budget: budget, paths: ["app/deep"])
    #expect(deep.entries.contains { $0.fate == .tooDeep })
  }

  @Test func `hostile names are data`() async throws {
    let script = """
      python3 -ISc '
      for name in (b"new\\nline", b"esc\\x1b[2Jape", b"\\xff\\xfe", b"-rf", b"a b", b"\\xe2\\x80\\xaertl", b"x" * 255):
          open(name, "w").write("n")
      '
      """
    let (collected, _) = try await collect(script)
    #expect(collected.fileCount == 7)
    let names = collected.entries.map(\.name).joined()
    #expect(names.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202e })
    #expect(collected.entries.contains { $0.path == Array("app/".utf8) + [0xff, 0xfe] })
  }

  @Test func `a path that was asked for leads nowhere else`() async throws {
    let script =
      "ln -s /etc etc; mkdir real; echo 1 > real/file; ln -s real alias; ln -s / /tmp/out"
    let (collected, files) = try await collect(
      script, paths: ["app/etc/passwd", "app/alias/file", "../../etc/passwd", "tmp/out", "app/no"])
    #expect(files == [:])
    #expect(collected.entries.filter { $0.fate == .absent }.count == 4)
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        _ = try await box.run(.shell("cd /app; \(script); mkfifo fifo; : > empty"))
        _ = try await box.end()
        let root = try await box.root()
        let collector = Collector()
        #expect(try await collector.file("app/real/file", in: root, limit: 10) == [49, 10])
        #expect(try await collector.file("app/empty", in: root, limit: 10) == [])
        for path in ["app/alias/file", "app/etc/passwd", "app/fifo", "app", "../etc/passwd", ""] {
          #expect(try await collector.file(path, in: root, limit: 1 << 20) == nil)
        }
        #expect(try await collector.file("app/real/file", in: root, limit: 1) == nil)
      }
    }
  }
}
