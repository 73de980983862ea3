public import Base
internal import Layout

/// What a page or list says, as one envelope.
public struct Page: Sendable {
  /// The rows, each an object.
  public var items: [JSON]
  /// How many there are in all, whatever is shown: `["trials": 1200]`.
  public var counts: [String: Int]
  /// Whether items were left out.
  public var isTruncated: Bool
  /// Where the next items start, where the command takes a cursor.
  public var next: String?
  /// Commands that the reader may want now.
  public var hints: [String]
  /// Members of the envelope beside the rows, such as a summary.
  public var fields: [String: JSON]

  /// A page with these items; `counts` is their number unless given.
  public init(
    items: [JSON], counts: [String: Int]? = nil, isTruncated: Bool = false, next: String? = nil,
    hints: [String] = [], fields: [String: JSON] = [:]
  ) {
    self.items = items
    self.counts = counts ?? ["items": items.count]
    self.isTruncated = isTruncated
    self.next = next
    self.hints = hints
    self.fields = fields
  }

  /// What to say under a page that was cut; nil for a whole one.
  public var narrowing: String? {
    guard isTruncated else { return nil }
    let total = counts["items"] ?? counts.values.max() ?? items.count
    return "Showing \(items.count) of \(total). To see others: --limit N, --all, or a filter."
  }

  func envelope(schema: String, asOf: Timestamp) -> JSON {
    Envelope.json(
      schema: schema, asOf: asOf, items: items, counts: counts, isTruncated: isTruncated,
      next: next,
      hints: hints, fields: fields)
  }
}
