internal import Base
internal import Console
internal import Platform
internal import Suite
internal import Workbench

enum SuiteSplitCommand {
  static let suite = Argument(SuiteWord.kind, "The suite")
  static let seed = Option(
    "seed", .whole("S", 0...Int.max), default: 1, "The same seed makes the same splits everywhere")
  static let keys = Option(
    "by", .list("KEYS"), default: ["category", "difficulty"], shown: "category,difficulty",
    "Keys of [metadata] of which each split gets its share")

  static let command = Command(
    "split", in: .setup, "Make splits from a seed and print them as lists for suite.toml",
    discussion: """
      A third of the tasks goes to dev, 45% to gate and 22% to the vault; families stay whole. Nothing is \
      written: paste the lists into suite.toml, where they stay as they are when tasks are added.
      """,
    takes: [suite, seed, keys],
    examples: [
      Example("belay suite split benchmarks/shell --seed 7", "other splits than it has")
    ],
    output: .page("suite-split", compact: ["task", "split"])
  ) { call in
    let suite = try SuiteWord.load(call[suite], call)
    let lists = suite.split(seed: UInt64(call[seed]), by: call[keys])
    let items: [JSON] = Split.allCases.flatMap { split in
      (lists[split] ?? []).map { name in
        let task = suite.task(named: name)
        return [
          "task": .string(name), "split": .string(split.rawValue),
          "now": .optional(task?.split?.rawValue),
          "category": .optional(task?.metadata.category),
          "difficulty": .optional(task?.metadata.difficulty),
        ]
      }
    }
    var counts = ["items": items.count]
    for split in Split.allCases { counts[split.rawValue] = lists[split]?.count ?? 0 }
    try call.output.page(Page(items: items, counts: counts, fields: ["seed": .int(call[seed])])) {
      _ in
      let tables = Split.allCases.map { split in
        let names = (lists[split] ?? []).map { "  \(JSON.string($0).text()),\n" }.joined()
        return "\(split.rawValue) = [\n\(names)]\n"
      }
      return "[splits]\n" + tables.joined()
    }
    return .ok
  }
}
