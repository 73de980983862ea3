internal import Base
internal import Climb

/// Commands whose end is not recorded: what a night that was cut off has to do again.
struct Outstanding {
  private var proposals: [Int: Command] = [:]
  private var reflections: [EditID: Command] = [:]
  private var inspections: [CandidateID: Command] = [:]
  private var trials: [TrialID: Command] = [:]

  init(_ facts: [NightFact]) {
    for fact in facts { fold(fact) }
  }

  private mutating func fold(_ fact: NightFact) {
    switch fact {
    case .issued(let command):
      switch command {
      case .propose(let order): proposals[order.number] = command
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

  /// The commands, in the order of their numbers.
  var commands: [Command] {
    proposals.sorted { $0.key < $1.key }.map(\.value)
      + reflections.sorted { $0.key < $1.key }.map(\.value)
      + inspections.sorted { $0.key < $1.key }.map(\.value)
      + trials.sorted { $0.key < $1.key }.map(\.value)
  }
}
