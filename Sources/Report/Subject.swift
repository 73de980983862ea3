internal import Base
public import Facts
public import Ledger

/// One harness in one run: what a person means by `c3`, `r5`, `r5/c3`, `h12ab…` or a harness's name.
public struct Subject: Sendable, Hashable {
  /// The run.
  public let run: RunRecord
  /// The candidate in it.
  public let candidate: CandidateRecord

  /// One harness in one run.
  public init(run: RunRecord, candidate: CandidateRecord) {
    self.run = run
    self.candidate = candidate
  }

  /// How it is shown and typed: `c3` in `r5`.
  public var label: String { "\(run.id)/\(candidate.id)" }

  /// Refuses a candidate of a night, whose trials all together hold those that chose it and tell of tasks that
  /// stay sealed.
  func refuseNight(_ what: String, hint: String) throws(BelayError) {
    guard run.fact.type == .night else { return }
    throw BelayError(
      .usage, "the trials of a night chose who was tried on: \(what), they overstate", place: label,
      hint: hint)
  }

  /// Reads a text; a harness stands for its newest run.
  public static func resolve(_ text: String, _ reader: LedgerReader) throws -> Subject {
    guard let first = try all(text, reader).first else {
      throw BelayError(
        .notFound, "no run of this harness", place: text, hint: "belay leaderboard")
    }
    return first
  }

  /// Reads a text that may stand for several: a run for all of its candidates.
  public static func columns(_ text: String, _ reader: LedgerReader) throws -> [Subject] {
    guard let id = RunID(text[...]) else { return [try resolve(text, reader)] }
    let run = try reader.run(id)
    return try run.candidates.map { Subject(run: run, candidate: try reader.candidate($0)) }
  }

  /// Reads two texts; of several runs, takes the newest two on the same suite under equal conditions.
  public static func resolve(_ left: String, _ right: String, _ reader: LedgerReader) throws
    -> (Subject, Subject)
  {
    let lefts = try all(left, reader)
    let rights = try all(right, reader)
    var best: (Subject, Subject)?
    for fits in [
      Subject.isComparable, { $0.run.fact.suite == $1.run.fact.suite }, { _, _ in true },
    ] {
      for one in lefts where best == nil {
        best = rights.first { $0 != one && fits(one, $0) }.map { (one, $0) }
      }
      if best != nil { break }
    }
    if let best { return best }
    let missing = lefts.isEmpty ? left : right
    guard let one = lefts.first, let two = rights.first else {
      throw BelayError(
        .notFound, "no run of this harness", place: missing, hint: "belay leaderboard")
    }
    return (one, two)
  }

  private static func isComparable(_ left: Subject, _ right: Subject) -> Bool {
    left.run.fact.suite == right.run.fact.suite
      && left.run.fact.conditions == right.run.fact.conditions
  }

  // Newest first.
  private static func all(_ text: String, _ reader: LedgerReader) throws -> [Subject] {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if let id = RunID(parts[0]), parts.count <= 2 {
      let run = try reader.run(id)
      if parts.count == 2 {
        guard let candidate = CandidateID(parts[1]), run.candidates.contains(candidate) else {
          throw BelayError(
            .notFound, "the run has no candidate \(parts[1])", place: "\(id)",
            hint: "belay show \(id)")
        }
        return [Subject(run: run, candidate: try reader.candidate(candidate))]
      }
      guard run.candidates.count <= 1 else {
        let names = run.candidates.prefix(5).map { "\(id)/\($0)" }.joined(separator: ", ")
        throw BelayError(
          .usage, "the run has \(run.candidates.count) candidates: \(names)", place: "\(id)",
          hint: "name one of them")
      }
      return try run.candidates.map {
        Subject(run: run, candidate: try reader.candidate($0))
      }
    }
    let candidate: CandidateRecord
    if let id = CandidateID(text) {
      candidate = try reader.candidate(id)
    } else {
      let harness = try reader.harness(text)
      guard let known = try reader.candidates().first(where: { $0.harness == harness.digest })
      else {
        throw BelayError(
          .notFound, "no run of this harness", place: text,
          hint: "belay eval \(text) --suite SUITE")
      }
      candidate = known
    }
    return try reader.runs().filter { $0.candidates.contains(candidate.id) }
      .sorted {
        $0.fact.type.order == $1.fact.type.order
          ? $0.id > $1.id : $0.fact.type.order < $1.fact.type.order
      }
      .map { Subject(run: $0, candidate: candidate) }
  }
}

extension RunType {
  // An audit says something about the suite, and a night's trials chose whom they tried: either stands for a
  // harness only where nothing else does.
  fileprivate var order: Int {
    switch self {
    case .night: 2
    case .audit: 1
    default: 0
    }
  }
}
