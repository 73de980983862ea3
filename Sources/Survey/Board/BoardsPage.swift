public import Base
internal import Facts
public import Layout
public import Ledger
internal import NightReading
public import Report

/// Boards of all suites, with the baselines and champions of nights beside evaluations.
public struct BoardsPage: ReportPage {
  /// The name and version of its records.
  public static let schema = Leaderboard.schema

  /// The boards, the suite of the newest run first.
  public let boards: [Leaderboard]
  /// Why nights do not stand on the boards.
  public let cautions: [String]
  private let window: Window
  private var total: Int { boards.reduce(0) { $0 + $1.allRows } }

  // A board is read at once: of a lab with many nights the newest ones stand on it.
  private static let nights = 20

  /// The boards of one suite, or of all of them; nights that are over stand on them by their fresh trials.
  ///
  /// `known` spares who asks again the nights that were read before; one who is `keeping` leaves what took long
  /// beside the ledger.
  public static func read(
    _ reader: LedgerReader, suite named: String? = nil, split: Split? = nil, all: Bool = false,
    window: Window = Window(limit: 50), minCoverage: Double = 0.9, known: FreshRows = FreshRows(),
    keeping: Bool = false, clock: WallClock
  ) throws -> BoardsPage {
    let runs = try reader.runs()
    let candidates = try reader.candidates()
    let wanted = try named.map { try reader.suite($0).digest }
    let nights = runs.filter {
      $0.fact.type == .night && (wanted == nil || $0.fact.suite == wanted)
    }.map(\.head)
    let (fresh, cautions) = Self.fresh(reader, nights, known, keeping, clock)
    var suites: [(digest: Digest, name: String)] = []
    let types: Set<RunType> = [.eval, .imported, .night]
    for run in runs where types.contains(run.fact.type) {
      let suite = run.fact.suite
      guard wanted == nil || suite == wanted, !suites.contains(where: { $0.digest == suite }) else {
        continue
      }
      suites.append((suite, run.suiteName))
    }
    // One window goes over the rows of all boards, one below the other. An older form of a suite that is shown
    // is told of there; alone it is worth a board only when asked for.
    var boards: [Leaderboard] = []
    var names: Set<String> = []
    var (before, room) = (0, window.limit)
    for suite in suites where wanted != nil || !names.contains(suite.name) {
      let board = try Leaderboard.read(
        reader, suite: suite.digest.hex, split: split, all: all,
        window: Window(from: window.from - before, limit: room), minCoverage: minCoverage,
        fresh: fresh, of: (runs, candidates))
      guard board.allRows > 0 else { continue }
      names.insert(suite.name)
      boards.append(board)
      before += board.allRows
      room -= board.rows.count
    }
    if boards.isEmpty {
      boards = [
        try Leaderboard.read(
          reader, suite: named, split: split, all: all, window: window, minCoverage: minCoverage)
      ]
    }
    return BoardsPage(boards: boards, cautions: cautions, window: window)
  }

  // A night that cannot be read hides no other, and is not passed over in silence.
  private static func fresh(
    _ reader: LedgerReader, _ nights: [RunHead], _ known: FreshRows, _ keeping: Bool,
    _ clock: WallClock
  ) -> (rows: [FreshRow], cautions: [String]) {
    var rows: [FreshRow] = []
    var cautions: [String] = []
    for night in nights.prefix(Self.nights) {
      do {
        if let found = try known.rows(of: night, reader, keeping: keeping, clock) {
          rows += found
        } else {
          cautions.append("\(night.id) is under way: it stands here when it is over")
        }
      } catch {
        let why = (error as? BelayError)?.message ?? "\(error)"
        cautions.append(
          "\(night.id) does not stand here, since it cannot be read: \(why)".printable())
      }
    }
    if nights.count > Self.nights {
      cautions.append(
        "of \(nights.count) nights the newest \(Self.nights) stand here: --suite leaves out those of others"
      )
    }
    return (rows, cautions)
  }

  /// The rows of all boards.
  public var items: [JSON] { boards.flatMap(\.items) }
  /// Whole counts over all boards.
  public var counts: [String: Int] {
    boards.reduce(into: ["boards": boards.count]) { sums, board in
      sums.merge(board.counts, uniquingKeysWith: +)
    }
  }
  /// Whether there are rows behind those that are shown.
  public var isTruncated: Bool { window.isCut(total) }
  /// Where the next page begins.
  public var next: String? { window.next(total) }
  /// Why nights do not stand on the boards, beside the rows.
  public var fields: [String: JSON] { ["cautions": .array(cautions.map(JSON.string))] }
  /// Commands that lead on.
  public var hints: [String] {
    var seen: Set<String> = []
    return boards.flatMap(\.hints).filter { seen.insert($0).inserted }.prefix(4).map { $0 }
  }

  private var shown: [Leaderboard] {
    boards.filter { !$0.rows.isEmpty || boards.count == 1 }
  }

  /// What the page leaves out, and how to come to it; nil when it shows all.
  public var cut: String? { window.sentence(total, "rows", fewer: "--suite, --split") }

  /// The boards, one below the other.
  public func text(width: Int) -> String {
    shown.map { $0.text(width: width, isPart: true) }.joined(separator: "\n")
      + Prose.text(
        (cut.map { [$0] } ?? []).flatMap { Prose.wrap($0, width: width) }
          + cautions.flatMap { Prose.wrap("caution: \($0)", width: width, indent: 2) })
  }

  /// The boards in Markdown, with all that the text says of them.
  public var markdown: String {
    let remarks = (cut.map { [$0] } ?? []) + cautions.map { "Caution: \($0)" }
    return shown.map(\.markdown).joined() + remarks.map { "\n\(Document.escaped($0))\n" }.joined()
  }

  /// The rows of all boards as comma-separated values under one heading.
  public var csv: String { Leaderboard.csv(shown) }
}
