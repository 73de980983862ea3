internal import Base
internal import Facts
internal import Layout
internal import Ledger
internal import Score

extension Show {
  static func suite(_ reader: LedgerReader, _ suite: SuiteFact) throws -> Sheet {
    func tally(_ value: (TaskFact) -> String?) -> String {
      var counts: [String: Int] = [:]
      for task in suite.tasks { counts[value(task) ?? "none", default: 0] += 1 }
      return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    let runs = try reader.runs().filter { $0.fact.suite == suite.digest }
    let openings = try reader.vaultOpenings(suite: suite.digest)
    var table = TextTable([
      TextTable.Column(title: "task", shrinksTo: 12), TextTable.Column(title: "split"),
      TextTable.Column(title: "category", shrinksTo: 6, leaves: 2),
      TextTable.Column(title: "difficulty", leaves: 3),
      TextTable.Column(title: "family", shrinksTo: 6, leaves: 4),
      TextTable.Column(title: "digest", leaves: 1),
    ])
    for task in suite.tasks {
      table.add([
        task.name, task.split?.rawValue ?? Figure.missing, task.category ?? Figure.missing,
        task.difficulty ?? Figure.missing, task.family ?? Figure.missing, task.digest.short,
      ])
    }
    return Sheet(
      kind: "suite",
      record: [
        "name": .string(suite.name), "digest": .string(suite.digest.hex),
        "path": .string(suite.path), "definition": suite.definition,
        "tasks": .array(suite.tasks.map(\.json)),
        "runs": .array(runs.map { .string("\($0.id)") }),
        "vault_openings": .array(
          openings.map { ["run": .string("\($0.run)"), "at": .string("\($0.at)")] }),
      ], hints: ["belay leaderboard --suite \(suite.digest.short)"],
      title: "suite \(suite.name)@\(suite.digest.short)",
      values: [
        ("digest", suite.digest.hex), ("path", suite.path), ("tasks", "\(suite.tasks.count)"),
        ("splits", tally { $0.split?.rawValue }), ("categories", tally(\.category)),
        ("difficulty", tally(\.difficulty)), ("runs", "\(runs.count)"),
        ("vault", "opened \(Figure.plural(openings.count, "time")) in this lab"),
      ], tables: [table])
  }

  /// The task of this name, short name or digest in the newest suite that has it.
  static func task(_ reader: LedgerReader, named text: String) throws -> (SuiteFact, TaskFact)? {
    let isDigest = text.utf8.count >= 6 && text.utf8.allSatisfy { Hex.isDigit($0) }
    for suite in try reader.suites() {
      let task = suite.tasks.first { task in
        task.name == text || task.name.split(separator: "/").last.map(String.init) == text
          || (isDigest && task.digest.hex.hasPrefix(text))
      }
      if let task { return (suite, task) }
    }
    return nil
  }

  static func task(
    _ reader: LedgerReader, _ suite: SuiteFact, _ task: TaskFact, _ withholding: Withholding
  ) throws -> Sheet {
    let all = try reader.cells(CellFilter(task: task.digest))
    // What a run withholds of one trial on the task it withholds of all of them.
    let hidden = try Set(all.map(\.run)).filter { run in
      try reader.trials(TrialFilter(run: run, task: task.digest), limit: 1).contains {
        try withholding($0)
      }
    }
    let cells = all.filter { !hidden.contains($0.run) }
    let names = Dictionary(
      uniqueKeysWithValues: try reader.candidates().map { ($0.id, $0.name) })
    var table = TextTable([
      TextTable.Column(title: "run"), TextTable.Column(title: "candidate"),
      TextTable.Column(title: "harness", shrinksTo: 8),
      TextTable.Column(title: "score", right: true), TextTable.Column(title: "trials"),
      TextTable.Column(title: "outcomes", shrinksTo: 10, leaves: 1),
    ])
    let shown = cells.suffix(50)
    for cell in shown {
      table.add([
        "\(cell.run)", "\(cell.candidate)", names[cell.candidate] ?? Figure.missing,
        Figure.percent(cell.tally.mean), cell.tally.mark, cell.tally.outcomesText,
      ])
    }
    guard case .object(var record) = task.json else {
      throw BelayError(.internal, "a task is no object", place: task.name)
    }
    record["suite"] = .string(suite.name)
    record["suite_digest"] = .string(suite.digest.hex)
    record["definition"] = task.definition
    record["withheld_of_runs"] = .array(hidden.sorted().map { .string("\($0)") })
    record["results"] = .array(
      shown.map { cell in
        [
          "run": .string("\(cell.run)"), "candidate": .string("\(cell.candidate)"),
          "score": .number(cell.tally.mean), "passes": .int(cell.tally.passes),
          "trials": cell.tally.trialsJSON,
        ]
      })
    return Sheet(
      kind: "task", record: .object(record),
      hints: ["belay matrix --suite \(suite.digest.short)"], title: "task \(task.name)",
      values: [
        ("suite", "\(suite.name)@\(suite.digest.short)"), ("digest", task.digest.hex),
        ("split", task.split?.rawValue ?? Figure.missing), ("category", task.category ?? ""),
        ("difficulty", task.difficulty ?? ""), ("family", task.family ?? ""),
        (
          "withheld",
          hidden.isEmpty
            ? ""
            : "what it came to in \(hidden.sorted().map { "\($0)" }.joined(separator: ", ")): "
              + task.split.whyWithheld
        ),
      ] + task.definition.leaves(), tables: [table])
  }
}

extension TaskFact {
  var json: JSON {
    [
      "name": .string(name), "digest": .string(digest.hex), "split": .optional(split?.rawValue),
      "family": .optional(family), "category": .optional(category),
      "difficulty": .optional(difficulty),
    ]
  }
}

extension Hex {
  static func isDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
