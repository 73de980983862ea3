internal import Base
internal import Climb
internal import Facts
internal import Glibc
internal import Harness
public import Layout
internal import NightLog
internal import Platform
public import Signing
internal import Stats

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

  struct Line: Sendable {
    let name: String
    let state: State
    let sentence: String
  }

  let path: String
  private(set) var lines: [Line] = []
  private(set) var claims: JSON = .null
  private(set) var manifest: JSON = .null
  private(set) var signer: String?

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
      let run = try archive.json("run.json")
      checkHead(run)
      let trials = try archive.lines("trials.jsonl")
      if let records = try facts(archive) {
        let replay = try NightReplay(records)
        let told = replay?.told ?? Self.tried(run, trials)
        // A bundle that is made for one candidate has its harness too.
        let named = run["candidate"].isNull ? [] : [run["candidate"].string ?? ""]
        try checkHarnesses(archive, run, told: told.map { "\($0)" } + named)
        checkDecisions(run, replay)
        if checkTasks(run, trials, replay) { checkTrials(trials, replay) }
        if let replay { checkCandidates(run, replay) }
        let costs = BundleCosts(
          calls: try archive.lines(BundleArchive.callsName),
          lists: try archive.lines(BundleArchive.pricesName))
        if let said = costs.verdict(trials) { say("prices", said.state, said.sentence) }
        checkClaims(
          archive, BundleClaims(run: run, trials: trials, replay: replay, costs: costs).json)
      }
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

  // The manifest's head is what a reader is shown: of what run it is, and whether that was a rehearsal.
  private mutating func checkHead(_ run: JSON) {
    for key in ["run", "belay", "rehearsal", "candidate"] where manifest[key] != run[key] {
      say("manifest", .fails, "what it says of '\(key)' is not what run.json says")
    }
    if manifest["suite"] != run["suite"]["digest"] {
      say("manifest", .fails, "what it says of the suite is not what run.json says")
    }
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

  /// Everybody whom a run that is no night says something of.
  private static func tried(_ run: JSON, _ trials: [JSON]) -> [CandidateID] {
    let named = (run["candidates"].array ?? []) + trials
    return Set(named.compactMap { $0["candidate"].string.flatMap { CandidateID($0) } }).sorted()
  }

  private mutating func checkHarnesses(
    _ archive: BundleArchive, _ run: JSON, told: [String]
  ) throws(BelayError) {
    var known: [String: String] = [:]
    for candidate in run["candidates"].array ?? [] {
      known[candidate["candidate"].string ?? ""] = candidate["harness"].string
    }
    var made: Set<String> = []
    var imported = 0
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
      // What another program ran has no files here: what that said of its agent stands for it.
      let isImported =
        files.isEmpty && record["kind"] == "harbor"
        && Digest.of(record["definition"].text()).hex == digest
      if isImported { imported += 1 }
      guard name == "harness/\(digest).json", known[record["candidate"].string ?? ""] == digest,
        isBuiltIn || isImported || Harness.digest(of: files).hex == digest
      else {
        return say("harness", .fails, "the files of \(name.printable()) do not make its digest")
      }
      made.insert(record["candidate"].string ?? "")
    }
    if let missing = told.first(where: { !made.contains($0) }) {
      return say("harness", .fails, "the harness of \(missing.printable()) is missing")
    }
    guard !made.isEmpty else {
      return say("harness", .cannot, "the run tried no harness: there is none to check")
    }
    guard imported == 0 else {
      let what = imported == 1 ? "1 harness" : "\(imported) harnesses"
      return say(
        "harness", .cannot, "\(what) ran in Harbor: known by name and version, not by any files")
    }
    say(
      "harness", .holds,
      "the files of \(made.count) \(made.count == 1 ? "harness" : "harnesses") make the digests of the run"
    )
  }

  private mutating func facts(_ archive: BundleArchive) throws(BelayError) -> [NightRecord]? {
    var records: [NightRecord] = []
    for line in try archive.lines("facts.jsonl") {
      guard let record = NightRecord(line) else {
        say("facts", .fails, "a fact cannot be read")
        return nil
      }
      records.append(record)
    }
    return records
  }

  private mutating func checkDecisions(_ run: JSON, _ replay: NightReplay?) {
    let isNight = run["type"].string == RunType.night.rawValue
    guard let replay, isNight else {
      if isNight { say("decisions", .fails, "a night without its facts") }
      if replay != nil { say("decisions", .fails, "facts of a night, in a run that is none") }
      return
    }
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
  }

  private mutating func checkClaims(_ archive: BundleArchive, _ claims: JSON) {
    self.claims = claims
    // As bytes: a number that is whole is one whichever way it was counted.
    let holds = archive.files["claims.json"] == claims.utf8()
    say(
      "claims", holds ? .holds : .fails,
      holds
        ? "scores, intervals, races and the vault come out the same from the recorded trials"
        : "what is claimed is not what the recorded trials come to")
  }

  // A task under another name or digest would make two tasks of one, or one of two: a score is a mean of tasks.
  private mutating func checkTasks(_ run: JSON, _ trials: [JSON], _ replay: NightReplay?) -> Bool {
    func task(_ name: JSON, _ digest: JSON, _ split: JSON) -> [JSON] { [name, digest, split] }
    let known = Set(
      (run["tasks"].array ?? []).map { task($0["name"], $0["digest"], $0["split"]) })
    for trial in trials {
      let order = trial["number"].int.flatMap { replay?.orders[$0] }
      let isTwin =
        order.flatMap { order in
          replay.map { $0.tasks.indices.contains(order.task) && $0.tasks[order.task].twinOf != nil }
        } ?? false
      // The twin of a task is known to its own suite alone.
      guard isTwin || known.contains(task(trial["task"], trial["digest"], trial["split"])) else {
        say("trials", .fails, "\(Self.name(trial).printable()) is of no task of the run")
        return false
      }
    }
    return true
  }

  private static func name(_ trial: JSON) -> String { trial["trial"].string ?? "" }

  // A trial that is there twice would weigh double, or stand in for one that was left out.
  private mutating func checkTrials(_ trials: [JSON], _ replay: NightReplay?) {
    func name(_ trial: JSON) -> String { Self.name(trial) }
    var names: Set<String> = []
    if let twice = trials.first(where: { !names.insert(name($0)).inserted }) {
      return say("trials", .fails, "\(name(twice).printable()) is there twice")
    }
    guard let replay else {
      return say(
        "trials", .holds,
        "\(Figure.plural(trials.count, "trial")), each of a task of the run, none twice")
    }
    var seen: Set<Int> = []
    for trial in trials {
      guard let number = trial["number"].int, let order = replay.orders[number] else {
        return say("trials", .fails, "\(name(trial).printable()) was never ordered by the night")
      }
      let task = replay.tasks.indices.contains(order.task) ? replay.tasks[order.task] : nil
      // The twin of a task is known to its own suite alone.
      let isTask =
        task.map { task in
          task.twinOf != nil
            || (task.name == trial["task"].string && task.split.rawValue == trial["split"].string)
        } ?? false
      guard isTask,
        trial["candidate"].string == replay.candidates[order.candidate].map({ "\($0)" })
      else {
        return say(
          "trials", .fails, "\(name(trial).printable()) is not the trial that the night ordered")
      }
      guard let known = replay.scores[number] else { continue }
      guard seen.insert(number).inserted, trial["score"].double == known else {
        return say(
          "trials", .fails, "\(name(trial).printable()) is not what the night decided by")
      }
    }
    let missing = replay.scores.count - seen.count
    say(
      "trials", missing == 0 ? .holds : .fails,
      missing == 0
        ? "the night decided by the \(seen.count) scores that its trials have"
        : "\(missing) scores that the night decided by belong to no trial")
  }

  // The harness files make the run's digests; the run's digests have to be what the night put together.
  private mutating func checkCandidates(_ run: JSON, _ replay: NightReplay) {
    let listed = run["candidates"].array ?? []
    for candidate in listed {
      let name = candidate["candidate"].string ?? ""
      guard let id = CandidateID(name), let harness = replay.harnesses[id],
        harness == candidate["harness"].string
      else {
        return say("candidates", .fails, "\(name.printable()) is not what the night put together")
      }
    }
    say(
      "candidates", .holds,
      "the run's \(Figure.plural(listed.count, "candidate")) have the digests that the night put together"
    )
  }
}
