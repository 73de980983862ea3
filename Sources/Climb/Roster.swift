internal import Base

/// The candidates of a night in the order in which they were put together, each with other edits; the first is
/// the baseline.
struct Roster: Sendable {
  private(set) var candidates = [Candidate(id: CandidateID(1), edits: [])]
  private var numbers: [[EditID]: CandidateID] = [[]: CandidateID(1)]

  init() {}

  /// The number of the candidate with these edits; nil while there is none.
  func number(of edits: [EditID]) -> CandidateID? { numbers[edits] }

  /// The candidate with these edits, which is made where there is none.
  mutating func candidate(with edits: [EditID]) -> CandidateID {
    if let known = numbers[edits] { return known }
    let id = CandidateID(candidates.count + 1)
    candidates.append(Candidate(id: id, edits: edits))
    numbers[edits] = id
    return id
  }
}

extension Roster: Codable {
  init(from decoder: any Decoder) throws {
    for edits in try Packed<[[EditID]]>(from: decoder).wrappedValue { _ = candidate(with: edits) }
  }

  func encode(to encoder: any Encoder) throws {
    try Packed(wrappedValue: candidates.dropFirst().map(\.edits)).encode(to: encoder)
  }
}
