internal import Base
package import Console
internal import Facts
internal import Layout
internal import NightPages
internal import NightReading
internal import Platform
internal import Workbench

package enum ReportCommand {
  static let format = Option(
    "format", .choice("FORMAT", ["text", "md", "html", "json"]), default: "text",
    "How it is written; txt is text")
  static let target = Option(
    "output", short: "o", .path("FILE"), "Write it to a file, replacing what is there")

  package static let command = Command(
    "report", in: .decide, "Show what a night found, how sure that is, and what to do next",
    discussion: """
      Leads with the verdict and its interval, from sealed tasks where there are any. Figures that chose \
      something are not shown; what rests on a prior says so. A night under way has no verdict yet. HTML is one \
      file without script that prints, and reads well on a phone and in a mail.
      """,
    takes: [NightWord.which, format, target],
    examples: [
      Example("belay report", "of the newest night"),
      Example("belay report r12 --format html -o night.html", "to be sent on"),
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
      "items.carried_along.summary",
      "items.carried_along.components",
      "items.carried_along.cause",
      "items.carried_along.mechanism",
      "items.carried_along.evidence",
      "items.carried_along.verdicts[gate=judge|valid|surface|treatment|duplicate].sentence",
      "items.carried_along.verdicts.quotes",
      "items.dropped.summary",
      "items.dropped.components",
      "items.dropped.cause",
      "items.dropped.mechanism",
      "items.dropped.evidence",
      "items.dropped.verdicts[gate=judge|valid|surface|treatment|duplicate].sentence",
      "items.dropped.verdicts.quotes",
      "items.cautions",
      "items.decisions[gate=judge].sentence")
  ) { call in
    let page = MorningPage(try NightWord.view(call[NightWord.which], call))
    let target = call[target].flatMap { $0 == "-" ? nil : $0 }
    guard let target else {
      switch call[format] {
      case _ where call.output.mode == .json: try call.show(page)
      case "md": try call.output.text(page.document.markdown)
      case "html": try call.output.text(page.document.html)
      default: try call.show(page, asJSON: call[format] == "json")
      }
      return .ok
    }
    let text =
      switch call[format] {
      case "md": page.document.markdown
      case "html": page.document.html
      case "json":
        page.envelope(asOf: call.surroundings.clock.now).text(pretty: true) + "\n"
      default: page.text(width: 100)
      }
    let path = Path.absolute(target, from: call.surroundings.workingDirectory)
    try Files.write(Array(text.utf8), to: path)
    try call.output.page(
      Page(items: [["path": .string(path), "bytes": .int(text.utf8.count)]])
    ) { _ in "the report of \(page.view.run.id) is in \(path)" }
    return .ok
  }
}
