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

  /// What a page says of the items that it leaves out; nil when it shows all.
  package func sentence(_ count: Int, _ many: String, _ ways: String) -> String? {
    guard from > 0 || isCut(count) else { return nil }
    let shown = items(of: Array(0..<max(count, 0)))
    let range = from > 0 ? "\(from + 1) to \(from + shown.count)" : "\(shown.count)"
    return "Showing \(range) of \(count) \(many). To see more: \(ways)"
  }
}
