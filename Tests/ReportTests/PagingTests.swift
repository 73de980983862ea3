import Base
import Facts
import Inspection
import Layout
import Ledger
import Testing

@testable import Report

/// Lists that are read a page at a time.
@Suite struct PagingTests {
  private static let lists: [(String, @Sendable (LedgerReader, Window) throws -> any ReportPage)] =
    [
      ("tasks", { try Matrix.read($0, window: $1) }),
      ("rows", { try Leaderboard.read($0, window: $1) }),
      ("rows", { try Leaderboard.read($0, all: true, window: $1) }),
      ("runs", { try RunList.read($0, window: $1) }),
      ("places", { try SearchPage.read($0, "row", window: $1, content: false) }),
    ]

  @Test
  func `page after page shows every item once, and says how many are left and how to see them`()
    async throws
  {
    try await Night.with { reader, _ in
      for (many, read) in Self.lists {
        for limit in [1, 2, 5] {
          try Self.follow(limit: limit, many) { try read(reader, $0) }
        }
      }
    }
  }

  @Test
  func `a search goes on behind any number, reads no further than a bound, and never goes round`()
    async throws
  {
    try await Night.with { reader, _ in
      for from in [1_000_000, 1_000_001, Int.max - 1, Int.max] {
        for limit in [0, 1, Int.max] {
          let page = try SearchPage.read(
            reader, "row", window: Window(from: from, limit: limit), content: false)
          #expect(page.items.isEmpty && !page.isTruncated && page.next == nil)
          #expect(page.text(width: 80).contains("nobody reads further"))
        }
      }
      // A page of nothing leads nowhere: who follows it would never end.
      let nothing = try SearchPage.read(reader, "row", window: Window(limit: 0), content: false)
      #expect(!nothing.isTruncated && nothing.next == nil)
    }
  }

  private static func follow(
    limit: Int, _ many: String, _ read: (Window) throws -> any ReportPage
  ) throws {
    let whole = try read(Window(limit: .max))
    #expect(whole.next == nil && !whole.isTruncated && whole.items.count > 1)
    #expect(!whole.text(width: 300).contains("Showing"))
    var seen: [JSON] = []
    var from: Int? = 0
    while let place = from, seen.count <= whole.items.count {
      let page = try read(Window(from: place, limit: limit))
      #expect(page.items.count <= limit && !page.items.isEmpty)
      seen += page.items
      from = page.next.flatMap { Int($0) }
      #expect(page.isTruncated == (from != nil))
      let text = page.text(width: 300)
      let left = whole.items.count - seen.count
      if let from {
        #expect(text.contains("; \(many == "places" ? "there are more" : "\(left) more"): "))
        #expect(text.contains("--cursor \(from), --limit N, --all"), "\(text)")
      } else {
        #expect(text.contains("the last of them; all: --all") == (place > 0), "\(text)")
      }
      if many != "places" {
        for (key, count) in whole.counts { #expect(page.counts[key] == count, "\(key)") }
      }
    }
    #expect(seen == whole.items)
  }

  @Test func `a log says how many lines are left, and where the next begin`() async throws {
    try await Night.with { reader, _ in
      let first = try RunLog.read(reader, run: RunID(1), limit: 4)
      let next = try #require(first.next)
      #expect(first.counts["events"] == 1 && first.counts["left"] == 5)
      #expect(
        first.text(width: 200).contains(
          "Showing 4 of 9 lines; 5 more: --cursor \(next), --limit N, --all"))
      let last = try RunLog.read(reader, run: RunID(1), after: next, limit: 5)
      #expect(last.next == nil && last.counts["left"] == 0)
      #expect(!last.text(width: 200).contains("Showing"))
    }
  }
}
