internal import Base
package import Console
internal import Platform
internal import Survey
internal import Workbench

package enum PlotCommand {
  static let kind = Argument(
    ValueKind<PlotPage.Kind>.choice("WHAT"), "The figure")
  static let span = Option(
    "x", ValueKind<PlotPage.Span>.choice("SPAN"),
    "Over what; else trials, and of a gap generations")
  static let file = Option(
    "svg", short: "o", .path("FILE"), "Write it as SVG into a file; - is stdout")

  static let picture = Option("png", .path("FILE"), "Write it as a picture of pixels into a file")

  package static let command = Command(
    "plot", in: .inspect, "Draw a night: scores, money, gaps, worth of edits",
    discussion: """
      Scores are those of trials that chose nothing, with their intervals: the incumbent's after it took over, \
      and the vault's at the end. No best until now is drawn. What is only believed is hollow and says so.
      """,
    takes: [kind, NightWord.which, span, file, picture],
    examples: [
      Example("belay plot score", "of the newest night, over trials"),
      Example("belay plot cost r12 --x time", "where the money went, over time"),
      Example("belay plot gap -o gap.svg", "dev, gate and vault side by side, as a file"),
      Example("belay plot score --png score.png", "for a message or a slide"),
    ],
    output: .page("plot", compact: ["series", "label", "x", "y", "low", "high", "expectation"]),
    reading: .untrusted("items.summary", "items.label")
  ) { call in
    let view = try NightWord.view(call[NightWord.which], call)
    if call[span] != nil, !call[kind].hasSpan {
      throw BelayError(
        .usage, "a figure of \(call[kind].rawValue) has an axis of its own",
        hint: "belay plot \(call[kind].rawValue)")
    }
    let page = PlotPage(view, call[kind], over: call[span])
    let folder = call.surroundings.workingDirectory
    if call[picture] == "-" {
      throw BelayError(.usage, "a picture goes into a file", hint: "--png FILE")
    }
    if let path = call[file], path == "-" {
      guard call[picture] == nil else {
        throw BelayError(.usage, "stdout is for one form", hint: "--svg FILE --png FILE")
      }
      _ = try call.output.stream(page.svg)
      return .ok
    }
    let wanted: [(path: String?, content: () -> [UInt8])] = [
      (call[file], { Array(page.svg.utf8) }), (call[picture], { page.png }),
    ]
    var isWritten = false
    for case (let path?, let content) in wanted {
      try Files.write(content(), to: Path.absolute(path, from: folder))
      call.output.note("wrote \(path.printable())")
      isWritten = true
    }
    if !isWritten || call.output.mode == .json { try call.show(page) }
    return .ok
  }
}
