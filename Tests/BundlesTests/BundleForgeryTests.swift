import Base
import Climb
import NightLab
import NightLog
import Platform
import Signing
import Testing

@testable import Bundles

/// Bundles that somebody made anew, with every hash and a signature of their own, and left something out.
@Suite struct BundleForgeryTests {
  /// What a bundle holds, by the name of its file.
  typealias Contents = [String: [UInt8]]

  static func lines(_ values: [JSON]) -> [UInt8] { values.flatMap { $0.utf8() + [0x0A] } }

  /// A night that two candidates were tried in, told by its facts and trials.
  static func night() throws -> (facts: [NightRecord], trials: [JSON], run: JSON) {
    let facts = try Nights.finished(vault: nil).map { fact -> NightFact in
      guard case .assembled(let id, _, let candidate) = fact else { return fact }
      return .assembled(id, harness: harness("\(candidate)").digest, candidate: candidate)
    }
    let tasks = Nights.rules().tasks
    var orders: [TrialID: TrialOrder] = [:]
    var trials: [JSON] = []
    for fact in facts {
      if case .issued(.run(let order)) = fact { orders[order.id] = order }
      guard case .finished(let id, .scored(let score), _) = fact, let order = orders[id] else {
        continue
      }
      trials.append([
        "trial": .string("t\(100 + id.number)"), "number": .int(id.number),
        "candidate": order.candidate == CandidateID(1) ? "c41" : "c57", "digest": "d",
        "task": .string(tasks[order.task].name), "split": .string(tasks[order.task].split.rawValue),
        "final": true, "score": .double(score),
      ])
    }
    let records = try facts.enumerated().map { place, fact in
      NightRecord(
        number: place + 1, at: Timestamp(milliseconds: 0), kind: "fact",
        body: try JSON.encoding(fact).text())
    }
    let run: JSON = [
      "run": "r1", "type": "night", "tasks": listed(tasks),
      "candidates": .array(
        ["c41", "c57"].map { ["candidate": .string($0), "harness": .string(harness($0).digest)] }),
    ]
    return (records, trials, run)
  }

  private static func listed(_ tasks: [NightTask]) -> JSON {
    .array(
      tasks.map {
        ["name": .string($0.name), "digest": "d", "split": .string($0.split.rawValue)]
      })
  }

  /// The same run as an evaluation of these candidates.
  private static func evaluation(_ run: JSON, candidates: JSON) -> JSON {
    ["run": "r1", "type": "eval", "tasks": run["tasks"], "candidates": candidates]
  }

  static func harness(_ candidate: String) -> (digest: String, blob: String, content: [UInt8]) {
    let content = Array("name = \"\(candidate)\"\n".utf8)
    let blob = Digest.of(content).hex
    var hasher = Hasher256()
    hasher.update("harness.toml\0-\0")
    hasher.update("\(blob)\n")
    return (hasher.finish().hex, blob, content)
  }

  static func contents(facts: [NightRecord], trials: [JSON], run: JSON) throws -> Contents {
    let claims = BundleClaims(run: run, trials: trials, replay: try NightReplay(facts))
    var contents: Contents = [
      "run.json": run.utf8(), "trials.jsonl": lines(trials),
      "facts.jsonl": lines(facts.map(\.json)), "claims.json": claims.json.utf8(),
    ]
    for candidate in run["candidates"].array?.compactMap(\.["candidate"].string) ?? [] {
      let (digest, blob, content) = harness(candidate)
      let record: JSON = [
        "candidate": .string(candidate), "digest": .string(digest), "kind": "program", "name": "a",
        "files": [["path": "harness.toml", "executable": false, "sha256": .string(blob)]],
      ]
      contents["harness/\(digest).json"] = record.utf8()
      contents["blobs/\(blob)"] = content
    }
    return contents
  }

  static func states(_ contents: Contents) throws -> [String: String] {
    try BundleArchiveTests.states(
      try BundleArchive.make(
        contents, about: ["run": "r1"], key: SigningKey(seed: BundleArchiveTests.seed)
      ).bytes())
  }

  @Test func `a night's trials and harnesses hold as they were`() throws {
    let (facts, trials, run) = try Self.night()
    let states = try Self.states(try Self.contents(facts: facts, trials: trials, run: run))
    #expect(states["harness"] == "holds" && states["trials"] == "holds")
    #expect(states["claims"] == "holds" && states["manifest"] == "holds")
    // These facts are a test's own: nobody decided them.
    #expect(states["decisions"] == "fails")
  }

  @Test func `a night without its facts does not pass for trials that chose nothing`() throws {
    let (_, trials, run) = try Self.night()
    var contents = try Self.contents(facts: [], trials: trials, run: run)
    #expect(try Self.states(contents)["decisions"] == "fails")
    contents["facts.jsonl"] = nil
    #expect(try Self.states(contents)["decisions"] == "fails")
  }

