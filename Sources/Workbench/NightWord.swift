package import Base
package import Console
package import Facts
package import Layout
package import Ledger
package import NightReading
internal import Platform

/// The one rule for a night: a run's id, or the last night of the lab where none is named.
package enum NightWord {
  package static let which = Argument(
    optional: ValueKind<String>.text("RUN"), "The night, r12; else the last one of the lab")

  package static let flag = Option("run", .text("RUN"), "The night; else the last one of the lab")

  package static let cursor = Option(
    "cursor", .whole("C", 0...Int.max), "Go on where an earlier page ended (its 'next')")

  /// The part of a list that is asked for.
  package static func window(_ call: Call) -> Window {
    Window(from: call[cursor] ?? 0, limit: call.limit ?? .max)
  }

  /// The run of the night that is meant.
  package static func id(_ word: String?, _ reader: LedgerReader) throws -> RunID {
    if let word, word != "last" {
      guard let id = RunID(word) else {
        throw BelayError(
          .usage, "a night is named as r12, or last, not '\(word.printable())'", hint: "belay log")
      }
      guard try reader.head(id).fact.type == .night else {
        throw BelayError(.usage, "\(id) is no night", hint: "belay log")
      }
      return id
    }
    guard let id = try reader.newest(.night) else {
      throw BelayError(
        .notFound, "no night in this lab", place: reader.path, hint: "belay run EXPERIMENT")
    }
    return id
  }

  /// The night that is meant, with what is counted over its trials.
  package static func run(_ word: String?, _ reader: LedgerReader) throws -> RunRecord {
    try reader.run(id(word, reader))
  }

  /// The night that is meant, read whole.
  package static func view(_ word: String?, _ call: Call) throws -> NightView {
    let reader = try LabWord.reader(call)
    return try NightView.read(
      reader, run: id(word, reader), keeping: true, clock: call.surroundings.clock)
  }
}
