public import Base
internal import Climb

extension NightView {
  /// The candidates from the baseline over every adoption that stands to the one that is handed over, in the
  /// lab's ids; none that was never put together.
  public var lineOfDescent: [CandidateID] {
    let adopted = world.races.filter { $0.state == .adopted }.map(\.opening.candidate)
    var line = [CandidateID(1)]
    for candidate in adopted + [champion] where !line.contains(candidate) { line.append(candidate) }
    return line.compactMap { id(of: $0) }
  }
}
