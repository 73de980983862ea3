public import Base
internal import Climb
internal import Glibc
internal import Harness
public import Layout
internal import NightLog
internal import Platform
internal import Stats
public import Signing

/// What holds of a bundle, line by line, from nothing but its bytes.
public struct BundleCheck: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.bundle-check/1"

  /// How a line came out.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// It holds.
    case holds
    /// It does not.
    case fails
    /// Nobody can tell from a bundle.
    case cannot
  }

  private struct Line: Sendable {
    let name: String
    let state: State
    let sentence: String
  }

  private let path: String
  private var lines: [Line] = []
  private var claims: JSON = .null
  private var manifest: JSON = .null
  private var signer: String?

  /// Whether nothing failed.
  public var holds: Bool { !lines.contains { $0.state == .fails } }

  /// Checks a bundle; `trusted` are the keys that its reader trusts, none for any.
  public init(_ path: String, trusted: [VerifyingKey]) throws {
    self.path = path
    guard Files.kind(path) != nil else {
      throw BelayError(.notFound, "no such bundle", place: path, hint: "belay verify --help")
    }
    do throws(BelayError) {
      let archive = try BundleArchive.read(path)
      say("archive", .holds, "exactly as Belay writes it, \(archive.files.count) files")
      guard checkManifest(archive) else { return }
      checkSignature(archive, trusted)
      try checkHarnesses(archive)
      try checkFigures(archive)
    } catch {
      guard error.kind != .notFound else { throw error }
      say("archive", .fails, error.message)
    }
    say(
      "origin", .cannot,
      "that these trials were run as they are recorded, on these models and tasks: whoever signs vouches for it"
    )
  }

  private mutating func say(_ name: String, _ state: State, _ sentence: String) {
    lines.append(Line(name: name, state: state, sentence: sentence))
  }

  private mutating func checkManifest(_ archive: BundleArchive) -> Bool {
    guard let manifest = try? archive.json(BundleArchive.manifestName),
      manifest["schema"].string == BundleArchive.schema, let listed = manifest["files"].array
    else {
      say("manifest", .fails, "there is no manifest of \(BundleArchive.schema)")
      return false
    }
    self.manifest = manifest
    var open = Set(archive.files.keys).subtracting([
      BundleArchive.manifestName, BundleArchive.signatureName,
    ])
    for file in listed {
      let name = file["name"].string ?? ""
      guard open.remove(name) != nil, let bytes = archive.files[name],
        file["bytes"].int == bytes.count, file["sha256"].string == Digest.of(bytes).hex
      else {
        say("manifest", .fails, "\(name.printable()) is not what the manifest says")
        return false
      }
    }
    guard open.isEmpty else {
      say("manifest", .fails, "\(open.sorted()[0]) is not in the manifest")
      return false
    }
    say("manifest", .holds, "\(listed.count) files have the hashes that it states")
    return true
  }

  private mutating func checkSignature(_ archive: BundleArchive, _ trusted: [VerifyingKey]) {
    guard let bytes = archive.files[BundleArchive.signatureName] else {
      let word: State = trusted.isEmpty ? .cannot : .fails
      return say("signature", word, "unsigned: anybody may have made it")
    }
    guard let signature = try? JSON.parse(bytes), signature["algorithm"] == "ed25519",
      signature.object?.count == 3,
      let key = signature["public_key"].string.flatMap({ Hex.bytes($0) }).flatMap({
        VerifyingKey(bytes: $0)
      }), signature["public_key"].string == key.text,
      let sum = signature["signature"].string.flatMap({ Hex.bytes($0) }),
      signature["signature"].string == Hex.text(sum), signature.utf8() == bytes,
      key.verifies(sum, of: archive.files[BundleArchive.manifestName] ?? [])
    else { return say("signature", .fails, "the signature is not that of this manifest") }
    signer = key.text
    guard !trusted.isEmpty else {
      return say(
        "signature", .holds,
        "by the key \(key.text); whether to trust it is yours to say: --trusted")
    }
    say(
      "signature", trusted.contains(key) ? .holds : .fails,
      trusted.contains(key)
        ? "by the trusted key \(key.text)" : "by the key \(key.text), which is not trusted")
  }

  private mutating func checkHarnesses(_ archive: BundleArchive) throws(BelayError) {
    let run = try archive.json("run.json")
    var known: [String: String] = [:]
    for candidate in run["candidates"].array ?? [] {
      known[candidate["candidate"].string ?? ""] = candidate["harness"].string
    }
    var count = 0
    for name in archive.files.keys.sorted() where name.hasPrefix("harness/") {
      let record = try archive.json(name)
      var files: [HarnessFile] = []
      for file in record["files"].array ?? [] {
        guard let sum = file["sha256"].string, let bytes = archive.files["blobs/\(sum)"],
          Digest.of(bytes).hex == sum
        else {
          return say("harness", .fails, "a file of \(name) is missing")
        }
        files.append(
          HarnessFile(
            path: file["path"].string ?? "", isExecutable: file["executable"].bool ?? false,
            content: bytes))
      }
      let digest = record["digest"].string ?? ""
      let isBuiltIn = files.isEmpty && Harness.builtIn(named: record["kind"].string ?? "") != nil
      guard name == "harness/\(digest).json", known[record["candidate"].string ?? ""] == digest,
        isBuiltIn || Harness.digest(of: files).hex == digest
      else {
        return say("harness", .fails, "the files of \(name.printable()) do not make its digest")
      }
      count += 1
    }
    say(
      "harness", .holds,
      "the files of \(count) \(count == 1 ? "harness" : "harnesses") make the digests of the run")
  }

  private mutating func checkFigures(_ archive: BundleArchive) throws(BelayError) {
    let run = try archive.json("run.json")
    let trials = try archive.lines("trials.jsonl")
    var records: [NightRecord] = []
    for line in try archive.lines("facts.jsonl") {
      guard let record = NightRecord(line) else {
        return say("facts", .fails, "a fact cannot be read")
      }
      records.append(record)
    }
    let replay = try NightReplay(records)
    if let replay {
      if !replay.isOfThisEdition {
        say(
          "decisions", .cannot,
          "another version of Belay decided the night: whether its decisions follow from their facts, that version can say"
        )
      } else if let deviation = replay.deviation {
        say("decisions", .fails, deviation)
      } else {
        say(
          "decisions", .holds,
          "\(replay.decisions) decisions, \(Figure.plural(replay.races.count, "race")) among them, follow from the facts before them"
        )
      }
      checkTrials(trials, replay)
    }
    claims = BundleClaims(run: run, trials: trials, replay: replay).json
    // As bytes: a number that is whole is one whichever way it was counted.
    let holds = archive.files["claims.json"] == claims.utf8()
    say(
      "claims", holds ? .holds : .fails,
      holds
        ? "scores, intervals, races and the vault come out the same from the recorded trials"
        : "what is claimed is not what the recorded trials come to")
  }

  private mutating func checkTrials(_ trials: [JSON], _ replay: NightReplay) {
    var seen = 0
    for trial in trials {
      guard let number = trial["number"].int, let known = replay.scores[number] else { continue }
      seen += 1
      let candidate = replay.candidates[known.candidate].map { "\($0)" }
      guard trial["score"].double == known.score, trial["candidate"].string == candidate else {
        return say(
          "trials", .fails,
          "\((trial["trial"].string ?? "").printable()) is not what the night decided by")
      }
    }
    say(
      "trials", seen == replay.scores.count ? .holds : .fails,
      seen == replay.scores.count
        ? "the night decided by the \(seen) scores that its trials have"
        : "\(replay.scores.count - seen) scores that the night decided by belong to no trial")
  }
}

