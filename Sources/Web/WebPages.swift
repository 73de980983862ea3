internal import Base
internal import Facts
internal import Layout
internal import NightPages
internal import NightReading
internal import Plots
internal import Survey

/// The morning page block by block, as every form of it is written.
struct DocumentPage: ReportPage {
  static let schema = "belay.document/1"
  let run: String
  let document: Document

  init(run: String, _ document: Document) {
    self.run = run
    self.document = document
  }

  var items: [JSON] { [document.json] }
  var fields: [String: JSON] { ["run": .string(run)] }
  func text(width: Int) -> String { document.text(width: width) }
}

/// A figure with its drawing beside what is drawn.
struct FigurePage: ReportPage {
  static let schema = PlotPage.schema
  private let page: PlotPage

  init(_ page: PlotPage) { self.page = page }

  var items: [JSON] { page.items }
  var counts: [String: Int] { page.counts }
  var isTruncated: Bool { page.isTruncated }
  var hints: [String] { page.hints }
  var fields: [String: JSON] {
    // A phone gets a drawing of its own width, with letters that can be read.
    page.fields.merging([
      "svg": page.plot.isEmpty ? .null : .string(page.drawing(width: 760)),
      "svg_narrow": page.plot.isEmpty ? .null : .string(page.drawing(width: 360)),
    ]) { $1 }
  }
  func text(width: Int) -> String { page.text(width: width) }
}

/// What a night decided, the latest first.
struct DecisionsPage: ReportPage {
  static let schema = "belay.decisions/1"
  let items: [JSON]
  let fields: [String: JSON]
  private let total: Int
  private let window: Window

  init(_ view: NightView, window: Window) {
    total = view.decisionCount
    self.window = window
    let last = max(total - window.from, 0)
    let first = max(last - window.limit, 0)
    items = view.decisionLines(after: first).prefix(last - first).reversed()
      .map { .object($0.record) }
    fields = ["run": .string("\(view.run.id)"), "rehearsal": .bool(view.rehearsal != nil)]
  }

  var counts: [String: Int] { ["items": total] }
  var isTruncated: Bool { window.isCut(total) }
  var next: String? { window.next(total) }
  func text(width: Int) -> String { "" }
}

/// A page whose records were read out, so that nothing of the night is held.
struct Settled: ReportPage {
  static let schema = ""
  let name: String
  let items: [JSON]
  let counts: [String: Int]
  let isTruncated: Bool
  let next: String?
  let fields: [String: JSON]
  let hints: [String]

  init(_ page: any ReportPage) {
    name = type(of: page).schema
    items = page.items
    counts = page.counts
    isTruncated = page.isTruncated
    next = page.next
    fields = page.fields
    hints = page.hints
  }

  func text(width: Int) -> String { "" }

  func envelope(asOf: Timestamp) -> JSON {
    Envelope.json(
      schema: name, asOf: asOf, items: items, counts: counts, isTruncated: isTruncated, next: next,
      hints: hints, fields: fields)
  }
}
