internal import Base
package import Console
internal import Facts
internal import Ledger
internal import NightLog
internal import NightPages
internal import Platform
internal import Report
internal import Workbench

/// A person's word on which candidate is used: recorded, and never done by a night.
package enum PromoteCommands {
  static let candidate = Argument(
    ValueKind<CandidateID>.id("CAND"), "The candidate, by its id in the lab: c12")
  static let name = Option("as", .text("NAME"), default: "champion", "Under which name")
  static let reason = Option(required: "reason", .text("WHY"), "Why; recorded and shown")
  static let suite = Option(
    "suite", .path("SUITE"), "The suite; else that of the candidate's newest run")

  package static let promote = Command(
    "promote", in: .decide, "Record that a candidate is the one to use",
    discussion: """
      A night adopts for itself; a person promotes. What is promoted is a row in the lab with a reason and a \
      name: no file is changed. 'belay checkout' writes its files, 'belay revert' goes back.
      """,
    takes: [candidate, name, reason, suite],
    examples: [
      Example(
        "belay promote c12 --as champion --reason 'beats the baseline on the vault'",
        "it is the one")
    ],
    output: .page("champions", compact: ["candidate", "name", "at"])
  ) { call in
    let id = call[Self.candidate]
    let reader = try LabWord.reader(call)
    _ = try reader.candidate(id)
    let suite = try place(of: id, reader, call)
    if VerifiedMark.read(try reader.runs())[id]?.confirmed ?? 0 == 0 {
      call.output.note("\(id) was not confirmed with fresh seeds: belay verify \(id)")
    }
    try await record(id, on: suite, because: call[Self.reason], call)
    try show(suite, call)
    return .ok
  }

  package static let revert = Command(
    "revert", in: .decide, "Go back to the champion before the one that is promoted now",
    takes: [name, suite, reason],
    examples: [Example("belay revert --reason 'too slow on large files'", "the one before")],
    output: .page("champions", compact: ["candidate", "name", "at"])
  ) { call in
    let reader = try LabWord.reader(call)
    let suite = try promoted(reader, call)
    let page = ChampionPage(
      suite: suite.name, name: call[Self.name], records: try reader.champions(of: suite.digest))
    guard let current = page.current, let previous = page.previous else {
      throw BelayError(
        .notFound,
        page.current.map { "there was no \(call[Self.name].printable()) before \($0)" }
          ?? "nobody was promoted as \(call[Self.name].printable()) on this suite",
        place: suite.name, hint: "belay promote CAND --reason '…'")
    }
    try await record(
      previous, on: suite, because: ChampionPage.revert(of: current, because: call[Self.reason]),
      call)
    try show(suite, call)
    return .ok
  }

  private static func place(of candidate: CandidateID, _ reader: LedgerReader, _ call: Call) throws
    -> SuiteFact
  {
    if let named = call[Self.suite] {
      return try reader.suite(SuiteWord.recorded(named, reader, call))
    }
    guard let run = try reader.runs().first(where: { $0.candidates.contains(candidate) }) else {
      throw BelayError(
        .usage, "\(candidate) was never run, so that its suite is not known",
        hint: "--suite SUITE")
    }
    return try reader.suite(run.fact.suite.hex)
  }

  // Without a word, the suite on which somebody was promoted last.
  private static func promoted(_ reader: LedgerReader, _ call: Call) throws -> SuiteFact {
    if let named = call[Self.suite] {
      return try reader.suite(SuiteWord.recorded(named, reader, call))
    }
    var newest: (at: Timestamp, suite: SuiteFact)?
    for suite in try reader.suites() {
      guard
        let last = try reader.champions(of: suite.digest).first(where: {
          $0.name == call[Self.name]
        })
      else { continue }
      if newest.map({ $0.at < last.at }) ?? true { newest = (last.at, suite) }
    }
    guard let newest else {
      throw BelayError(
        .notFound, "nobody was promoted as \(call[Self.name].printable()) in this lab",
        place: reader.path, hint: "belay promote CAND --reason '…'")
    }
    return newest.suite
  }

  private static func record(
    _ candidate: CandidateID, on suite: SuiteFact, because reason: String, _ call: Call
  ) async throws {
    let environment = call.surroundings.environment
    let author = environment["USER"] ?? environment["LOGNAME"] ?? "uid \(ProcessIdentity.uid)"
    let ledger = try await LabWord.resolve(call).open()
    do {
      try await ledger.promote(
        candidate, of: suite.digest, as: call[Self.name], by: author, reason: reason,
        at: call.surroundings.clock.now)
    } catch {
      try? await ledger.close()
      throw error
    }
    try await ledger.close()
  }

  private static func show(_ suite: SuiteFact, _ call: Call) throws {
    try call.show(
      ChampionPage(
        suite: suite.name, name: call[Self.name],
        records: try LabWord.reader(call).champions(of: suite.digest)))
  }
}
