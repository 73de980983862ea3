import Base
import Facts
import Interchange
import Ledger
import Platform
import Testing

@testable import Exchange

@Suite struct ExportTests {
  private func lines(_ write: ((String) throws -> Void) throws -> Void) throws -> [String] {
    var lines: [String] = []
    try write { lines.append($0) }
    return lines
  }

  @Test func `CSV has one line per trial and nothing that runs or acts`() async throws {
    try await Night.with { reader, _ in
      let export = try Export(reader, TrialFilter(run: RunID(1)))
      let lines = try lines { try export.csv($0) }
      #expect(lines.count == 9)
      #expect(lines.allSatisfy { $0.hasSuffix("\r\n") })
      #expect(lines[0].hasPrefix("run,candidate,harness,harness_id,suite,"))
      #expect(lines[2].contains(",limit,wall,,0,0,1600,700,,,,,,"))
      #expect(lines[4].contains(",2,true,limit,"))
      #expect(!lines.joined().contains("\u{1B}"))
    }
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("-1.5", "-1.5"),
    ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""), ("@cmd", "'@cmd"), ("-a", "'-a"),
    ("two\nlines", "two\\nlines"), ("", ""),
  ]) func `a field is quoted where needed and never a formula`(_ value: String, _ field: String) {
    #expect(CSVLine.field(value) == field)
  }

  @Test func `JSON lines hold each trial with all its attempts`() async throws {
    try await Night.with { reader, _ in
      let export = try Export(reader, TrialFilter(run: RunID(1)))
      let records = try lines { try export.jsonLines($0) }.map { try JSON.parse($0) }
      #expect(records.count == 8)
      #expect(records[3]["attempts"].array?.count == 2)
      #expect(records[3]["attempts"][0]["outcome"] == "sandbox_failed")
      #expect(records[0]["harness"]["name"] == "base")
      #expect(records[0]["suite"] == "shell")
    }
  }

  @Test func `a valid trajectory is copied, an invalid one replaced by what is known`() async throws
  {
    try await Night.with { reader, lab in
      let folder = Path.join(lab, "atif")
      let summary = try Export(reader, TrialFilter(run: RunID(1))).atif(to: folder)
      #expect(summary.trials == 8)
      let copied = try JSON.parse(try Files.readText(Path.join(folder, "t1.json")))
      #expect(copied == Night.trajectory)
      #expect(throws: BelayError.self) {
        try Export(reader, TrialFilter(run: RunID(1))).atif(to: folder)
      }
    }
  }

  @Test func `a derived trajectory is valid and claims no model calls`() async throws {
    try await Night.with { reader, _ in
      let trial = try reader.trial(TrialID(2))
      let attempt = try #require(trial.attempts.last)
      let log = try #require(attempt.files.first)
      let document = AtifDocument.minimal(
        trial.trial, attempt, try reader.candidate(CandidateID(1)), log: log, logText: "printed")
      #expect(Atif.read(document.utf8(), file: "derived").isValid)
      #expect(document["steps"][1]["llm_call_count"].isNull)
      #expect(document["final_metrics"]["total_prompt_tokens"].isNull)
      #expect(document["extra"]["belay"]["outcome"] == "limit")
    }
  }

  @Test func `a job folder has Harbor's shape, keeps retries and stays inside`() async throws {
    try await Night.with { reader, lab in
      let folder = Path.join(lab, "job")
      let summary = try Export.harbor(reader, run: RunID(1), to: folder)
      #expect(summary.trials == 8 && summary.pending == 0)
      func json(_ path: String) throws -> JSON {
        try JSON.parse(try Files.readText(Path.join(folder, path)))
      }
      let job = try json("result.json")
      #expect(job["n_total_trials"] == 8)
      #expect(job["stats"]["n_errored_trials"] == 4)
      #expect(job["stats"]["evals"]["base__shell"]["n_trials"] == 8)
      #expect(
        job["stats"]["evals"]["base__shell"]["exception_stats"]["AgentTimeoutError"].array?.count
          == 4)
      #expect(job["stats"]["evals"]["base__shell"]["metrics"][0]["reward"].double == 0.5)
      #expect(job["stats"]["n_retries"] == 1)
      #expect(job["stats"]["cost_usd"].isNull)
      let trial = try json("first__t000002/result.json")
      #expect(trial["verifier_result"]["rewards"] == ["reward": 0, "style": 0.5])
      #expect(trial["exception_info"]["exception_type"] == "AgentTimeoutError")
      #expect(trial["agent_execution"]["finished_at"].string?.hasSuffix("Z") == true)
      #expect(try json("steps__t000008/result.json")["step_results"].array?.count == 2)
      #expect(Files.isFile(Path.join(folder, "first__t000002/verifier/reward.txt")))
      #expect(Files.isFile(Path.join(folder, "first__t000002/artifacts/app/etc/x\\u{1b}")))
      #expect(try json("lock.json")["trials"].array?.count == 8)
      for entry in try Files.walk(folder) {
        #expect(entry.kind != .link)
        #expect(!entry.path.unicodeScalars.contains { $0.value < 32 })
      }
    }
  }

  @Test func `paths that meet once they are harmless are kept apart`() throws {
    let path = "/tmp/belay-export-\(Files.randomName())"
    defer { try? Files.removeTree(path) }
    var folder = try ExportFolder(path)
    for name in [
      "a", "../a", "a/b", "a/c/d", "a/c", "./a", "/", "", String(repeating: "x/", count: 3000),
    ] {
      try folder.write(Array(name.utf8.prefix(3)), name)
    }
    #expect(folder.summary.files == 9)
    #expect(try Files.walk(path).filter { $0.kind == .regular }.count == 9)
    #expect(try Files.readText(Path.join(path, "a")) == "a")
  }
}
