/// One thing that a model does in one turn.
enum Move: Sendable, Hashable {
  /// Looks around where nothing is to be seen; numbered.
  case dawdle(Int)
  /// Writes down what is asked for.
  case notes
  /// Looks at the inputs; whole, or at their beginnings.
  case look(whole: Bool)
  /// Reads the manual of a tool.
  case manual
  /// Reports instead of working; numbered.
  case report(Int)
  /// Does the work, with these slips in it.
  case solve(slips: Set<Int>)
  /// Looks at the result.
  case check
  /// Does the work again, with these slips still in it.
  case repair(slips: Set<Int>, found: Set<Int>)
  /// Asks a question instead of working.
  case ask
  /// Says that it is done.
  case finish

  /// The move as chance knows it: a set is written in another order by every process.
  var word: String {
    switch self {
    case .solve(let slips): "solve \(slips.sorted())"
    case .repair(let slips, let found): "repair \(slips.sorted()) \(found.sorted())"
    default: "\(self)"
    }
  }
}

/// What a model will do in a task, as chance has it.
struct Intent: Sendable, Hashable {
  /// The slips that it makes, by their place in the task.
  var slips: Set<Int>
  /// Those that it would find in a check.
  var noticed: Set<Int>
  var checks: Bool
  var printsAll: Bool
  var asks: Bool

  init(slips: Set<Int>, noticed: Set<Int>, checks: Bool, printsAll: Bool, asks: Bool) {
    self.slips = slips
    self.noticed = noticed
    self.checks = checks
    self.printsAll = printsAll
    self.asks = asks
  }

  /// Draws it.
  init(_ chances: Chances, _ draws: Draws, _ task: RehearsalTask) {
    func drawn(_ what: String, _ list: [Double]) -> Set<Int> {
      Set(list.indices.filter { draws.happens("\(what) \(task.slips[$0].name)", list[$0]) })
    }
    slips = drawn("slip", chances.slips)
    noticed = drawn("notice", chances.notices)
    checks = draws.happens("check", chances.checks)
    printsAll = draws.happens("print", chances.printsAll)
    asks = draws.happens("ask", chances.asks)
  }
}

/// The moves of a model in a task, in order.
struct Plan: Sendable, Hashable {
  var moves: [Move]

  init(
    _ intent: Intent, _ task: RehearsalTask, _ model: RehearsalModel, _ traits: Set<HarnessTrait>
  ) {
    var moves: [Move] = intent.asks ? [.ask] : []
    // Who counts turns, or hurries, does not look around for nothing.
    if traits.isDisjoint(with: [.budgetTurns, .hurry]) {
      moves += (0..<model.dawdling).map { .dawdle($0) }
    }
    if traits.contains(.notes) { moves.append(.notes) }
    // A slip of this kind is that the inputs were not looked at.
    if !intent.slips.contains(where: { task.slips[$0].kind == .look }) {
      moves.append(.look(whole: intent.printsAll))
    }
    if traits.contains(.readManual) { moves.append(.manual) }
    if traits.contains(.ritual) {
      moves += (0..<HarnessTrait.ritual.turnsBefore).map { .report($0) }
    }
    moves.append(.solve(slips: intent.slips))
    if intent.checks {
      moves.append(.check)
      let found = intent.slips.intersection(intent.noticed)
      if !found.isEmpty {
        moves.append(.repair(slips: intent.slips.subtracting(found), found: found))
      }
    }
    self.moves = moves + [.finish]
  }

  /// The slips that are in the work after so many turns; nil when there is no work yet.
  func slips(afterTurns turns: Int) -> Set<Int>? {
    var left: Set<Int>?
    for move in moves.prefix(turns) {
      switch move {
      case .solve(let slips), .repair(let slips, _): left = slips
      default: break
      }
    }
    return left
  }
}