  @Test func `facts of a night in a run that is none are found`() throws {
    let (facts, trials, run) = try Self.night()
    var other = run.object ?? [:]
    other["type"] = "eval"
    let contents = try Self.contents(facts: facts, trials: trials, run: .object(other))
    let bytes = try BundleArchive.make(contents, about: ["run": "r1"], key: nil).bytes()
    let said = try BundleArchiveTests.with(bytes) { try BundleCheck($0, trusted: []).items }
    #expect(
      said.contains {
        $0["state"] == "fails" && $0["sentence"] == "facts of a night, in a run that is none"
      })
  }

  @Test func `a task under another digest, which makes two of one, is found in an evaluation`()
    throws
  {
    let (_, trials, run) = try Self.night()
    let eval = Self.evaluation(run, candidates: run["candidates"])
    #expect(
      try Self.states(try Self.contents(facts: [], trials: trials, run: eval))["trials"] == "holds")
    for (key, value) in [("digest", "e"), ("task", "elsewhere"), ("split", "vault")] {
      var changed = trials
      changed[0][key] = .string(value)
      let contents = try Self.contents(facts: [], trials: changed, run: eval)
      #expect(try Self.states(contents)["trials"] == "fails", "\(key)")
    }
  }

  @Test func `a bundle for one candidate has its harness and what was decided of it`() throws {
    let (facts, trials, night) = try Self.night()
    func contents(_ candidate: JSON) throws -> Contents {
      var run = night
      run["candidate"] = candidate
      return try Self.contents(facts: facts, trials: trials, run: run)
    }
    func states(_ contents: Contents, told: JSON) throws -> [String: String] {
      try BundleArchiveTests.states(
        try BundleArchive.make(contents, about: ["run": "r1", "candidate": told], key: nil).bytes())
    }
    let whole = try contents("c57")
    let claims = try JSON.parse(whole["claims.json"] ?? [])["candidate"]
    #expect(claims["candidate"] == "c57" && claims["harness"].string == Self.harness("c57").digest)
    #expect(claims["verdicts"][0]["verdict"] == "adopted")
    #expect(claims["verdicts"][0]["race"]["pairs"].int ?? 0 > 0)
    let held = try states(whole, told: "c57")
    #expect(held["harness"] == "holds" && held["claims"] == "holds" && held["manifest"] == "holds")
    // Of another one, of nobody, and without its harness.
    #expect(try states(whole, told: "c41")["manifest"] == "fails")
    #expect(try states(try contents("nobody"), told: "nobody")["harness"] == "fails")
    var bare = whole
    bare["harness/\(Self.harness("c57").digest).json"] = nil
    #expect(try states(bare, told: "c57")["harness"] == "fails")
    // Whose verdicts were changed.
    var forged = whole
    var stated = try JSON.parse(whole["claims.json"] ?? [])
    stated["candidate"]["verdicts"] = []
    forged["claims.json"] = stated.utf8()
    #expect(try states(forged, told: "c57")["claims"] == "fails")
  }

  @Test func `what Harbor ran is known by name, and a name that was changed is found`() throws {
    let definition: JSON = ["source": "harbor", "agent": "an agent", "version": "1"]
    let digest = Digest.of(definition.text()).hex
    let run: JSON = [
      "run": "r1", "type": "import", "tasks": [],
      "candidates": [["candidate": "c1", "harness": .string(digest)]],
    ]
    func state(_ definition: JSON) throws -> String? {
      let record: JSON = [
        "candidate": "c1", "digest": .string(digest), "kind": "harbor", "name": "an agent",
        "definition": definition, "files": [],
      ]
      return try Self.states([
        "run.json": run.utf8(), "trials.jsonl": [], "facts.jsonl": [],
        "claims.json": BundleClaims(run: run, trials: [], replay: nil).json.utf8(),
        "harness/\(digest).json": record.utf8(),
      ])["harness"]
    }
    #expect(try state(definition) == "cannot")
    #expect(try state(["source": "harbor", "agent": "another", "version": "1"]) == "fails")
  }

  @Test func `a trial that is there twice hides none that is missing`() throws {
    let (facts, trials, run) = try Self.night()
    var doubled = trials
    doubled[5] = doubled[4]
    var renamed = doubled
    var copy = doubled[4].object ?? [:]
    copy["trial"] = "t9"
    renamed[5] = .object(copy)
    for trials in [doubled, renamed, Array(trials.dropLast())] {
      let contents = try Self.contents(facts: facts, trials: trials, run: run)
      #expect(try Self.states(contents)["trials"] == "fails")
    }
    // Of an evaluation as well, whose scores are means of its trials.
    let eval = Self.evaluation(run, candidates: run["candidates"])
    let contents = try Self.contents(facts: [], trials: doubled, run: eval)
    #expect(try Self.states(contents)["trials"] == "fails")
  }

  @Test(arguments: [true, false], ["c41", "c57"])
  func `the harness of whoever is told of has to be there`(isNight: Bool, candidate: String) throws
  {
    var (facts, trials, run) = try Self.night()
    if !isNight {
      facts = []
      run = Self.evaluation(run, candidates: run["candidates"])
    }
    var contents = try Self.contents(facts: facts, trials: trials, run: run)
    #expect(try Self.states(contents)["harness"] == "holds")
    contents["harness/\(Self.harness(candidate).digest).json"] = nil
    #expect(try Self.states(contents)["harness"] == "fails")
  }

  @Test
  func
    `trials of somebody whom the run does not name do not hold, and without any nobody can tell`()
    throws
  {
    let (_, trials, night) = try Self.night()
    let run = Self.evaluation(night, candidates: [])
    for (trials, state) in [(trials, "fails"), ([], "cannot")] {
      let contents = try Self.contents(facts: [], trials: trials, run: run)
      #expect(try Self.states(contents)["harness"] == state)
    }
  }
}
