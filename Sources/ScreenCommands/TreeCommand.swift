internal import Base
package import Console
internal import NightPages
internal import Workbench

package enum TreeCommand {
  static let path = Option(
    "path", ValueKind<CandidateID>.id("CAND"), "Only the way from the baseline to this candidate")
  static let depth = Option(
    "depth", .whole("N"), "Only so many steps away from the baseline")

  package static let command = Command(
    "tree", in: .inspect, "Show the lineage of a night: what was raced on what, with its edits",
    discussion: """
      A candidate stands below the one that it was raced to replace. No score is shown, since those of the \
      race chose the candidate: 'belay report' has figures from fresh trials.
      """,
    takes: [NightWord.which, path, depth, NightWord.cursor],
    examples: [
      Example("belay tree", "of the newest night"),
      Example("belay tree r12 --path c142", "how c142 came about"),
    ],
    output: .list("tree", compact: ["candidate", "parent", "generation", "state", "champion"]),
    reading: .untrusted(
      "items.edits.summary",
      "items.edits.components",
      "items.edits.cause",
      "items.edits.mechanism",
      "items.edits.evidence",
      "items.edits.verdicts[gate=judge|valid|surface|treatment|duplicate].sentence",
      "items.edits.verdicts.quotes",
      "never_raced.summary",
      "never_raced.components",
      "never_raced.cause",
      "never_raced.mechanism",
      "never_raced.evidence",
      "never_raced.verdicts[gate=judge|valid|surface|treatment|duplicate].sentence",
      "never_raced.verdicts.quotes")
  ) { call in
    try call.show(
      TreePage(
        NightWord.view(call[NightWord.which], call), path: call[path], depth: call[depth],
        window: NightWord.window(call)))
    return .ok
  }
}
