internal import Base
internal import Climb

/// Commands whose end is not recorded: what a night that was cut off has to do again.
struct Outstanding {
  private var proposals: [Int: (command: Command, facts: Int)] = [:]
  private var reflections: [EditID: Command] = [:]
  private var inspections: [CandidateID: Command] = [:]
  private var trials: [TrialID: Command] = [:]

  init(_ facts: [NightFact]) {
    for (place, fact) in facts.enumerated() { fold(fact, count: place + 1) }
  }

  private mutating func fold(_ fact: NightFact, count: Int) {
    switch fact {
    case .issued(let command):
      switch command {
      case .propose(let order): proposals[order.number] = (command, count)
      case .reflect(let edit): reflections[edit] = command
      case .inspect(let candidate, _): inspections[candidate] = command
      case .run(let order): trials[order.id] = command
      default: break
      }
    case .proposed(let number, _, _, _): proposals[number] = nil
    case .reflected(let edit, _, _, _): reflections[edit] = nil
    case .inspected(let candidate, _, _): inspections[candidate] = nil
    case .finished(let trial, _, _): trials[trial] = nil
    case .opened, .assembled, .steered, .clock, .resumed: break
    }
  }

  /// The commands, in the order of their numbers, each with how many facts there were when it was given; for
  /// all but proposals what is known by now serves as well, and no number is kept.
  var commands: [(command: Command, facts: Int?)] {
    let others =
      reflections.sorted { $0.key < $1.key }.map(\.value)
      + inspections.sorted { $0.key < $1.key }.map(\.value)
      + trials.sorted { $0.key < $1.key }.map(\.value)
    return proposals.sorted { $0.key < $1.key }.map { ($0.value.command, $0.value.facts) }
      + others.map { ($0, nil) }
  }
}
