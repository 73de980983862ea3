internal import Base
internal import Console
internal import Layout

/// The proposers that an experiment may name.
enum ProposerListCommand {
  private static let all: [(word: String, asks: String, summary: String)] = [
    ("model", "a model", "the built-in meta-agent: reads trials with tools and hands in edits"),
    (
      "command:LINE", "what it likes",
      "any program or coding agent: edits a folder in a sandbox of its own"
    ),
    ("knobs", "nobody", "tunes the declared knobs and switches by what is known of them"),
    ("merge", "nobody", "crosses lineages by component"),
    (
      "panel", "the others",
      "several look at the same evidence by themselves; agreement comes first"
    ),
    ("rehearsal", "nobody", "a simulated meta-agent with good, idle, harmful and overfit ideas"),
  ]

  static let command = Command(
    "list", in: .run, "List the words for proposers",
    discussion: "An experiment names them in [proposers] panel = [\"model\", \"knobs\"].",
    examples: [Example("belay proposer list", "all of them")],
    output: .page("proposer-list", compact: ["name", "summary"]),
    reading: .plain
  ) { call in
    let items = all.map { entry -> JSON in
      [
        "name": .string(entry.word), "asks": .string(entry.asks),
        "summary": .string(entry.summary),
      ]
    }
    let page = Page(
      items: items, counts: ["items": items.count],
      hints: ["belay proposer test knobs my/experiment.toml"])
    try call.output.page(page) { width in
      var table = TextTable([
        .init(title: "proposer"), .init(title: "asks", leaves: 1),
        .init(title: "what it does", shrinksTo: 24),
      ])
      for entry in all { table.add([entry.word, entry.asks, entry.summary]) }
      return Prose.text(table.lines(width: width))
    }
    return .ok
  }
}
