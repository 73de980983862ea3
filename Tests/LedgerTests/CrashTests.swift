import Base
import Facts
import Glibc
import Ledger
import Platform
import Testing

/// A child that records as fast as it can, writes down what was acknowledged, and is killed at a random instant.
@Suite(.serialized) struct CrashTests {
  @Test(arguments: [3, 11, 40, 90, 170, 260])
  func `after SIGKILL every acknowledged attempt is there and the ledger is sound`(
    milliseconds: Int
  ) async throws {
    try await Fixture.with { fixture in
      let path = fixture.lab.path
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, milliseconds = milliseconds as Int] in
        try await burst(path, killAfter: milliseconds)
      }
      try await examine(fixture)
    }
  }

  @Test func `a full disk is reported, loses nothing acknowledged, and the ledger goes on`()
    async throws
  {
    try await Fixture.with { fixture in
      let path = fixture.lab.path
      await #expect(processExitsWith: .success) { [path = path as String] in
        // No file of this process may grow past this; a full disk looks the same to SQLite.
        signal(SIGXFSZ, SIG_IGN)
        let lab = try Lab.create(at: path)
        try await Fixture(lab: lab).recording { ledger, run, candidate in
          var limit = rlimit(rlim_cur: 700_000, rlim_max: rlim_t.max)
          setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
          let acknowledged = await record(ledger, run, candidate, path, from: 0, until: 2000)
          guard acknowledged < 2000 else { fatalError("the limit was not met") }
          limit.rlim_cur = rlim_t.max
          setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
          let later = await record(ledger, run, candidate, path, from: 5000, until: 5100)
          guard later == 100 else { fatalError("the ledger does not go on") }
        }
      }
      let count = try await examine(fixture)
      #expect(count > 100)
    }
  }

  @Test func `a file system without space is reported, and the ledger goes on when there is some`()
    async throws
  {
    try await Fixture.with { fixture in
      let disk = "\(fixture.lab.path)/disk"
      try Files.makeDirectory(disk)
      // Only root may mount; elsewhere the limit on file sizes stands for this.
      guard mount("tmpfs", disk, "tmpfs", 0, "size=12m") == 0 else { return }
      defer { umount2(disk, Int32(MNT_DETACH)) }
      try Files.write([UInt8](repeating: 1, count: 8 << 20), to: "\(disk)/ballast")
      let small = Fixture(lab: try Lab.create(at: "\(disk)/lab"))
      var count = 0
      try await small.recording { ledger, run, candidate in
        let path = fixture.lab.path
        count = await record(ledger, run, candidate, path, from: 0, until: 20_000)
        #expect(count < 20_000)
        #expect(try small.lab.reader().check().faults == [])
        try Files.removeTree("\(disk)/ballast")
        let later = await record(ledger, run, candidate, path, from: 50_000, until: 50_100)
        #expect(later == 100)
      }
      #expect(try small.lab.reader().check().faults == [])
      #expect(try small.lab.reader().outcomes() == [.completed: count + 100])
    }
  }

  /// Opens the lab, whose killed writer left its log behind, and compares it with the acknowledgements.
  @discardableResult
  private func examine(_ fixture: Fixture) async throws -> Int {
    let acks = (try? Files.readText("\(fixture.lab.path)/acks")) ?? ""
    let ids = acks.split(separator: "\n").compactMap { TrialID($0) }
    for _ in 0..<2 {
      let reader = try fixture.lab.reader()
      #expect(try reader.check().faults == [])
      for id in ids {
        let detail = try reader.trial(id)
        #expect(detail.attempts.count == 1)
        let log = try reader.blob(detail.attempts[0].files[0].blob)
        #expect(String(decoding: log, as: UTF8.self).hasPrefix("\(id) "))
      }
      if let last = ids.last { #expect(try reader.search("\(last)").map(\.trial).contains(last)) }
      let ledger = try await fixture.lab.open()
      try await ledger.close()
    }
    return ids.count
  }
}

private func burst(_ path: String, killAfter milliseconds: Int) async throws {
  let killer = Task.detached {
    try await Task.sleep(for: .milliseconds(milliseconds))
    kill(getpid(), SIGKILL)
  }
  let lab = try Lab.create(at: path)
  try await Fixture(lab: lab).recording { ledger, run, candidate in
    _ = await record(ledger, run, candidate, path, from: 0, until: 1_000_000)
  }
  try await killer.value
}

/// Records with eight tasks at once until the first error; gives the number of acknowledged attempts.
private func record(
  _ ledger: Ledger, _ run: RunID, _ candidate: CandidateID, _ path: String, from: Int, until: Int
) async -> Int {
  let acks = open("\(path)/acks", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
  return await withTaskGroup(of: Int.self) { group in
    for lane in 0..<8 {
      group.addTask {
        var count = 0
        for number in stride(from: from + lane, to: until, by: 8) {
          do {
            let id = try await ledger.dispatch([Fixture.trial(run, candidate, "a", number)])[0]
            let noise = Hex.text(Files.randomBytes(1000))
            try await ledger.record(Fixture.attempt(id, files: [Fixture.log("\(id) \(noise)")]))
            let line = Array("\(id)\n".utf8)
            guard write(acks, line, line.count) == line.count else { fatalError("acks") }
            count += 1
          } catch {
            return count
          }
        }
        return count
      }
    }
    return await group.reduce(0, +)
  }
}
