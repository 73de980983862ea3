internal import Base
internal import Stats

extension World {
  /// Goes on with the evidence of the last adoption, now that both banks know more.
  mutating func replicate() {
    guard var next = probation, let mine = banks[next.candidate], let theirs = banks[next.parent]
    else { return }
    for (place, start) in next.starts.enumerated() {
      let paired = min(mine.visits[place].count, theirs.visits[place].count - start)
      while next.fed[place] < paired {
        let new = mine.visits[place][next.fed[place]]
        let old = theirs.visits[place][start + next.fed[place]]
        guard new.outcome != .underWay, old.outcome != .underWay else { break }
        // What lies too far apart is no pair; those behind it may be.
        if new.planned.isNear(old.planned, rules.racing.ageing), let gained = new.score,
          let held = old.score
        {
          next.probation.add(gained - held)
        }
        next.fed[place] += 1
      }
    }
    probation = next
  }

  /// Takes the last adoption back when its replication has failed.
  var probationVerdict: Command? {
    guard let probation, probation.probation.isLost else { return nil }
    return .rollBack(probation.candidate, logE: probation.probation.evidence.logE)
  }

  mutating func rollBack() {
    guard let lost = probation else { return }
    probation = nil
    if let place = races.lastIndex(where: {
      $0.opening.candidate == lost.candidate && $0.state == .adopted
    }) {
      races[place].state = .rolledBack
    }
    rolledBack.append(lost.candidate)
    incumbent = lost.parent
    anchor = lost.parentAnchor
    adoptions -= 1
    bundles = []
  }
}
