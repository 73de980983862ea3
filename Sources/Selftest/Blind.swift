internal import Base
internal import Climb

/// The proposer of a problem: one change of one coordinate, by chance, seeing nothing.
struct Blind: Sendable {
  let problem: Problem

  /// So many proposals, when so many were asked for before.
  func propose(_ count: Int, after number: Int, seed: UInt64) -> [Proposal] {
    var draws = Draws(seed: seed, for: UInt64(number) &* 16 &+ 8)
    return (0..<count).map { _ in
      let switches = problem.start.switches.count
      let coordinate = draws.below(switches + problem.levels.count)
      if coordinate < switches {
        return Proposal(
          author: "blind",
          edit: Edit(
            components: ["x\(coordinate)"],
            value: .patch(problem.start.switches[coordinate] ? "0" : "1")))
      }
      let knob = coordinate - switches
      let from = problem.start.knobs[knob]
      let others = (0..<problem.levels[knob]).filter { $0 != from }
      let level = others[draws.below(others.count)]
      return Proposal(
        author: "blind",
        edit: Edit(
          components: ["z\(knob)"],
          value: .level(Double(level - from) / Double(problem.levels[knob] - 1))))
    }
  }
}

extension Problem {
  /// A configuration without the switches that only remember the tasks that are seen.
  func forgetting(_ configuration: Configuration) -> Configuration {
    var honest = configuration
    for (index, kind) in kinds.enumerated() where kind.hasPrefix("overfit") {
      honest.switches[index] = start.switches[index]
    }
    return honest
  }

  /// The start with some edits of the blind proposer.
  func configuration(with edits: [Edit]) -> Configuration {
    var configuration = start
    for edit in edits {
      guard let index = Int(edit.components[0].dropFirst()) else { continue }
      switch edit.value {
      case .patch(let text):
        if configuration.switches.indices.contains(index) {
          configuration.switches[index] = text == "1"
        }
      case .level(let distance):
        guard levels.indices.contains(index) else { continue }
        configuration.knobs[index] =
          start.knobs[index] + Int((distance * Double(levels[index] - 1)).rounded())
      }
    }
    return configuration
  }
}
