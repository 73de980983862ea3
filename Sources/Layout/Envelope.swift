public import Base

/// The one form in which every page is written as JSON, whoever asks for it.
package enum Envelope {
  /// The records with what is around them; `as_of` stands first.
  package static func json(
    schema: String, asOf: Timestamp, items: [JSON], counts: [String: Int], isTruncated: Bool,
    next: String?, hints: [String], fields: [String: JSON]
  ) -> JSON {
    var members = fields
    members["schema"] = .string(schema)
    members["as_of"] = .string("\(asOf)")
    members["counts"] = .object(counts.mapValues(JSON.int))
    members["truncated"] = .bool(isTruncated)
    members["items"] = .array(items)
    members["next"] = .optional(next)
    members["hints"] = .array(hints.map(JSON.string))
    return .object(members)
  }
}

extension ReportPage {
  /// The page as `--json` writes it.
  public func envelope(asOf: Timestamp) -> JSON {
    Envelope.json(
      schema: Self.schema, asOf: asOf, items: items, counts: counts, isTruncated: isTruncated,
      next: next, hints: hints, fields: fields)
  }
}
