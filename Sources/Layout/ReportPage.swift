public import Base

/// A screen as data: records for programs and a text for people, both from the same facts.
public protocol ReportPage: Sendable {
  /// The name and version of its records: `belay.leaderboard/1`.
  static var schema: String { get }
  /// The records.
  var items: [JSON] { get }
  /// Whole counts, whatever part of the records is shown.
  var counts: [String: Int] { get }
  /// Whether there is more than the records show.
  var isTruncated: Bool { get }
  /// Where the next page begins, for a reader that asks again.
  var next: String? { get }
  /// Members of the envelope beside the records.
  var fields: [String: JSON] { get }
  /// Commands that lead on from here.
  var hints: [String] { get }
  /// The page as `--json` writes it.
  func envelope(asOf: Timestamp) -> JSON
  /// The screen as lines of at most `width` columns, each ended; safe to print.
  func text(width: Int) -> String
  /// The same where boxes and colours may be drawn; its tones become colours in `Ink.finished`.
  func text(width: Int, ink: Ink) -> String
}

extension ReportPage {
  /// All that there is.
  public var isTruncated: Bool { false }
  /// No further page.
  public var next: String? { nil }
  /// Nothing beside the records.
  public var fields: [String: JSON] { [:] }
  /// No hints.
  public var hints: [String] { [] }
  /// The plain screen.
  public func text(width: Int, ink: Ink) -> String { text(width: width) }
  /// The number of records.
  public var counts: [String: Int] { ["items": items.count] }
}

extension Digest {
  /// The suite's name where a shell takes it as one plain word, else the start of this digest.
  package func pasteable(_ name: String) -> String {
    let isPlain =
      !name.isEmpty && name.utf8.first != 0x2D
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "._-/@".utf8.contains($0)
      }
    return isPlain ? name : short
  }
}
