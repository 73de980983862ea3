internal import Base
internal import ClimbAudit
internal import Climbs
package import Console
internal import Exchange
internal import Facts
internal import Ledger
internal import Night
internal import NightPages
internal import NightReading
internal import Platform
internal import Workbench

/// `belay audit`: what a night's climb is worth, whoever ran the night.
package enum AuditCommand {
  static let what = Argument(
    .path("NIGHT"),
    "A file or folder of another tool, or a night of this lab: r12")
  static let noise = Option(
    "noise", .number("SD", 1e-12...1e9),
    "How far the scores of two runs of the same thing vary (standard deviation of one)")
  static let tasks = Option(
    "tasks", .whole("N", 1...1_000_000), "How many tasks a score is the mean of")
  static let metric = Option("metric", .text("NAME"), "The column or scorer that counts")
  static let lower = Flag("lower", "Less is better")
  static let higher = Flag("higher", "More is better")

  package static let command = Command(
    "audit", in: .decide, "Say how much of a claimed climb is noise, whoever ran the night",
    discussion: """
      Reads results.tsv of autoresearch and AutoAgent, Meta-Harness's evolution_summary.jsonl, GEPA's run folders \
      and results, Inspect's logs (.eval, .json), Harbor's jobs, and nights of this lab; needs no lab for files. \
      Judges every keep by pairs of trials where there are any, else by the noise that the file itself shows \
      (repeats, trials, numbers of tasks) or that you give, and says how far the best is overstated for having \
      been chosen. What cannot be told is said to be so.
      """,
    takes: [what, noise, tasks, metric, lower, higher],
    examples: [
      Example("belay audit results.tsv", "an autoresearch night"),
      Example("belay audit results.tsv --noise 0.0012", "with a noise that you measured"),
      Example("belay audit runs/gepa", "GEPA's run folder"),
      Example("belay audit r12", "a night of this lab"),
    ],
    output: .list("audit", compact: ["name", "gain", "believed", "word"]),
    reading: .untrusted(
      "items.name", "items.description", "items.over", "metric", "notes", "place")
  ) { call in
    guard !(call[lower] && call[higher]) else {
      throw BelayError(.usage, "--lower and --higher exclude each other")
    }
    let climb: ClaimedClimb
    if let run = RunID(call[what]), !Files.isFile(call[what]), !Files.isDirectory(call[what]) {
      climb = try ownClimb(run, call)
    } else {
      var hints = ClimbReader.Hints()
      hints.metric = call[metric]
      hints.lowerIsBetter = call[lower] ? true : call[higher] ? false : nil
      climb = try ClimbReader(hints).read(
        Path.absolute(call[what], from: call.surroundings.workingDirectory))
    }
    try call.show(
      AuditPage(
        ClimbAudit(climb, noise: call[noise], tasks: call[tasks]), place: call[what],
        limit: call.limit ?? .max))
    return .ok
  }

  private static func ownClimb(_ run: RunID, _ call: Call) throws -> ClaimedClimb {
    let reader = try LabWord.reader(call)
    let night = try NightWord.run("\(run)", reader)
    let view = try NightView.read(reader, run: night.id, clock: call.surroundings.clock)
    return NightClimb.climb(
      try reader.nightFacts(night.id), run: "\(run)", rehearsal: night.fact.rehearsal,
      settled: MorningPage(view).settled)
  }
}
