internal import Base
internal import Ledger
internal import NightReading

/// One night, folded once, which catches up with its ledger in small pieces: whoever asks for a page meanwhile
/// waits for one piece and not for all.
final class WarmNight: Sendable {
  private struct Seen {
    var isOver = false
    var isWhole = false
    var count = 0
    /// When it was as the ledger had it.
    var at: Int64 = .min
  }

  // A page waits for a few milliseconds of this; a night that nobody can look at yet needs no small pieces.
  private static let (piece, firstPiece) = (500, 20_000)
  // What was caught up with more lately is shown as it is.
  private static let fresh: Int64 = 2000
  private static let patience = Duration.seconds(10)

  private let id: RunID
  private let view = InTurn<NightView?>(nil)
  private let seen = Locked(Seen())

  init(_ id: RunID) { self.id = id }

  /// Whether nothing will come any more; false before it was read.
  var isOver: Bool { seen.withLock { $0.isOver } }

  /// Whether all that was there when it was first asked for has been read.
  var isWhole: Bool { seen.withLock { $0.isWhole } }

  /// Takes in what came; any number may do so at once, and share the work.
  func catchUp(_ reader: LedgerReader, _ clock: WallClock) throws {
    let began = ContinuousClock.now
    while try takePiece(reader, clock) {
      guard isWhole || ContinuousClock.now - began < Self.patience else {
        throw BelayError(
          .busy, "the night is being read: \(seen.withLock { $0.count }) facts by now",
          place: "\(id)", hint: "ask again in a moment")
      }
    }
  }

  /// Whether there is more.
  private func takePiece(_ reader: LedgerReader, _ clock: WallClock) throws -> Bool {
    try view.withTurn { view in
      let now = clock.now.milliseconds
      let piece = isWhole ? Self.piece : Self.firstPiece
      do {
        let before = view?.fold.count ?? 0
        if view == nil {
          view = try NightView.begin(reader, run: id, clock: clock)
        } else {
          _ = try view?.catchUp(reader, through: before + piece, clock: clock)
        }
        let (count, isOver) = (view?.fold.count ?? 0, view?.isOver ?? false)
        let isMore = before == 0 || count - before >= piece
        seen.withLock { seen in
          seen.count = count
          seen.isOver = isOver
          guard !isMore else { return }
          seen.isWhole = true
          seen.at = now
        }
        return isMore
      } catch {
        // Half of what was new may be in it: the next reader begins anew.
        view = nil
        seen.withLock { $0 = Seen() }
        throw error
      }
    }
  }

  /// Hands out the night as it is, or was a moment ago.
  func read<Result: Sendable>(
    _ reader: LedgerReader, _ clock: WallClock, _ body: (NightView) throws -> Result
  ) throws -> Result {
    let now = clock.now.milliseconds
    let isFresh = seen.withLock { $0.isWhole && abs(now - $0.at) <= Self.fresh }
    if !isFresh { try catchUp(reader, clock) }
    return try view.withTurn { view in
      guard let view else { throw BelayError(.internal, "the night is gone", place: "\(id)") }
      return try body(view)
    }
  }
}
