internal import Base
internal import Console
internal import Platform
internal import Suite
internal import Workbench

enum SuiteShowCommand {
  static let suite = Argument(SuiteWord.kind, "The suite")
  static let task = Argument(optional: .text("TASK"), "One task of it, by name")
  static let split = Option("split", ValueKind<Split>.choice("SPLIT"), "Tasks of this split only")

  static let command = Command(
    "show", in: .setup, "Show a suite's tasks, splits, networks and faults, or one task",
    takes: [suite, task, split],
    examples: [
      Example("belay suite show benchmarks/shell", "its tasks"),
      Example("belay suite show benchmarks/shell csv-join", "one task with its instruction"),
    ],
    output: .list("suite", compact: ["name", "split", "category", "difficulty"]),
    reading: .untrusted(
      "items.instruction",
      "items.text",
      "items.faults")
  ) { call in
    let suite = try SuiteWord.load(call[suite], call)
    if let name = call[task] {
      try showTask(try find(name, in: suite), of: suite, call)
    } else {
      try showSuite(suite, call)
    }
    return .ok
  }

  private static func find(_ name: String, in suite: Suite) throws -> Task {
    if let task = suite.task(named: name) { return task }
    if let invalid = suite.invalid.first(where: { $0.name == name }) {
      throw BelayError(
        .usage, invalid.reason, place: invalid.folder, hint: "belay check \(invalid.folder)")
    }
    let starting = suite.tasks.filter { $0.shortName.hasPrefix(name) }
    if starting.count == 1, let only = starting.first { return only }
    let near =
      starting.isEmpty
      ? Spelling.suggestion(for: name, in: suite.tasks.map(\.shortName))
      : "; it is the beginning of " + starting.prefix(5).map(\.shortName).joined(separator: ", ")
    throw BelayError(
      .notFound, "no task '\(name)'\(near)", place: suite.name,
      hint: "belay suite show \(suite.folder)")
  }

  private static func showSuite(_ suite: Suite, _ call: Call) throws {
    let chosen = suite.tasks.filter { call[split] == nil || $0.split == call[split] }
    let shown = Array(chosen.prefix(call.limit ?? chosen.count))
    var counts = ["items": chosen.count, "invalid": suite.invalid.count]
    for split in Split.allCases { counts[split.rawValue] = suite.tasks.count { $0.split == split } }
    let page = Page(
      items: shown.map(\.record), counts: counts, isTruncated: shown.count < chosen.count,
      hints: ["belay suite audit \(call[SuiteShowCommand.suite])"],
      fields: [
        "suite": [
          "name": .string(suite.name), "digest": .string(suite.digest.hex),
          "path": .string(suite.folder), "description": .string(suite.description),
          "trials": .int(suite.trials), "reward": suite.reward.json,
          "requires": .array(suite.requires.map { .string("\($0)") }),
          "split_source": .string(suite.splitSource.word),
        ],
        "invalid": .array(
          suite.invalid.map { ["name": .string($0.name), "reason": .string($0.reason)] }),
        "diagnostics": .array(suite.diagnostics.map(\.json)),
      ])
    try call.output.page(page) { width in
      SuiteText.suite(suite, tasks: shown, counts: counts, page: page, width: width)
    }
  }

  private static func showTask(_ task: Task, of suite: Suite, _ call: Call) throws {
    var record = task.record.object ?? [:]
    record["folder"] = .string(task.folder)
    record["instruction"] = .array(task.steps.map { .string($0.instruction) })
    record["definition"] = task.definition
    try call.output.page(Page(items: [.object(record)])) { width in
      SuiteText.task(task, width: width)
    }
  }
}

extension SplitSource {
  var word: String {
    switch self {
    case .none: "none"
    case .listed: "listed"
    case .seeded(let seed, _): "seed \(seed)"
    }
  }
}

extension Task {
  /// What a list says of a task.
  var record: JSON {
    [
      "name": .string(name), "digest": .string(digest.hex), "split": .optional(split?.rawValue),
      "category": .optional(metadata.category), "difficulty": .optional(metadata.difficulty),
      "family": .string(family), "steps": .int(steps.count), "solution": .bool(hasSolution),
      "live": .bool(metadata.isLive), "network": .string(networkWord),
      "description": .string(description),
      "demands": .array(
        demands.map { ["kind": .string($0.kind.rawValue), "detail": .string($0.detail)] }),
    ]
  }

  /// The network that it asks for; Belay runs a task that says nothing without one.
  var networkWord: String { environment.network?.mode.rawValue ?? "none (not declared)" }
}
