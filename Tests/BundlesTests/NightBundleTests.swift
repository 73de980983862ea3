import Base
import Climb
import Facts
import Harness
import Ledger
import NightLab
import Platform
import Selftest
import Signing
import Testing

@testable import Bundles

/// The bundle of a whole night, and what somebody may do to it who can write manifests and hashes anew.
@Suite struct NightBundleTests {
  @Test
  func
    `a night's bundle holds, and a changed head, trial, score, decision, claim or harness is found`()
    async throws
  {
    let key = try #require(SigningKey(seed: (0..<32).map { UInt8($0) }))
    let other = try #require(SigningKey(seed: [UInt8](repeating: 9, count: 32)))
    let packed = try await BundledNight.pack(key)
    let whole = try BundleArchiveTests.states(packed, trusted: [key.verifying])
    #expect(
      whole == [
        "archive": "holds", "manifest": "holds", "signature": "holds", "harness": "holds",
        "decisions": "holds", "trials": "holds", "candidates": "holds", "claims": "holds",
        "origin": "cannot",
      ])
    let contents = try BundleContents(packed)
    #expect(try contents.lines("trials.jsonl").count > 100)
    let night = try contents.json("claims.json")["night"]
    #expect(night["adoptions"].int ?? 0 > 0 && night["vault"]["tasks"] == 3)
    for tampering in Tampering.all { try check(tampering, contents, key, other) }
    // With the manifest and the signature of the whole, one change stands for all: the bytes are others.
    var changed = contents
    try Tampering.all[0].change(&changed)
    let signed = try BundleContents.all(packed).filter {
      ["manifest.json", "signature.json"].contains($0.key)
    }
    let kept = try BundleArchiveTests.states(
      try TarWriter.archive(changed.files.merging(signed) { $1 }))
    #expect(kept["manifest"] == "fails")
  }

  @Test func `a signature of another key, of another manifest or of nothing is found`() throws {
    let key = try #require(SigningKey(seed: (0..<32).map { UInt8($0) }))
    let other = try #require(SigningKey(seed: [UInt8](repeating: 9, count: 32)))
    try signatures(try BundleContents(try BundleArchiveTests.bundle()), key, other)
  }

  private func check(
    _ tampering: Tampering, _ whole: BundleContents, _ key: SigningKey, _ other: SigningKey
  ) throws {
    var changed = whole
    try tampering.change(&changed)
    let name = tampering.name
    #expect(changed.files != whole.files || changed.head != whole.head, "\(name)")
    // The hashes made right again, signed by somebody else.
    let states = try BundleArchiveTests.states(
      try changed.packed(other), trusted: [key.verifying])
    #expect(states[tampering.line] == "fails", "\(name): \(states)")
    #expect(states["signature"] == "fails", "\(name)")
  }

  private func signatures(_ whole: BundleContents, _ key: SigningKey, _ other: SigningKey) throws {
    func state(_ change: (inout [String: JSON]) -> Void) throws -> String? {
      var files = try BundleContents.all(try whole.packed(key))
      var stated = try JSON.parse(files["signature.json"] ?? []).object ?? [:]
      change(&stated)
      files["signature.json"] = JSON.object(stated).utf8()
      let bytes = try TarWriter.archive(files)
      return try BundleArchiveTests.states(bytes, trusted: [key.verifying])["signature"]
    }
    let foreign = try JSON.parse(
      try BundleContents.all(try whole.packed(other))["signature.json"] ?? [])
    #expect(try state { _ in } == "holds")
    // Somebody else's signature under the trusted name, and the other way round.
    #expect(try state { $0["signature"] = foreign["signature"] } == "fails")
    #expect(try state { $0["public_key"] = foreign["public_key"] } == "fails")
    #expect(try state { $0 = foreign.object ?? [:] } == "fails")
    #expect(
      try state { $0["signature"] = .string(String(repeating: "0", count: 128)) } == "fails")
    #expect(try state { $0["algorithm"] = "none" } == "fails")
    #expect(try state { $0["more"] = true } == "fails")
    // A whole bundle of another key holds for whoever trusts anybody, and for nobody else.
    for (signer, anybody) in [(other, "holds"), (nil, "cannot")] {
      let bytes = try whole.packed(signer)
      #expect(try BundleArchiveTests.states(bytes)["signature"] == anybody)
      #expect(
        try BundleArchiveTests.states(bytes, trusted: [key.verifying])["signature"] == "fails")
    }
  }
}

