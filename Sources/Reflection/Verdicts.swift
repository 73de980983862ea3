public import Climb

extension Collection where Element == GateVerdict {
  /// Whether one of them says that hidden tasks are known where they cannot be known: the sandbox leaks.
  public var stopTheNight: Bool { contains { $0.gate == "leak" && $0.word == .fail } }

  /// Whether the edit or candidate goes no further.
  public var block: Bool { contains { $0.word == .fail } }

  /// What multiplies the evidence that a race asks for: 1, 2 for a doubt, 5 where a judge says `specific`.
  public var prior: Double {
    reduce(1) { Swift.max($0, $1.figures["prior"] ?? ($1.word == .undecided ? 2 : 1)) }
  }
}
