internal import Base
internal import Console
internal import Report

extension Call {
  /// Writes a page of the report: its records, or its text; what leads on is said on stderr.
  func show(_ report: some ReportPage) throws {
    let page = Page(
      items: report.items, counts: report.counts, isTruncated: report.isTruncated,
      next: report.next, hints: report.hints, fields: report.fields)
    try output.page(page) { width in report.text(width: width) }
    if output.mode == .text, !report.hints.isEmpty {
      output.note("next: " + report.hints.joined(separator: "  |  "))
    }
  }
}
