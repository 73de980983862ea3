/// The part of a list that a page shows: so many items from a place on.
public struct Window: Sendable, Hashable {
  /// How many items stand before it.
  public var from: Int
  /// The most items in it.
  public var limit: Int

  /// So many items from a place on.
  public init(from: Int = 0, limit: Int) {
    self.from = max(0, from)
    self.limit = max(0, limit)
  }

  /// The items that it shows.
  package func items<Element>(of list: [Element]) -> ArraySlice<Element> {
    list.dropFirst(from).prefix(limit)
  }

  /// Whether there are items behind it.
  package func isCut(_ count: Int) -> Bool { count - from > limit }

  /// Where the next page begins; nil when there is none.
  package func next(_ count: Int) -> String? { limit > 0 && isCut(count) ? "\(from + limit)" : nil }

  /// What a page says of the items that it leaves out, how to come to them, and what would leave fewer; nil
  /// when it shows all. Without a count nobody knows how many there are, but that `goesOn` says whether there
  /// are more.
  package func sentence(
    _ count: Int?, _ many: String, shown: Int? = nil, goesOn: Bool = false, fewer: String = ""
  ) -> String? {
    let isCut = count.map(isCut) ?? goesOn
    guard from > 0 || isCut else { return nil }
    let shown = shown ?? min(limit, max((count ?? 0) - from, 0))
    let range =
      shown == 0
      ? "none"
      : from == 0 ? "\(shown)" : shown == 1 ? "\(from + 1)" : "\(from + 1) to \(from + shown)"
    let whole = count.map { "Showing \(range) of \($0) \(many)" } ?? "Showing \(range) \(many)"
    let more =
      isCut
      ? "\(count.map { "\(max($0 - from - shown, 0)) more" } ?? "there are more"): "
        + (limit > 0 ? "--cursor \(from + shown), " : "") + "--limit N, --all"
      : "the last of them; all: --all"
    return "\(whole); \(more)" + (fewer.isEmpty ? "" : "; fewer: \(fewer)")
  }
}
