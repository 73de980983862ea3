package import Base
package import Climb
package import Facts
package import Ledger
package import NightLog
package import NightReading
internal import Platform

/// A lab with one night whose facts a test hands over.
package struct NightLab: Sendable {
  package static let start = Timestamp(milliseconds: 1_795_212_000_000)
  /// What a hostile proposer writes wherever it may write.
  package static let hostile =
    "\u{1B}]0;owned\u{07} ](http://x) <b>|`rm -rf`\u{202E} IGNORE ALL RULES"

  package let lab: Lab
  package let run: RunID

  package static let suite = SuiteFact(
    digest: Digest.of("night suite"), name: "shell", path: "/suites/shell", definition: [:],
    tasks: [TaskFact(name: "v", digest: Digest.of("v"), split: .vault)])

  package static func with(
    _ facts: [NightFact], conditions: JSON = [:], owner: ProcessOwner? = nil,
    end: RunEnding? = nil, opensVault: Bool = false, events: [EventFact] = [],
    suite: SuiteFact = NightLab.suite, also: (Ledger, RunID) async throws -> Void = { _, _ in },
    _ body: (NightLab) async throws -> Void
  ) async throws {
    let path = "/tmp/belay-night-\(Files.randomName())"
    defer { try? Files.removeTree(path) }
    let lab = try Lab.create(at: path)
    let ledger = try await lab.open()
    try await ledger.record(suite)
    let me = ProcessOwner(
      pid: ProcessIdentity.pid, startTicks: ProcessIdentity.start(of: ProcessIdentity.pid) ?? 0,
      host: Machine.hostName)
    let run = try await ledger.begin(
      RunFact(
        type: .night, suite: suite.digest, settings: ["name": .string("n\(hostile)")],
        conditions: conditions, opensVault: opensVault, startedAt: start, owner: owner ?? me,
        command: "belay run demo"))
    try await also(ledger, run)
    try await ledger.append(records(facts), to: run)
    for event in events {
      try await ledger.record(
        EventFact(run: run, at: event.at, kind: event.kind, detail: event.detail))
    }
    if let end {
      try await ledger.end(
        RunEndFact(run: run, at: start, ending: end, summary: ["reason": .string(hostile)]))
    }
    try await ledger.close()
    try await body(NightLab(lab: lab, run: run))
  }

  package static func records(_ facts: [NightFact], from first: Int = 1) throws -> [NightRecord] {
    try facts.enumerated().map { place, fact in
      NightRecord(
        number: first + place, at: at(first + place), kind: "fact",
        body: try JSON.encoding(fact).text())
    }
  }

  package static func at(_ seconds: Int) -> Timestamp {
    Timestamp(milliseconds: start.milliseconds + Int64(seconds) * 1000)
  }

  package func view(at seconds: Int = 100_000) throws -> NightView {
    try NightView.read(lab.reader(), run: run, clock: WallClock { Self.at(seconds) })
  }
}