/// One thing that somebody changes, and the line of the check that finds it.
private struct Tampering: Sendable {
  let name: String
  let line: String
  let change: @Sendable (inout BundleContents) throws -> Void

  private static func isWon(_ trial: JSON) -> Bool {
    trial["score"].double == 1 && trial["split"] == "gate"
  }

  /// Changes a member of the first gate trial that was won.
  private static func trial(_ key: String, _ value: JSON) -> Tampering {
    Tampering(name: "a trial's \(key)", line: "trials") { contents in
      try contents.edit("trials.jsonl", where: isWon) { $0[key] = value }
    }
  }

  /// Changes what the manifest says of the run, which a reader is shown.
  private static func head(_ key: String) -> Tampering {
    Tampering(name: "the manifest's \(key)", line: "manifest") { contents in
      let isKnown = contents.head[key].map { !$0.isNull } ?? false
      contents.head[key] = isKnown ? .null : "forged"
    }
  }

  static let all: [Tampering] = [
    trial("score", 0), trial("candidate", "c99"), trial("task", "elsewhere"),
    trial("split", "vault"), trial("digest", "elsewhere"), trial("number", 1_000_000),
    head("run"), head("suite"), head("belay"), head("rehearsal"),
    Tampering(name: "a trial taken away", line: "trials") { contents in
      try contents.remove("trials.jsonl", where: isWon)
    },
    Tampering(name: "a trial twice", line: "trials") { contents in
      let lines = try contents.lines("trials.jsonl")
      contents.write("trials.jsonl", lines + lines.filter(isWon).prefix(1))
    },
    Tampering(name: "a trial that nobody ordered", line: "trials") { contents in
      var lines = try contents.lines("trials.jsonl")
      var more = lines[0]
      more["number"] = 1_000_000
      lines.append(more)
      contents.write("trials.jsonl", lines)
    },
    Tampering(name: "a score of the race, in trials and facts alike", line: "decisions") {
      let champion = try $0.json("claims.json")["night"]["champion"]
      let raced = try $0.lines("trials.jsonl").first { isWon($0) && $0["candidate"] == champion }
      let number = try #require(raced?["number"].int)
      try $0.edit("trials.jsonl", where: { $0["number"].int == number }) { $0["score"] = 0 }
      try $0.editFact(where: { $0["finished"]["_0"].string == "t\(number)" }) {
        $0["finished"]["_1"] = 0
      }
    },
    Tampering(name: "an adoption that becomes a refusal", line: "decisions") {
      try $0.editFact(where: { !$0["issued"]["_0"]["adopt"].isNull }) {
        let adoption = $0["issued"]["_0"]["adopt"]
        $0["issued"]["_0"] = [
          "refuse": ["_0": adoption["_0"], "_1": "futile", "_2": adoption["_1"]]
        ]
      }
    },
    Tampering(name: "the evidence of an adoption", line: "decisions") {
      try $0.editFact(where: { !$0["issued"]["_0"]["adopt"].isNull }) {
        $0["issued"]["_0"]["adopt"]["_1"]["logE"] = 99
      }
    },
    Tampering(name: "the champion's figure of the vault", line: "decisions") {
      try $0.editFact(where: { !$0["issued"]["_0"]["halt"].isNull }) {
        $0["issued"]["_0"]["halt"]["_0"]["vault"]["champion"] = 0.125
      }
    },
    Tampering(name: "a fact taken away", line: "archive") {
      try $0.remove("facts.jsonl", where: { $0["number"] == 200 })
    },
    Tampering(name: "the opening taken away", line: "archive") {
      try $0.remove("facts.jsonl", where: { $0["number"] == 1 })
    },
    Tampering(name: "a claim", line: "claims") {
      var claims = try $0.json("claims.json")
      claims["night"]["vault"]["mean"] = 0.99
      $0.files["claims.json"] = claims.utf8()
    },
    Tampering(name: "a harness's file", line: "harness") { contents in
      for name in contents.files.keys.sorted() where name.hasPrefix("blobs/") {
        contents.files[name] = Array("echo forged\n".utf8)
        return
      }
    },
    Tampering(name: "the champion's harness, its digests made to fit", line: "candidates") {
      try $0.exchangeChampion()
    },
  ]
}