extension BundleCheck {
  /// One record per line.
  public var items: [JSON] {
    lines.map {
      [
        "check": .string($0.name), "state": .string($0.state.rawValue),
        "sentence": .string($0.sentence),
      ]
    }
  }

  /// How many lines came out how.
  public var counts: [String: Int] {
    var counts: [String: Int] = [:]
    for state in State.allCases { counts[state.rawValue] = lines.count { $0.state == state } }
    return counts
  }

  /// What was recomputed, and who signed.
  public var fields: [String: JSON] {
    [
      "bundle": .string(path), "holds": .bool(holds), "signer": .optional(signer),
      "run": manifest["run"], "suite": manifest["suite"], "belay": manifest["belay"],
      "rehearsal": manifest["rehearsal"], "claims": claims,
    ]
  }

  /// The page as lines, the verdict first.
  public func text(width: Int) -> String {
    var text = Prose.wrap(
      "Bundle  \(path)  \(manifest["run"].string ?? "")", width: width, indent: 2)
    let word =
      holds ? "What can be checked holds." : "It does not hold: do not rely on what it claims."
    text += Prose.wrap("verdict  \(word)", width: width, indent: 9)
    if let rehearsal = manifest["rehearsal"].string {
      text += Prose.wrap("         \(rehearsal)", width: width, indent: 9)
    }
    let night = claims["night"]
    let vault = night["vault"]
    if holds, let mean = vault["mean"].double, let low = vault["low"].double,
      let high = vault["high"].double
    {
      let sides =
        "\(night["champion"].string ?? "") against \(night["baseline"].string ?? "")"
      let interval =
        "[\(Figure.percent(low, signed: true)), \(Figure.percent(high, signed: true))]"
      text += Prose.wrap(
        "vault    \(sides): \(Figure.percent(mean, signed: true)) pp \(interval) over \(vault["tasks"].int ?? 0) sealed tasks",
        width: width, indent: 9)
    }
    for line in lines {
      let mark = line.state == .holds ? "holds " : line.state == .fails ? "FAILS " : "cannot"
      text += Prose.wrap(
        "  \(mark)  \(line.name): \(line.sentence)", width: width, indent: 10)
    }
    return Prose.text(text)
  }
}
