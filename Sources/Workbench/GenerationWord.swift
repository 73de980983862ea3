package import Base
internal import Climb
package import Console
internal import Facts
internal import Harness
package import Ledger
package import NightReading
internal import Platform

/// The words for the candidates of a night: `g0`, `g1` and so on, `baseline`, `champion`; else any HARNESS.
package enum GenerationWord {
  /// What such a word says in a help text.
  package static let help = "g0, g1, baseline or champion of a night; else any HARNESS"

  /// The number of a generation; nil for any other word.
  package static func number(_ text: String) -> Int? {
    guard text.first == "g", text.count <= 7, text.dropFirst().allSatisfy(\.isWholeNumber) else {
      return nil
    }
    return Int(text.dropFirst())
  }

  /// Whether a word names a candidate by its place in a night.
  package static func isPlace(_ text: String) -> Bool {
    number(text) != nil || ["baseline", "champion"].contains(text)
  }

  /// The candidate that a word means in a night; nil for a word that is no place in it.
  package static func candidate(_ text: String, in view: NightView) throws -> CandidateID? {
    guard isPlace(text) else { return nil }
    let last = view.fold.track.line.count - 1
    let place =
      text == "baseline"
      ? view.generation(0)
      : text == "champion" ? view.champion : number(text).flatMap(view.generation)
    guard let place, let id = view.id(of: place) else {
      throw BelayError(
        .notFound,
        last == 0
          ? "nothing was adopted in this night: it has the baseline g0 alone"
          : "the night has no generation \(text.printable()), only g0 to g\(last)",
        place: "\(view.run.id)", hint: "belay tree \(view.run.id)")
    }
    return id
  }

  /// The id of a candidate that is named by its place in the newest night; any other word as it is.
  package static func known(_ text: String, _ call: Call) throws -> String {
    // Without a night such a word may still be the name of a harness.
    guard isPlace(text), let reader = try? LabWord.reader(call), try reader.newest(.night) != nil
    else { return text }
    return try candidate(text, in: NightWord.view(nil, call)).map { "\($0)" } ?? text
  }

  /// The newest night in which all of these candidates were put together; nil where there is none.
  package static func night(
    of candidates: [CandidateID], _ reader: LedgerReader, _ clock: WallClock
  ) throws
    -> NightView?
  {
    for run in try reader.runs() where run.fact.type == .night {
      guard candidates.allSatisfy({ run.candidates.contains($0) }) else { continue }
      return try NightView.read(reader, run: run.id, keeping: true, clock: clock)
    }
    return nil
  }
}