/// The files of a bundle without its manifest and signature, to be changed and packed again.
private struct BundleContents {
  var files: [String: [UInt8]]
  /// What the manifest says besides names and hashes.
  var head: [String: JSON]

  init(_ bytes: [UInt8]) throws {
    files = try Self.all(bytes)
    head = try JSON.parse(files["manifest.json"] ?? []).object ?? [:]
    head["files"] = nil
    files["manifest.json"] = nil
    files["signature.json"] = nil
  }

  static func all(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    try BundleArchiveTests.with(bytes) { try BundleArchive.read($0).files }
  }

  func packed(_ key: SigningKey?) throws -> [UInt8] {
    try BundleArchive.make(files, about: head, key: key).bytes()
  }

  func json(_ name: String) throws -> JSON { try JSON.parse(files[name] ?? []) }

  func lines(_ name: String) throws -> [JSON] {
    try (files[name] ?? []).split(separator: 0x0A).map { try JSON.parse(Array($0)) }
  }

  mutating func write(_ name: String, _ lines: [JSON]) {
    files[name] = lines.flatMap { $0.utf8() + [0x0A] }
  }

  mutating func edit(
    _ name: String, where isMeant: (JSON) -> Bool, _ change: (inout JSON) throws -> Void
  ) throws {
    var lines = try lines(name)
    let found = lines.firstIndex(where: isMeant)
    let place = try #require(found)
    try change(&lines[place])
    write(name, lines)
  }

  mutating func remove(_ name: String, where isMeant: (JSON) -> Bool) throws {
    var lines = try lines(name)
    let found = lines.firstIndex(where: isMeant)
    lines.remove(at: try #require(found))
    write(name, lines)
  }

  mutating func editFact(where isMeant: (JSON) -> Bool, _ change: (inout JSON) -> Void) throws {
    func body(_ line: JSON) -> JSON {
      (try? JSON.parse(Array((line["body"].string ?? "").utf8))) ?? .null
    }
    try edit("facts.jsonl", where: { isMeant(body($0)) }) { line in
      var fact = body(line)
      change(&fact)
      line["body"] = .string(fact.text())
    }
  }

  /// Puts another harness in the champion's place, wherever its digest stands outside of the facts.
  mutating func exchangeChampion() throws {
    let champion = try json("claims.json")["night"]["champion"]
    var run = try json("run.json")
    var candidates = run["candidates"].array ?? []
    let place = try #require(candidates.firstIndex { $0["candidate"] == champion })
    let old = try #require(candidates[place]["harness"].string)
    let content = Array("echo forged\n".utf8)
    var record = try json("harness/\(old).json")
    let path = try #require(record["files"][0]["path"].string)
    let digest = Harness.digest(of: [
      HarnessFile(path: path, isExecutable: false, content: content)
    ]).hex
    record["digest"] = .string(digest)
    record["files"] = [
      [
        "path": .string(path), "executable": false, "sha256": .string(Digest.of(content).hex),
      ]
    ]
    candidates[place]["harness"] = .string(digest)
    run["candidates"] = .array(candidates)
    files["run.json"] = run.utf8()
    files["harness/\(old).json"] = nil
    files["harness/\(digest).json"] = record.utf8()
    files["blobs/\(Digest.of(content).hex)"] = content
  }
}

/// A simulated night with an adoption and a vault, recorded in a lab with its trials and harnesses.
private enum BundledNight {
  static func pack(_ key: SigningKey) async throws -> [UInt8] {
    let (night, rules) = try night()
    var orders: [TrialID: TrialOrder] = [:]
    for case .issued(.run(let order)) in night.facts { orders[order.id] = order }
    let candidates = Set(orders.values.map(\.candidate)).sorted()
    var facts = night.facts
    for (place, candidate) in candidates.enumerated().reversed() {
      facts.insert(
        .assembled(
          candidate, harness: digest(candidate).hex, candidate: CandidateID(place + 1)), at: 1)
    }
    let suite = SuiteFact(
      digest: Digest.of("bundled suite"), name: "shell", path: "/suites/shell", definition: [:],
      tasks: rules.tasks.map {
        TaskFact(name: $0.name, digest: Digest.of("task \($0.name)"), split: $0.split)
      })
    let known = orders
    let played = facts
    var packed: [UInt8] = []
    try await NightLab.with(
      facts, end: .done, opensVault: true, suite: suite,
      also: { ledger, run in
        for candidate in candidates {
          try await ledger.record(
            HarnessFact(
              digest: digest(candidate), name: "agent\(candidate.number)", kind: "program",
              definition: [:],
              files: [StoredFile(path: "agent.sh", mode: 0o644, content: content(candidate))]))
          _ = try await ledger.candidate(harness: digest(candidate))
        }
        try await record(played, known, candidates, rules.tasks, ledger, run)
      }
    ) { lab in
      packed = try BundleWriter(try lab.lab.reader(), run: lab.run, version: "1").pack(key: key)
        .bytes()
    }
    return packed
  }

