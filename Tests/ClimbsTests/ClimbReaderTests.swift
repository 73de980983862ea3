import Base
import Platform
import Seeded
import Testing

@testable import Climbs

/// Other tools' files, written here in exactly their forms: the figures are made up.
@Suite struct ClimbReaderTests {
  static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = "/tmp/belay-climbs-\(Files.randomName())"
    try Files.makeDirectory(folder)
    defer { try? Files.removeTree(folder) }
    return try body(folder)
  }

  static func read(_ name: String, _ text: String, _ hints: ClimbReader.Hints = .init()) throws
    -> ClaimedClimb
  {
    try with { folder in
      let path = Path.join(folder, name)
      try Files.write(Array(text.utf8), to: path)
      return try ClimbReader(hints).read(path)
    }
  }

  static let autoresearch = """
    commit\tval_bpb\tmemory_gb\tstatus\tdescription
    a1b2c3d\t0.997900\t44.0\tkeep\tbaseline
    b2c3d4e\t0.993200\t44.2\tkeep\tincrease LR to 0.04
    c3d4e5f\t1.005000\t44.0\tdiscard\tswitch to GeLU\tactivation
    d4e5f6a\t0.000000\t0.0\tcrash\tdouble model width (OOM)
    e5f6a7b\t0.992900\t44.2\tkeep\trandom seed 42 -> 137
    b2c3d4e\t0.993900\t44.2\tdiscard\tthe same commit again
    """

  @Test func `autoresearch's table is read, a crash has no score, and repeats are seen`() throws {
    let climb = try Self.read("results.tsv", Self.autoresearch)
    #expect(climb.metric == "val_bpb")
    #expect(climb.lowerIsBetter && !climb.isShare)
    #expect(climb.steps.map(\.fate) == [.baseline, .kept, .discarded, .failed, .kept, .discarded])
    #expect(climb.steps[3].score == nil)
    #expect(climb.steps[2].description == "switch to GeLU activation")
    #expect(climb.steps.map(\.repeats) == [nil, nil, nil, nil, 1, 1])
    #expect(climb.claimed == 4)
    #expect(climb.steps[4].costUSD == nil)
  }

  @Test func `AutoAgent's table has counts, results of tasks and money`() throws {
    let climb = try Self.read(
      "results.tsv",
      """
      commit\tavg_score\tpassed\ttask_scores\tcost_usd\tstatus\tdescription
      aaaaaaa\t0.50\t2/4\t1,0,1,0\t1.25\tkeep\tbaseline
      bbbbbbb\t0.75\t3/4\t1,1,1,0\tN/A\tkeep\tread the tests first
      ccccccc\t0.25\t1/4\t{"a": 1, "b": 0}\t2\tdiscard\tno
      """)
    #expect(climb.isShare && !climb.lowerIsBetter)
    #expect(climb.steps[1].trials == ["1": [1], "2": [1], "3": [1], "4": [0]])
    #expect(climb.steps.map(\.costUSD) == [1.25, nil, 2])
    #expect(climb.steps[2].trials == ["a": [1], "b": [0]])
    #expect(climb.steps.map(\.tasks) == [4, 4, 4])
  }

  @Test func `Meta-Harness does not say what it kept: what beat all before it was`() throws {
    let climb = try Self.read(
      "evolution_summary.jsonl",
      """
      {"iteration": 1, "system": "a", "avg_val": 52.0, "axis": "x", "hypothesis": "h", "delta": 2.0, "outcome": "52.0% (+2.0)"}
      {"iteration": 1, "system": "b", "avg_val": 0, "axis": "x", "hypothesis": "h", "delta": null, "outcome": "failed"}
      not json
      {"iteration": 2, "system": "c", "avg_val": 51.0, "axis": "x", "hypothesis": "h", "delta": -1.0, "outcome": "51.0% (-1.0)"}
      {"iteration": 3, "system": "d", "avg_val": 55.5, "axis": "x", "hypothesis": "h", "delta": 3.5, "outcome": "55.5% (+3.5)"}
      """)
    #expect(climb.steps.map(\.name) == ["before", "a", "b", "c", "d"])
    #expect(climb.steps.map(\.fate) == [.baseline, .kept, .failed, .discarded, .kept])
    #expect(climb.steps[0].score == 0.5)
    #expect(climb.claimed == 4)
    #expect(climb.notes.contains { $0.hasPrefix("1 lines are no JSON") })
  }

  /// Hints of a metric, and of a direction where one is given.
  static func hints(_ metric: String, lower: Bool? = nil) -> ClimbReader.Hints {
    var hints = ClimbReader.Hints()
    hints.metric = metric
    hints.lowerIsBetter = lower
    return hints
  }

  @Test(arguments: ["loss", "latency_ms"])
  func `a loss falls by its name, is no percentage, and below 1 it is no share`(metric: String)
    throws
  {
    for values in [[2.3, 2.1, 2.2], [0.3, 0.1, 0.2]] {
      let lines = values.map { "{\"system\": \"x\", \"\(metric)\": \($0)}" }
      let climb = try Self.read(
        "evolution_summary.jsonl", lines.joined(separator: "\n"), Self.hints(metric))
      #expect(climb.lowerIsBetter && !climb.isShare)
      #expect(climb.steps.map(\.score) == values)
      #expect(climb.steps.map(\.fate) == [.baseline, .kept, .discarded])
      #expect(climb.claimed == 1)
    }
  }

  @Test func `what the user says of a metric counts more than its name`() throws {
    let lines = #"{"system": "a", "loss": 2.3}"# + "\n" + #"{"system": "b", "loss": 2.1}"#
    let climb = try Self.read(
      "evolution_summary.jsonl", lines, Self.hints("loss", lower: false))
    #expect(!climb.lowerIsBetter && climb.claimed == 0)
    let inspect = try Self.read(
      "log.json",
      #"{"eval": {"task": "t"}, "status": "success", "samples": [{"id": 1, "scores": {"wer": {"value": 0.2}}}]}"#,
      Self.hints("wer"))
    #expect(inspect.lowerIsBetter && !inspect.isShare)
    let gepa = try Self.read(
      "result.json",
      #"{"val_aggregate_scores": [3, 1, 2, 1.5], "parents": [[null], [0], [0], [1, 2]]}"#,
      Self.hints("mean", lower: true))
    // Of the parents of a merge the one with the least is the one to beat.
    #expect(gepa.claimed == 1 && gepa.steps[3].base == 1)
  }

  @Test func `scores that no percentage can be stay what they are`() throws {
    let climb = try Self.read(
      "evolution_summary.jsonl",
      #"{"system": "a", "avg_val": 2300}"# + "\n" + #"{"system": "b", "avg_val": 2400}"#)
    #expect(climb.steps.map(\.score) == [2300, 2400] && !climb.isShare)
  }

  @Test func `of more attempts than are read the claim is still what the table kept last`() throws {
    var lines = ["commit\tscore\tstatus"]
    for index in 0...(ClimbReader.stepLimit + 10) {
      // An attempt that was discarded scored best, and the last one that was kept is cut off.
      let (score, fate) =
        switch index {
        case 3: (0.9, "discard")
        case 7, ClimbReader.stepLimit + 5: (0.6, "keep")
        default: (0.5, index == 0 ? "keep" : "discard")
        }
      lines.append("c\(index)\t\(score)\t\(fate)")
    }
    let cut = try Self.read("results.tsv", lines.joined(separator: "\n"))
    #expect(cut.steps.count == ClimbReader.stepLimit && cut.claimed == 7)
    lines[ClimbReader.stepLimit + 6] = "other\t0.5\tdiscard"
    #expect(try Self.read("results.tsv", lines.joined(separator: "\n")).claimed == 7)
  }

  /// A pickle as GEPA writes its state: a dictionary whose lists are filled after they were remembered.
  static func state(_ scores: [[Double]], parents: [Int?]) -> [UInt8] {
    func text(_ text: String) -> [UInt8] {
      [0x8C, UInt8(text.utf8.count)] + Array(text.utf8) + [0x94]
    }
    func double(_ value: Double) -> [UInt8] {
      [0x47] + (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (56 - 8 * $0)) }
    }
    var bytes: [UInt8] = [0x80, 4, 0x7D, 0x94, 0x28]
    bytes += text("prog_candidate_val_subscores") + [0x5D, 0x94, 0x28]
    for row in scores {
      bytes += [0x7D, 0x94, 0x28]
      for (index, score) in row.enumerated() { bytes += [0x4B, UInt8(index)] + double(score) }
      bytes += [0x75]
    }
    bytes += [0x65] + text("parent_program_for_candidate") + [0x5D, 0x94, 0x28]
    for parent in parents {
      bytes += [0x5D, 0x94] + (parent.map { [0x4B, UInt8($0)] } ?? [0x4E]) + [0x61]
    }
    // An object of a class, which is never made: posix.system with an argument.
    bytes += [0x65] + text("adapter_state") + [0x8C, 5] + Array("posix".utf8)
    bytes +=
      [0x8C, 6] + Array("system".utf8) + [0x93, 0x8C, 4] + Array("true".utf8) + [0x85, 0x52]
    return bytes + [0x75, 0x2E]
  }

  @Test func `GEPA's state is read without running anything in it`() throws {
    let climb = try Self.with { folder in
      try Files.write(
        Self.state([[0, 1], [1, 1], [0, 0]], parents: [nil, 0, 1]),
        to: Path.join(folder, "gepa_state.bin"))
      return try ClimbReader().read(folder)
    }
    #expect(climb.origin == .gepa)
    #expect(climb.steps.map(\.score) == [0.5, 1, 0])
    #expect(climb.steps.map(\.base) == [nil, 0, 1])
    #expect(climb.steps[1].trials == ["0": [1], "1": [1]])
    #expect(climb.claimed == 1)
  }

  @Test func `a pickle that was cut or changed anywhere is refused or read, and never crashes`()
    throws
  {
    let whole = Self.state([[0, 1], [1, 1]], parents: [nil, 0])
    for length in 0..<whole.count { _ = try? Pickle.read(Array(whole.prefix(length))) }
    // What crashes the run is the same change in the next one.
    for round in 0..<4000 {
      var random = SplitMix(UInt64(round))
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      _ = try? Pickle.read(bytes)
    }
    // Lists of lists of the same lists: 3 to the power of 40 if it were unfolded.
    var bomb: [UInt8] = [0x80, 4, 0x5D, 0x94]
    for level in 0..<40 {
      bomb += [0x5D, 0x94, 0x28, 0x68, UInt8(level), 0x68, UInt8(level), 0x68, UInt8(level), 0x65]
    }
    #expect(throws: BelayError.self) { try Pickle.read(bomb + [0x2E]) }
  }

  @Test func `a million lists within each other, and a list in itself, are refused`() throws {
    let levels = 1_000_000
    let deep =
      [UInt8](repeating: UInt8(ascii: "]"), count: levels)
      + [UInt8](repeating: UInt8(ascii: "a"), count: levels - 1) + [UInt8(ascii: ".")]
    let own: [UInt8] = [0x80, 4, 0x5D, 0x94, 0x68, 0, 0x61, 0x2E]
    for bytes in [deep, own] {
      let error = #expect(throws: BelayError.self) {
        try Self.with { folder in
          let path = Path.join(folder, "gepa_state.bin")
          try Files.write(bytes, to: path)
          return try ClimbReader().read(path)
        }
      }
      #expect(error?.message.contains("unfolds") == true)
    }
  }

  @Test func `attempts with the same results have the same score to the last bit`() throws {
    // Sixty fractions, whose sum depends on the order in which they are added up.
    let results = (0..<60).map { ("t\($0)", 1 / Double($0 + 3)) }
    let tasks = JSON.object(
      Dictionary(uniqueKeysWithValues: results.map { ($0, JSON.double($1)) }))
    let result: JSON = [
      "val_aggregate_scores": .array([JSON](repeating: .null, count: 200)),
      "val_subscores": .array([JSON](repeating: tasks, count: 200)), "parents": [],
    ]
    let climb = try Self.read("result.json", result.text())
    let sum = results.sorted { $0.0 < $1.0 }.reduce(0) { $0 + $1.1 }
    #expect(Set(climb.steps.compactMap(\.score)) == [sum / 60])
  }

  static func log(_ created: String, _ marks: [[String]], task: String = "toy") -> String {
    var samples: [JSON] = []
    for (index, marks) in marks.enumerated() {
      for (epoch, mark) in marks.enumerated() {
        samples.append([
          "id": .string("s\(index)"), "epoch": .int(epoch + 1),
          "scores": ["includes": ["value": .string(mark), "answer": "x"]],
        ])
      }
    }
    let log: JSON = [
      "version": 2, "status": "success",
      "eval": ["task": .string(task), "model": "mockllm/model", "created": .string(created)],
      "results": ["scores": [["name": "includes", "metrics": ["accuracy": ["value": 0.5]]]]],
      "samples": .array(samples),
    ]
    return log.text()
  }

  @Test func `Inspect's logs of one task are attempts, their epochs trials`() throws {
    let climb = try Self.with { folder in
      let logs = [
        ("b.json", Self.log("2026-01-02", [["C", "C"], ["C", "I"]])),
        ("a.json", Self.log("2026-01-01", [["C", "I"], ["I", "I"]])),
        ("c.json", Self.log("2026-01-03", [["C", "I"], ["P", "I"]])),
        ("d.json", Self.log("2026-01-04", [["C"]], task: "other")), ("e.json", "{"),
      ]
      for (name, text) in logs { try Files.write(Array(text.utf8), to: Path.join(folder, name)) }
      return try ClimbReader().read(folder)
    }
    #expect(climb.steps.map(\.score) == [0.25, 0.75, 0.375])
    #expect(climb.steps.map(\.fate) == [.baseline, .kept, .discarded])
    #expect(climb.steps[2].trials == ["s0": [1, 0], "s1": [0.5, 0]])
    #expect(climb.notes.contains { $0.contains("other tasks") })
    #expect(climb.notes.contains { $0.contains("e.json") })
  }

  @Test
  func `Harbor's jobs are attempts in their order, and one unknown cost leaves the sum unknown`()
    throws
  {
    func trial(_ task: String, _ day: Int, _ reward: Double, cost: Double?) -> JSON {
      [
        "trial_name": .string("\(task)__abcdefg"), "task_name": .string(task),
        "agent_info": ["name": "agent", "version": "1"],
        "agent_result": ["cost_usd": .number(cost)],
        "verifier_result": ["rewards": ["reward": .double(reward)]],
        "started_at": .string("2026-01-0\(day)T10:00:00Z"),
        "finished_at": .string("2026-01-0\(day)T10:01:00Z"),
      ]
    }
    let climb = try Self.with { folder in
      for (job, trials) in [
        ("b", [trial("x", 1, 0, cost: 0.25), trial("y", 1, 1, cost: 0.5)]),
        ("a", [trial("x", 2, 1, cost: 0.25), trial("y", 2, 1, cost: nil)]),
      ] {
        for (name, value) in [("result.json", ["stats": [:]]), ("config.json", [:])] as [(_, JSON)]
        {
          try Files.makeDirectory(Path.join(folder, job))
          try Files.write(value.utf8(), to: Path.join(folder, "\(job)/\(name)"))
        }
        for trial in trials {
          let place = Path.join(folder, "\(job)/\(trial["trial_name"].string ?? "")")
          try Files.makeDirectory(place)
          try Files.write(trial.utf8(), to: Path.join(place, "result.json"))
        }
      }
      return try ClimbReader().read(folder)
    }
    #expect(climb.steps.map(\.name) == ["b", "a"])
    #expect(climb.steps.map(\.score) == [0.5, 1])
    #expect(climb.steps.map(\.fate) == [.baseline, .kept])
    #expect(climb.steps.map(\.costUSD) == [0.75, nil])
  }

  @Test func `of several scorers none stands in for the one that is asked for`() throws {
    func log(_ created: String, _ scores: [String: String], samples: Bool = true) -> String {
      let marks = scores.mapValues { JSON.object(["value": .string($0)]) }
      let results: [JSON] = scores.keys.sorted().map {
        ["name": .string($0), "metrics": ["accuracy": ["value": scores[$0] == "C" ? 1 : 0]]]
      }
      let log: JSON = [
        "status": "success", "results": ["scores": .array(results)],
        "eval": ["task": "toy", "model": "m", "created": .string(created)],
        "samples": samples ? [["id": "s", "epoch": 1, "scores": .object(marks)]] : [],
      ]
      return log.text()
    }
    var hints = ClimbReader.Hints()
    hints.metric = "exact"
    let climb = try Self.with { folder in
      for (name, text) in [
        ("a.json", log("1", ["exact": "I", "judge": "C"])),
        ("b.json", log("2", ["judge": "C", "style": "I"])), ("c.json", log("3", ["alone": "C"])),
        ("d.json", log("4", ["judge": "C", "style": "C"], samples: false)),
        ("e.json", log("5", ["exact": "C", "judge": "I"], samples: false)),
      ] { try Files.write(Array(text.utf8), to: Path.join(folder, name)) }
      return try ClimbReader(hints).read(folder)
    }
    #expect(climb.steps.map(\.score) == [0, nil, 1, nil, 1])
    #expect(climb.steps.map(\.fate) == [.baseline, .failed, .kept, .failed, .discarded])
  }

  @Test func `a quoted cell of a CSV may hold quotes, commas and ends of lines`() throws {
    let climb = try Self.read(
      "night.csv",
      """
      commit,val_score,status,description\r
      a,0.5,keep,"a 5"" disk, and more"\r

      b,0.6,keep,"first line
      c,0.9,keep,no row of its own"
      d,0.7,discard,a 5" disk and "so on"
      e,0.8,keep,""
      """)
    #expect(climb.steps.map(\.name) == ["a", "b", "d", "e"])
    #expect(
      climb.steps.map(\.description) == [
        "a 5\" disk, and more", "first line\nc,0.9,keep,no row of its own",
        "a 5\" disk and \"so on\"", "",
      ])
    let error = #expect(throws: BelayError.self) {
      try Self.read("night.csv", "commit,val_score,status\na,1,keep\n\"b,0.5,keep\nc,1,keep\n")
    }
    #expect(error?.message.contains("line 3") == true)
  }

  @Test func `results of tasks that are no shares make no climb of shares`() throws {
    let climb = try Self.read(
      "results.tsv", "commit\tavg_score\tstatus\ttask_scores\na\t0.5\tkeep\t50,0.5\n")
    #expect(!climb.isShare)
    let percent = try Self.read(
      "results.tsv", "commit\taccuracy\tstatus\ttask_scores\na\t50\tkeep\t100,0\n")
    #expect(percent.isShare)
    #expect(percent.steps[0].trials == ["1": [1], "2": [0]])
  }

  @Test(arguments: [
    ("results.tsv", ""), ("results.tsv", "\u{0}\u{1}\t\t\n\t"), ("results.tsv", "a\tb\n1\t2"),
    ("results.tsv", "commit\tval_bpb\tstatus\nx\tnan\tkeep"), ("x.json", "[1,2]"),
    ("x.json", "{\"eval\":{}}"), ("x.jsonl", "{}\n[]\n"), ("x.bin", "\u{80}"), ("x.eval", "PK"),
    ("x.txt", "hello"), ("x.json", "{\"val_aggregate_scores\":[],\"parents\":7}"),
  ])
  func `what is none of these is refused by name`(name: String, text: String) throws {
    let error = #expect(throws: BelayError.self) { try Self.read(name, text) }
    #expect(error?.kind == .usage)
    #expect(error?.place?.isEmpty == false)
  }

  @Test(arguments: [
    ("change random seed 42->137", true), ("rerun of the best", true), ("seed 7", true),
    ("noise check: same seed", true), ("seeded initialisation of the head", false),
    ("repeatable kernels", false), ("use the seed value cache", false), ("", false),
  ])
  func `a line says that only the seed is another, or does not`(line: String, isRepeat: Bool) {
    #expect(ResultsTable.saysItIsARepeat(line) == isRepeat)
  }
}
