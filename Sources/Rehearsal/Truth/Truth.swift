/// How likely a simulated model solves each task under a harness: computed from the tables that it acts
/// by, over everything that chance may bring, and not from trials.
public struct RehearsalTruth: Sendable {
  private let knowledge: RehearsalKnowledge
  private let model: RehearsalModel

  /// What is true of a model.
  public init(_ knowledge: RehearsalKnowledge, _ model: RehearsalModel) {
    self.knowledge = knowledge
    self.model = model
  }

  /// The chance that a task is solved; nil when nothing is known of it.
  public func chance(_ task: String, _ setting: RehearsalSetting) -> Double? {
    knowledge.task(task).map { chance($0, setting) }
  }

  /// The mean chance over some tasks; nil without any that are known.
  public func mean(_ tasks: [String], _ setting: RehearsalSetting) -> Double? {
    let chances = tasks.compactMap { chance($0, setting) }
    return chances.isEmpty ? nil : chances.reduce(0, +) / Double(chances.count)
  }

  /// Over everything that advisers may say: what they warn of counts like the harness's own words.
  func chance(_ task: RehearsalTask, _ setting: RehearsalSetting) -> Double {
    guard setting.advisers > 0 else { return ownChance(task, setting) }
    let missed = (0..<setting.advisers).reduce(1) { chance, _ in chance * (1 - model.hinting) }
    return Self.subsets(task.slips.indices).reduce(0) { total, hinted in
      let said = hinted.map { Hints.sentence(task.slips[$0].kind) } + [Hints.check]
      var advised = setting
      let reading = TraitReader.read(said.flatMap { TextSentence.all(in: $0) })
      advised.traits.formUnion(reading.traits)
      advised.words += reading.words
      let weight = Self.weight(hinted, of: task.slips.map { _ in 1 - missed })
      return total + weight * ownChance(task, advised)
    }
  }

  private func ownChance(_ task: RehearsalTask, _ setting: RehearsalSetting) -> Double {
    let open = chances(task, setting, sawCut: false)
    let cut = chances(task, setting, sawCut: true)
    let isLong = setting.toolOutputBytes.map { $0 * 10 < task.lookAllBytes * 9 } ?? false
    var total = 0.0
    for slips in Self.subsets(task.slips.indices) {
      let looks = !slips.contains { task.slips[$0].kind == .look }
      for printsAll in [false, true] {
        let chances = printsAll && isLong && looks ? cut : open
        let weight =
          Self.weight(slips, of: chances.slips)
          * (printsAll ? chances.printsAll : 1 - chances.printsAll) * (1 - chances.asks)
        guard weight > 0 else { continue }
        total += weight * solved(slips, printsAll, chances, task, setting)
      }
    }
    return total
  }

  /// The chance that work with these slips ends right.
  private func solved(
    _ slips: Set<Int>, _ printsAll: Bool, _ chances: Chances, _ task: RehearsalTask,
    _ setting: RehearsalSetting
  ) -> Double {
    var total = 0.0
    for noticed in Self.subsets(slips.sorted()) {
      let found = Self.weight(noticed, of: chances.notices, among: slips)
      for checks in [false, true] {
        let intent = Intent(
          slips: slips, noticed: noticed, checks: checks, printsAll: printsAll, asks: false)
        let plan = Plan(intent, task, model, setting.traits)
        let turns = turns(plan, task, setting)
        guard let left = plan.slips(afterTurns: turns) else { continue }
        total +=
          found * (checks ? chances.checks : 1 - chances.checks)
          * repaired(left, chances.seenByOthers, rounds: setting.repairRounds)
      }
    }
    return total
  }

  /// The chance that a checker finds all that is left within its rounds: it stops when it finds nothing.
  private func repaired(_ left: Set<Int>, _ seen: [Double], rounds: Int) -> Double {
    if left.isEmpty { return 1 }
    guard rounds > 0 else { return 0 }
    return Self.subsets(left.sorted()).reduce(0) { total, found in
      found.isEmpty
        ? total
        : total + Self.weight(found, of: seen, among: left)
          * repaired(left.subtracting(found), seen, rounds: rounds - 1)
    }
  }

  /// How many moves of a plan fit into the turns.
  private func turns(_ plan: Plan, _ task: RehearsalTask, _ setting: RehearsalSetting) -> Int {
    guard let most = setting.turns else { return plan.moves.count }
    guard let tokens = setting.maxOutputTokens,
      task.solution.utf8.count > tokens * TokenRule.bytesPerToken * 8 / 10
    else { return most }
    // A work that does not fit an answer takes one that is cut, its pieces, and the run of them.
    let pieces = Pieces.split(task.solution, bytes: Pieces.size(maxOutputTokens: tokens)).count
    var left = most
    return plan.moves.prefix { move in
      switch move {
      case .solve, .repair: left -= 1 + pieces
      default: left -= 1
      }
      return left >= 0
    }.count
  }

  private func chances(
    _ task: RehearsalTask, _ setting: RehearsalSetting, sawCut: Bool
  ) -> Chances {
    Chances(model, task, setting.reading, sawCut: sawCut, hasEditor: setting.hasEditor)
  }

  /// The chance of exactly these, where each happens by itself.
  private static func weight(
    _ chosen: Set<Int>, of chances: [Double], among all: Set<Int>? = nil
  ) -> Double {
    chances.indices.reduce(1) { weight, index in
      guard all?.contains(index) ?? true else { return weight }
      return weight * (chosen.contains(index) ? chances[index] : 1 - chances[index])
    }
  }

  private static func subsets(_ indices: some RandomAccessCollection<Int>) -> [Set<Int>] {
    let list = Array(indices)
    return (0..<(1 << list.count)).map { bits in
      Set(list.indices.filter { bits >> $0 & 1 == 1 }.map { list[$0] })
    }
  }
}
