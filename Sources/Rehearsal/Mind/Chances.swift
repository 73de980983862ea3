internal import Glibc

/// How likely everything is that a model may do in a task under a harness.
struct Chances: Sendable, Hashable {
  /// For each slip of the task, that it is made.
  var slips: [Double]
  /// For each slip of the task, that it is found when the result is checked.
  var notices: [Double]
  /// For each slip of the task, that somebody finds it who comes to the result with fresh eyes.
  var seenByOthers: [Double]
  /// That the result is checked.
  var checks: Double
  /// That the inputs are printed whole.
  var printsAll: Double
  /// That it asks a question instead of working.
  var asks: Double

  /// `sawCut`: what was printed to look at the inputs did not fit and was cut.
  init(
    _ model: RehearsalModel, _ task: RehearsalTask, _ reading: TraitReading, sawCut: Bool,
    hasEditor: Bool = false
  ) {
    let heeds = Heed(model, reading)
    slips = task.slips.map { slip in
      var logit = model.carelessness + slip.difficulty + (model.habits[slip.kind] ?? 0)
      logit -= heeds.protection(slip.kind, task)
      if slip.kind == .output { logit += sawCut ? 1.2 : -0.3 }
      // A long text hides what it is about.
      if slip.kind == .forget { logit += 0.8 * heeds.excess }
      // A file written by a tool of its own passes through no shell, and so through no quotes.
      if slip.kind == .quote && hasEditor { logit -= 0.3 }
      return Self.logistic(logit)
    }
    let noticing = model.noticing + heeds.sum(\.noticing)
    notices = task.slips.map { slip in
      Self.logistic(noticing + (slip.shows ? 0.2 : -1) - slip.difficulty)
    }
    seenByOthers = task.slips.map { slip in
      Self.logistic(model.noticing - 0.1 + (slip.shows ? 0.2 : -1) - slip.difficulty)
    }
    checks = Self.logistic(model.checking + heeds.sum(\.checking))
    printsAll = Self.logistic(model.printing + heeds.sum(\.printing))
    asks = reading.traits.contains(.askFirst) ? 0.25 * model.heed : 0
  }

  static func logistic(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
}

extension RehearsalModel {
  /// How likely it warns others of a slip when it looks at a task.
  var hinting: Double { Chances.logistic(noticing + 0.4) }
}

/// What a model takes to heart of a harness's words: each trait less when there are many words.
private struct Heed {
  let model: RehearsalModel
  let traits: [HarnessTrait]
  let share: Double
  /// How much more there is to keep in mind than it can: from 0 to 1.
  let excess: Double

  init(_ model: RehearsalModel, _ reading: TraitReading) {
    self.model = model
    traits = reading.traits.sorted { $0.rawValue < $1.rawValue }
    let over = max(0, Double(reading.words) - model.attention)
    share = model.heed / (1 + over / (2 * model.attention))
    excess = over / (over + 2 * model.attention)
  }

  func weight(_ trait: HarnessTrait) -> Double { share * (model.taste[trait] ?? 1) }

  func sum(_ effect: (HarnessTrait) -> Double) -> Double {
    traits.reduce(0) { $0 + weight($1) * effect($1) }
  }

  /// What protects from a kind of slip: the second best helps half as much, the third a quarter; what
  /// harms counts whole.
  func protection(_ kind: SlipKind, _ task: RehearsalTask) -> Double {
    let effects = traits.map { weight($0) * $0.protection(kind, in: task) }
    var factor = 1.0
    var total = effects.filter { $0 < 0 }.reduce(0, +)
    for effect in effects.filter({ $0 > 0 }).sorted(by: >) {
      total += factor * effect
      factor /= 2
    }
    return total
  }
}
