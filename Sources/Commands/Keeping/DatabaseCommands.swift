internal import Base
internal import Console
internal import Facts
internal import Layout
internal import Ledger
internal import Night
internal import Platform
internal import Workbench

/// The noun `db`: proof and copy of the ledger.
enum DatabaseCommands {
  static let file = Argument(.path("FILE"), "The new file; a ledger that can be opened as it is")

  static let check = Command(
    "check", in: .upkeep, "Prove the ledger: pages, references, blobs by hash, sums by recounting",
    discussion: "Ends with 1 when something is wrong; the ledger is only read.",
    examples: [Example("belay db check", "is everything there, and as it was written?")],
    output: .page("db-check", compact: ["fault"])
  ) { call in
    let lab = try LabWord.resolve(call)
    let result = try lab.reader().check()
    let page = Page(
      items: result.faults.map { ["fault": .string($0)] },
      counts: [
        "faults": result.faults.count, "runs": result.runs, "trials": result.trials,
        "attempts": result.attempts, "calls": result.calls, "steps": result.steps,
        "blobs": result.blobs,
      ],
      hints: result.isSound ? [] : ["belay db backup FILE"],
      fields: [
        "sound": .bool(result.isSound), "lab": .string(lab.path),
        "blob_bytes": .int(result.blobBytes),
      ])
    try call.output.page(page) { width in
      let seen = [
        Figure.plural(result.runs, "run"), Figure.plural(result.trials, "trial"),
        Figure.plural(result.attempts, "attempt"), Figure.plural(result.calls, "call"),
        Figure.plural(result.steps, "step"),
        "\(Figure.plural(result.blobs, "blob")) of \(Figure.bytes(result.blobBytes))",
      ]
      let verdict = result.isSound ? "sound" : Figure.plural(result.faults.count, "fault")
      return Prose.text(
        result.faults.flatMap { Prose.wrap($0, width: width, indent: 2) }
          + Prose.parts(["\(lab.path): \(verdict)"] + seen, width: width, indent: 2))
    }
    return result.isSound ? .ok : ExitCode(.internal)
  }

  static let backup = Command(
    "backup", in: .upkeep, "Copy the ledger as it is now, also while it is written to",
    takes: [file],
    examples: [Example("belay db backup /backups/night.sqlite", "a copy that is proved")],
    output: .page("db-backup", compact: ["path"])
  ) { call in
    let lab = try LabWord.resolve(call)
    let target = Path.absolute(call[file], from: call.surroundings.workingDirectory)
    try lab.reader().backUp(to: target)
    try call.output.page(
      Page(items: [["path": .string(target), "lab": .string(lab.path)]])
    ) { _ in "copied the ledger of \(lab.path) to \(target)" }
    return .ok
  }

  static let night = Argument(optional: .text("RUN"), "A night; the last one by default")

  static let digest = Command(
    "digest", in: .upkeep, "One hash over what a night decided and what came of it",
    discussion: """
      Decisions, outcomes, rewards, answers, edits and ids, without times and what the machine used: a night
      that was killed and resumed has the digest of one that was not.
      """,
    takes: [night],
    examples: [Example("belay db digest r12", "to compare two labs")],
    output: .page("db-digest", compact: ["run", "digest"])
  ) { call in
    let reader = try LabWord.reader(call)
    let run = try NightWord.run(call[night], reader)
    let digest = try reader.nightDigest(run.id)
    try call.output.page(
      Page(items: [["run": .string("\(run.id)"), "digest": .string(digest.hex)]])
    ) { _ in "\(digest.hex)  \(run.id)" }
    return .ok
  }

  static let command = Command(
    "db", in: .upkeep, "The ledger's file", commands: [check, backup, digest])
}