  private static func record(
    _ facts: [NightFact], _ orders: [TrialID: TrialOrder], _ candidates: [CandidateID],
    _ tasks: [NightTask], _ ledger: Ledger, _ run: RunID
  ) async throws {
    var ended: [(order: TrialOrder, score: Double)] = []
    for case .finished(let id, .scored(let score), _) in facts {
      if let order = orders[id] { ended.append((order, score)) }
    }
    let trials = try await ledger.dispatch(
      ended.map { order, _ in
        TrialFact(
          run: run,
          candidate: CandidateID((candidates.firstIndex(of: order.candidate) ?? 0) + 1),
          task: Digest.of("task \(tasks[order.task].name)"), index: order.id.number,
          seed: UInt64(order.draw.visit), dispatchedAt: NightLab.start)
      })
    for (trial, (_, score)) in zip(trials, ended) {
      try await ledger.record(
        AttemptFact(
          trial: trial, number: 1, isFinal: true, outcome: .completed, detail: "", reward: score,
          score: score, usage: Usage(wallMs: 1000, cpuMs: 10), startedAt: NightLab.start,
          endedAt: NightLab.start))
    }
  }

  // The first of some nights in a world of strong edits that adopts one and opens its vault.
  private static func night() throws -> (SimulatedNight, NightRules) {
    var world = try SuiteWorld(
      (0..<24).map { number in
        SuiteWorld.Task(
          name: "\(number)", split: number < 6 ? .dev : number < 21 ? .gate : .vault, trials: 4,
          sum: Double(number % 3))
      })
    world.strength = 2
    for seed in 1...8 {
      let problem = try world.problem(.gains, seed: seed)
      var rules = SimulatedNight.rules(problem, seed: seed, rollouts: 400)
      rules.stops.proposals = 24
      rules.proposalsFirst = 24
      rules.proposalsAtOnce = 24
      rules.tasks += problem.tasks(of: .test).map { NightTask(name: "\($0)", split: .vault) }
      var night = SimulatedNight(problem, seed: seed, rules: rules, keepsFacts: true)
      let report = try night.run().report
      if report.adoptions > 0, report.vault != nil { return (night, rules) }
    }
    throw BelayError(.internal, "none of these nights adopts anything")
  }

  private static func content(_ candidate: CandidateID) -> [UInt8] {
    Array("echo \(candidate.number)\n".utf8)
  }

  private static func digest(_ candidate: CandidateID) -> Digest {
    Harness.digest(of: [
      HarnessFile(path: "agent.sh", isExecutable: false, content: content(candidate))
    ])
  }
}
