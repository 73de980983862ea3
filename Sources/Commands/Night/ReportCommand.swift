internal import Console
internal import NightPages

enum ReportCommand {
  static let format = Option(
    "format", .choice("FORMAT", ["txt", "md", "json"]), default: "txt", "How it is written")

  static let command = Command(
    "report", in: .decide, "Show what a night found, how sure that is, and what to do next",
    discussion: """
      Leads with the verdict and its interval, from sealed tasks where there are any. Figures that chose \
      something are not shown; what rests on a prior says so. A night under way has no verdict yet.
      """,
    takes: [NightWord.which, format],
    examples: [
      Example("belay report", "of the newest night"),
      Example("belay report r12 --format md > report.md", "to be sent on"),
    ],
    output: .text("report"),
    reading: .untrusted(
      "items.learned.summary",
      "items.learned.components",
      "items.learned.cause",
      "items.learned.mechanism",
      "items.learned.evidence",
      "items.learned.verdicts[gate=judge|valid|surface|treatment|duplicate].sentence",
      "items.learned.verdicts.quotes",
      "items.refuted.summary",
      "items.refuted.components",
      "items.refuted.cause",
      "items.refuted.mechanism",
      "items.refuted.evidence",
      "items.refuted.verdicts[gate=judge|valid|surface|treatment|duplicate].sentence",
      "items.refuted.verdicts.quotes",
      "items.cautions",
      "items.decisions[gate=judge].sentence")
  ) { call in
    let page = MorningPage(try NightWord.view(call[NightWord.which], call))
    if call.output.mode == .text, call[format] == "md" {
      try call.output.text(page.markdown)
    } else {
      try call.show(page, asJSON: call[format] == "json")
    }
    return .ok
  }
}
