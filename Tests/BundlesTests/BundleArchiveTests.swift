import Archive
import Base
import Layout
import Platform
import Seeded
import Signing
import Testing

@testable import Bundles

/// Bundles as archives: settled bytes, hashes, signatures, and whatever somebody does to them.
@Suite struct BundleArchiveTests {
  static let seed = (0..<32).map { UInt8($0) }

  static func with<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let path = "/tmp/belay-bundle-\(Files.randomName())"
    try Files.write(bytes, to: path, durable: false)
    defer { try? Files.removeTree(path) }
    return try body(path)
  }

  /// The bundle of an evaluation of two trials, with a harness of one file.
  static func bundle(signed: Bool = true, score: Double = 1, claim: Double = 0.5) throws -> [UInt8]
  {
    let content = Array("name = \"a\"\n".utf8)
    let digest = Digest.of(content)
    var hasher = Hasher256()
    hasher.update("harness.toml\0-\0")
    hasher.update("\(digest.hex)\n")
    let harness = hasher.finish().hex
    let run: JSON = [
      "run": "r1", "type": "evaluation",
      "candidates": [["candidate": "c1", "harness": .string(harness)]],
      "tasks": [
        ["name": "one", "digest": "a", "split": "dev"],
        ["name": "two", "digest": "b", "split": "dev"],
      ],
    ]
    func trial(_ number: Int, _ task: String, _ score: Double) -> JSON {
      [
        "trial": .string("t\(number)"), "number": .int(number), "candidate": "c1",
        "task": task == "a" ? "one" : "two", "digest": .string(task), "split": "dev",
        "final": true, "score": .double(score),
      ]
    }
    let trials = [trial(1, "a", score), trial(2, "b", 0)]
    let record: JSON = [
      "candidate": "c1", "digest": .string(harness), "kind": "program", "name": "a",
      "files": [["path": "harness.toml", "executable": false, "sha256": .string(digest.hex)]],
    ]
    let stated = BundleClaims(
      run: run, trials: [trial(1, "a", claim * 2), trial(2, "b", 0)], replay: nil)
    let archive = try BundleArchive.make(
      [
        "run.json": run.utf8(), "trials.jsonl": trials.flatMap { $0.utf8() + [0x0A] },
        "facts.jsonl": [], "claims.json": stated.json.utf8(),
        "harness/\(harness).json": record.utf8(), "blobs/\(digest.hex)": content,
      ], about: ["run": "r1"], key: signed ? SigningKey(seed: seed) : nil)
    return try archive.bytes()
  }

  static func states(_ bytes: [UInt8], trusted: [VerifyingKey] = []) throws -> [String: String] {
    try with(bytes) { path in
      let check = try BundleCheck(path, trusted: trusted)
      var states: [String: String] = [:]
      for item in check.items { states[item["check"].string ?? ""] = item["state"].string }
      #expect(check.holds == !states.values.contains("fails"))
      return states
    }
  }

  @Test func `a key signs as RFC 8032 says, and checks what it signed`() throws {
    let secret = try #require(
      Hex.bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    let key = try #require(SigningKey(seed: secret))
    #expect(
      key.verifying.text == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    let signature = key.sign([])
    #expect(
      Hex.text(signature)
        == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    #expect(key.verifying.verifies(signature, of: []))
    #expect(!key.verifying.verifies(signature, of: [0]))
    #expect(!key.verifying.verifies([], of: []))
    #expect(SigningKey(seed: [1]) == nil && VerifyingKey(bytes: [1]) == nil)
  }

  @Test func `the same files are the same bytes, which tar reads`() throws {
    #expect(try Self.bundle() == Self.bundle())
    let archive = try Self.with(Self.bundle()) { try BundleArchive.read($0) }
    #expect(archive.files.count == 8)
  }

  @Test func `what holds is said line by line, and what nobody can tell`() throws {
    let states = try Self.states(try Self.bundle())
    #expect(
      states == [
        "archive": "holds", "manifest": "holds", "signature": "holds", "harness": "holds",
        "trials": "holds", "claims": "holds", "origin": "cannot",
      ])
    #expect(try Self.states(try Self.bundle(signed: false))["signature"] == "cannot")
    let key = try #require(SigningKey(seed: Self.seed)).verifying
    let other = try #require(SigningKey(seed: [UInt8](repeating: 7, count: 32))).verifying
    #expect(try Self.states(try Self.bundle(), trusted: [other, key])["signature"] == "holds")
    #expect(try Self.states(try Self.bundle(), trusted: [other])["signature"] == "fails")
    #expect(
      try Self.states(try Self.bundle(signed: false), trusted: [key])["signature"] == "fails")
  }

  @Test func `a claim that the trials do not come to is found, though all hashes hold`() throws {
    let states = try Self.states(try Self.bundle(score: 1, claim: 0.4))
    #expect(states["claims"] == "fails")
    #expect(states["manifest"] == "holds")
  }

  @Test func `what is claimed is the mean of the tasks, with Student's interval over them`() throws
  {
    func trial(_ task: String, _ score: Double, isFinal: Bool = true) -> JSON {
      [
        "candidate": "c1", "digest": .string(task), "split": "dev", "final": .bool(isFinal),
        "score": .double(score),
      ]
    }
    // Two trials of a task are one observation, and an attempt that was not the last is none.
    let claims = BundleClaims(
      run: ["run": "r1"],
      trials: [
        trial("a", 1), trial("b", 1), trial("b", 0), trial("c", 0), trial("c", 1, isFinal: false),
      ], replay: nil
    ).json
    let row = claims["scores"][0]
    #expect(claims["scores"].array?.count == 1 && claims["night"].isNull)
    #expect(row["candidate"] == "c1" && row["split"] == "dev")
    #expect(row["trials"] == 4 && row["tasks"] == 3 && row["mean"].double == 0.5)
    // The standard error is 0.5 / √3, and t at 97.5% of two degrees of freedom 4.302653.
    #expect(abs((row["low"].double ?? 0) - -0.742069) < 1e-5)
    #expect(abs((row["high"].double ?? 0) - 1.742069) < 1e-5)
  }

  @Test func `what no check could read is not packed, and what can be is read again`() throws {
    let contents = ["run.json": [UInt8](repeating: 0x20, count: 700), "claims.json": [1]]
    let made = try BundleArchive.make(contents, about: [:], key: nil)
    let bytes = try made.bytes()
    let largest = made.files.values.map(\.count).max() ?? 0
    func limits(_ files: Int, _ one: Int, _ all: Int) -> ArchiveLimits {
      ArchiveLimits(entries: files, fileBytes: one, totalBytes: all)
    }
    let least = limits(made.files.count, largest, bytes.count)
    _ = try BundleArchive.make(contents, about: [:], key: nil, limits: least)
    let again = try Self.with(bytes) { try BundleArchive.read($0, limits: least) }
    #expect(again.files == made.files)
    for tight in [
      limits(made.files.count - 1, largest, bytes.count),
      limits(made.files.count, largest - 1, bytes.count),
      limits(made.files.count, largest, bytes.count - 1),
    ] {
      let error = #expect(throws: BelayError.self) {
        try BundleArchive.make(contents, about: [:], key: nil, limits: tight)
      }
      #expect(error?.kind == .usage && error?.message.contains("too large for a bundle") == true)
    }
    // Long before a file of it is made.
    try BundleArchive.admit(lines: 400_000, of: 300, "trial")
    #expect(throws: BelayError.self) {
      try BundleArchive.admit(lines: 1_000_000, of: 300, "trial")
    }
  }

  @Test func `no byte can be changed, taken away or added without being found`() throws {
    let whole = try Self.bundle()
    for round in 0..<150 {
      var random = SplitMix(UInt64(round))
      var bytes = whole
      let place =
        round < 75 ? round * whole.count / 75 : Int.random(in: 0..<whole.count, using: &random)
      bytes[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
      let states = try Self.states(bytes)
      #expect(states.values.contains("fails"), "round \(round), byte \(place)")
    }
    for length in stride(from: 0, to: whole.count, by: 611) {
      #expect(try Self.states(Array(whole.prefix(length))).values.contains("fails"))
    }
    #expect(try Self.states(whole + [0]).values.contains("fails"))
  }

  @Test(arguments: [
    "../run.json", "/etc/passwd", "blobs/../../x", "blobs/" + String(repeating: "A", count: 64),
    "other",
  ])
  func `a name that leads anywhere is refused`(name: String) throws {
    let bytes = try TarWriter.archive([name: [1], "manifest.json": Array("{}".utf8)])
    #expect(try Self.states(bytes)["archive"] == "fails")
  }

  @Test func `two files of one name, a link and a bomb are refused`() throws {
    let one = try TarWriter.archive(["run.json": [1]])
    #expect(try Self.states(Array(one.dropLast(1024)) + one)["archive"] == "fails")
    var link = one
    link[156] = UInt8(ascii: "2")
    #expect(try Self.states(link)["archive"] == "fails")
    var bomb = one
    for (index, digit) in "77777777777".utf8.enumerated() { bomb[124 + index] = digit }
    #expect(try Self.states(bomb)["archive"] == "fails")
    #expect(try Self.states([0x1F, 0x8B, 8, 0])["archive"] == "fails")
  }
}
