internal import Base
package import Console
package import Layout

extension Call {
  /// Writes a page of the report: its records, or its text with the commands that lead on.
  ///
  /// `asJSON` writes the records also where text was to be expected.
  package func show(_ report: some ReportPage, asJSON: Bool = false) throws {
    let page = Page(
      items: report.items, counts: report.counts, isTruncated: report.isTruncated,
      next: report.next, hints: report.hints, fields: report.fields)
    try output.page(page, schema: type(of: report).schema, asJSON: asJSON) { width in
      let text = report.text(width: width, ink: output.ink)
      // Some pages end with what leads on themselves.
      let isSaid =
        text.split(separator: "\n").last { !$0.hasPrefix(" ") }?.hasPrefix("next ") ?? false
      guard !isSaid, !report.hints.isEmpty, !report.items.isEmpty else { return text }
      return text + Prose.text(Prose.parts(["next"] + report.hints, width: width, indent: 6))
    }
  }
}
