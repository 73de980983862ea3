internal import Base
internal import Facts
internal import Ledger

/// The one rule for a night: a run's id, or the last night of the lab where none is named.
enum NightWord {
  static func run(_ word: String?, _ reader: LedgerReader) throws -> RunRecord {
    if let word, word != "last" {
      guard let id = RunID(word) else {
        throw BelayError(
          .usage, "a night is named as r12, or last, not '\(word.printable())'", hint: "belay log")
      }
      let run = try reader.run(id)
      guard run.fact.type == .night else {
        throw BelayError(.usage, "\(id) is no night", hint: "belay log")
      }
      return run
    }
    guard let run = try reader.runs().first(where: { $0.fact.type == .night }) else {
      throw BelayError(
        .notFound, "no night in this lab", place: reader.path, hint: "belay run EXPERIMENT")
    }
    return run
  }
}
