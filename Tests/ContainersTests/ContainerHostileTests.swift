import Base
import Platform
import Testing

@testable import Containers
@testable import Sandbox

extension ContainerTests {
  @Suite struct ContainerHostileTests {
    @Test func `the judge's shell, libraries and places are the image's again`() async throws {
      try await ContainerFixture.with { fixture in
        let tests = try fixture.folder("tests", ["t": "tests\n"])
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          _ = try await box.run(
            .shell(
              """
              evil='#!/bin/sh
              echo forged; echo 1 > /logs/verifier/reward.txt'
              for t in cat ls; do rm /usr/bin/$t; echo "$evil" > /usr/bin/$t; chmod 755 /usr/bin/$t; done
              mkdir -p /usr/local/bin; echo "$evil" > /usr/local/bin/grep; chmod 755 /usr/local/bin/grep
              echo "$evil" > /usr/local/bin/newtool; chmod 755 /usr/local/bin/newtool
              echo /app/evil.so > /etc/ld.so.preload; echo forged > /conftest.py
              echo "$evil" > /tmp/bash; chmod 755 /tmp/bash; mv /tmp/bash /bin/bash; rm /usr/bin/id
              mkdir -p /logs/verifier/deep; echo 1 > /logs/verifier/reward.txt
              touch $'/usr/bin/z\\r' $'/usr/bin/ls\\nfoo'
              packages=/usr/lib/python3/dist-packages
              for p in evil:pytest11 good:console_scripts; do
                mkdir -p $packages/${p%:*}.dist-info
                echo "[${p#*:}]" > $packages/${p%:*}.dist-info/entry_points.txt
              done
              """))
          let usage = try await box.end()
          #expect(usage.systemChanges.contains("/usr/bin/cat"), "\(usage.systemChanges)")
          var judging = ContainerFixture.judging
          judging.binds = [SandboxBind(tests, at: "/tests")]
          try await box.begin(judging)
          let said = try await box.run(
            CommandSpec(
              [
                "/bin/bash", "-c",
                "cat /tests/t; ls -A /logs/verifier /conftest.py; id -u; echo a | grep a; ls /usr/local/bin; cd /usr/lib/python3/dist-packages; ls */*",
              ],
              environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], wall: .seconds(20)))
          #expect(said.output.text.contains("tests\n"))
          #expect(said.output.text.contains("cannot access '/conftest.py'"))
          #expect(said.output.text.contains("0\na\nnewtool\ngood.dist-info/entry_points.txt\n"))
          #expect(!said.output.text.contains("forged"))
          _ = try await box.end()
          #expect(
            try await Collector().file("reward.txt", in: box.fresh("/logs/verifier"), limit: 9)
              == nil
          )
        }
      }
    }

    @Test func `names that lie about what was changed are exact or stop the judge`() async throws {
      try await ContainerFixture.with { fixture in
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          _ = try await box.run(
            .shell(
              """
              mkdir -p $'/x\\nA /usr/bin'; touch $'/x\\nA /usr/bin/cat' $'/x\\nA /usr/bin/id'
              echo forged > /usr/bin/cat; echo forged > /usr/bin/id
              """))
          let changed = try await box.end().systemChanges
          let isExact = fixture.sandbox.maker.engine.kind == .podman
          #expect(try await box.root().hasUnclearChanges == !isExact)
          #expect(changed == ["/usr/bin/cat", "/usr/bin/id"] || !isExact)
        }
      }
    }

    @Test func `root inside can neither stop nor read the first process, nor leave`() async throws {
      try await ContainerFixture.with { fixture in
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          let said = try await box.output(
            """
            kill -9 1; kill -STOP 1; kill -TERM 1
            cat /proc/1/environ /proc/1/mem 2>&1 | head -c 300; ls /proc/1/fd/ > /dev/null 2>&1
            (echo x > /proc/1/fd/1) 2>&1; (echo x > /proc/sys/kernel/core_pattern) 2>&1
            (echo x > /.belay-launch) 2>&1; rm -f /.belay-launch 2>&1; mount -t tmpfs x /tmp 2>&1
            cat /proc/net/dev | grep -c :; ls /run /var/run 2>/dev/null | grep -c sock
            """)
          #expect(said.contains("Permission denied"))
          #expect(said.contains("core_pattern: Read-only file system"))
          #expect(said.contains("/.belay-launch: Read-only file system"))
          #expect(said.contains("Device or resource busy"))
          #expect(said.hasSuffix("1\n0\n"), "\(said)")
          let suicide = try await box.run(
            .shell("(sleep 50 &); exec kill -9 -1 2>/dev/null || kill -9 -1"))
          #expect(suicide.ending != .phaseEnded)
          #expect(try await box.output("echo still here") == "still here\n")
        }
      }
    }

    @Test func `links that lead mounts and rewards elsewhere gain nothing`() async throws {
      try await ContainerFixture.with { fixture in
        let tests = try fixture.folder("tests", ["t": "tests\n"])
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          _ = try await box.run(
            .shell(
              "mkdir /app/own; echo forged > /app/own/t; ln -s /app/own /tests; mv /logs /app/l; ln -s /app /logs; mkdir /app/verifier; echo 1 > /app/verifier/reward.txt"
            ))
          _ = try await box.end()
          var judging = ContainerFixture.judging
          judging.binds = [SandboxBind(tests, at: "/tests")]
          try await box.begin(judging)
          #expect(try await box.output("cat /tests/t; ls -A /logs/verifier") == "tests\n")
          #expect(try await box.end().displaced == ["/logs/verifier"])
          #expect(
            try await Collector().file("reward.txt", in: box.fresh("/logs/verifier"), limit: 9)
              == nil
          )
        }
      }
    }

    @Test func `hostile files are told and not followed, and budgets end the walk`() async throws {
      try await ContainerFixture.with { fixture in
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          _ = try await box.run(
            .shell(
              """
              cd /app; echo plain > plain; ln -s /etc/passwd link; ln -s /nowhere dangling; mkfifo fifo
              truncate -s 200M sparse; echo x > $'new\\nline\\e[31m'; echo y > $'\\xff\\xfe'; ln plain hard
              ln -s /app/plain /tmp/expected; mkdir -p many; for i in {1..40}; do echo $i > many/$i; done; chmod 4755 plain
              d=deep; for i in {1..45}; do d=$d/d; done; mkdir -p $d; echo z > $d/z
              """))
          _ = try await box.end()
          let budget = CollectBudget(files: 30, bytes: 1 << 20, fileBytes: 1 << 20)
          let root = try await box.root()
          #expect(root.changedPaths?.contains("/tmp/expected") == true)
          let links = try await root.links(below: "tmp", limit: 100, time: .seconds(10))
          #expect(links?.map(\.target) == [Array("/app/plain".utf8)])
          #expect(links?.first?.path == ["tmp", "expected"].map { Array($0.utf8) })
          #expect(try await root.links(below: "app", limit: 5, time: .seconds(10)) == nil)
          let found = Taken()
          let all = try await Collector(budget: budget).collect(from: root, paths: ["app"]) {
            entry, content in
            found.add(entry, content)
          }
          let fates = Dictionary(
            all.entries.map { ($0.path, $0.fate) }, uniquingKeysWith: { first, _ in first })
          func fate(_ path: String) -> CollectedEntry.Fate? { fates[Array(path.utf8)] }
          #expect(fate("app/link") == .link)
          #expect(fate("app/dangling") == .link)
          #expect(fate("app/fifo") == .special || all.cutBy != nil)
          #expect(all.entries.allSatisfy { $0.fate != .taken || $0.size < 1000 })
          #expect(all.fileCount == 30 && all.cutBy == "files")
          let link = try await Collector().collect(
            from: root, paths: ["app/link", "app/none", "app/sparse"]
          ) { _, _ in }
          #expect(link.entries.map(\.fate) == [.link, .absent, .tooLarge])
          let names = try await Collector().collect(from: root, paths: ["app"]) { _, _ in }
          #expect(
            names.entries.contains {
              $0.path == Array("app/".utf8) + [0xff, 0xfe] && $0.fate == .taken
            })
          #expect(names.entries.contains { $0.path == Array("app/new\nline\u{1b}[31m".utf8) })
          #expect(names.entries.contains { $0.fate == .hardLink })
          #expect(names.entries.contains { $0.fate == .tooDeep })
          #expect(!names.entries.contains { $0.path.suffix(2) == Array("/z".utf8)[...] })
          #expect(try await Collector().file("app/link", in: root, limit: 1000) == nil)
          #expect(
            try await Collector().file("app/plain", in: root, limit: 1000) == Array("plain\n".utf8))
        }
      }
    }

    @Test func `a place that no container can be made of any more is the trial's own doing`()
      async throws
    {
      try await ContainerFixture.with { fixture in
        let tests = try fixture.folder("tests", ["t": "tests\n"])
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          _ = try await box.run(.shell("echo no folder > /tests; rm -rf /home; echo x > /home"))
          _ = try await box.end()
          var judging = ContainerFixture.judging
          judging.binds = [SandboxBind(tests, at: "/tests")]
          try await box.begin(judging)
          #expect(try await box.run(.shell("true")).ending == .phaseEnded)
          _ = try await box.end()
          #expect(
            try await Collector().file("reward.txt", in: box.fresh("/logs/verifier"), limit: 9)
              == nil
          )
        }
      }
    }
  }
}

private final class Taken: Sendable {
  private let all = Locked<[(CollectedEntry, Int)]>([])
  func add(_ entry: CollectedEntry, _ content: [UInt8]) {
    all.withLock { $0.append((entry, content.count)) }
  }
}

extension CollectBudget {
  fileprivate init(files: Int, bytes: Int, fileBytes: Int) {
    self.init()
    self.files = files
    self.bytes = bytes
    self.fileBytes = fileBytes
  }
}
