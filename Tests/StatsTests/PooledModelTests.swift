import Seeded
import Stats
import Testing

/// Simulated trials of edits whose effects are known.
@Suite struct PooledModelTests {
  /// A world of 40 tasks: an edit that helps many tasks a little, one that remembers eight, one that harms,
  /// and one that does nothing.
  struct World {
    var random = SplitMix(5)
    let levels: [Double]
    let effects: [[Double]]

    init() {
      var random = SplitMix(41)
      levels = (0..<40).map { _ in Double.random(in: -2...2, using: &random) }
      effects = (0..<40).map { task in
        [
          task % 2 == 0 ? Double.random(in: 0.8...1.6, using: &random) : 0.2,
          task < 8 ? 3 : -0.25,
          task % 3 == 0 ? -1.2 : -0.2,
          0,
        ]
      }
    }

    mutating func trial(_ task: Int, _ features: [Double]) -> Double {
      let logit = levels[task] + zip(features, effects[task]).reduce(0) { $0 + $1.0 * $1.1 }
      return Double.random(in: 0..<1, using: &random) < 1 / (1 + exp(-logit)) ? 1 : 0
    }

    private func exp(_ x: Double) -> Double {
      var sum = 1.0
      var term = 1.0
      for k in 1..<60 {
        term *= x / Double(k)
        sum += term
      }
      return sum
    }
  }

  static func fitted(trials: Int, order: [Int] = Array(0..<40)) -> PooledModel {
    var world = World()
    var model = PooledModel(
      tasks: 40, priors: [PooledModel.Prior](repeating: .edit, count: 4))
    var draw = SplitMix(9)
    for index in 0..<trials {
      let features = (0..<4).map { _ in Bool.random(using: &draw) ? 1.0 : 0 }
      let task = index % 40
      model.add(task: order[task], features: features, score: world.trial(task, features))
      if index % 200 == 199 { model.fit() }
    }
    model.fit(steps: 8)
    return model
  }

  @Test func `helpful, harmful and idle edits are told apart`() {
    let model = Self.fitted(trials: 4000)
    let errors = model.standardErrors
    #expect(model.effects[0] > 4 * errors[0])
    #expect(model.effects[2] < -2 * errors[2])
    #expect(abs(model.effects[3]) < 3 * errors[3])
  }

  @Test func `an edit that remembers some tasks has nothing left without them`() {
    let model = Self.fitted(trials: 4000)
    #expect(model.effects[1] > 0)
    let general = model.general(dropping: 0.25)
    #expect(general[0] > 0.2)
    #expect(general[1] < 0)
    #expect(model.effect(1, on: 2) > model.effect(1, on: 30) + 1)
  }

  @Test func `names of tasks do not matter`() {
    let straight = Self.fitted(trials: 800)
    let mirrored = Self.fitted(trials: 800, order: (0..<40).reversed())
    for index in 0..<4 {
      #expect(abs(straight.effects[index] - mirrored.effects[index]) < 1e-6)
    }
    let features = [1.0, 0, 1, 1]
    let there = straight.predict(features)
    let back = mirrored.predict(features)
    #expect(zip(there, back.reversed()).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func `tasks that are always or never solved, and a task without trials, do no harm`() {
    var model = PooledModel(tasks: 3, priors: [.edit, .knob])
    for index in 0..<200 {
      model.add(task: 0, features: [Double(index % 2), 0.3], score: 1)
      model.add(task: 1, features: [Double(index % 2), -0.3], score: 0)
    }
    model.fit(steps: 20)
    #expect(model.effects.allSatisfy { $0.isFinite && abs($0) < 5 })
    #expect(model.predict([1, 0])[0] > 0.9)
    #expect(model.predict([1, 0])[1] < 0.1)
    var random = SplitMix(1)
    let drawn = model.draw(using: &random)
    #expect(drawn.allSatisfy { $0.isFinite })
  }

  @Test func `draws spread as wide as the standard errors say`() {
    let model = Self.fitted(trials: 1200)
    var random = SplitMix(2)
    let draws = (0..<4000).map { _ in model.draw(using: &random) }
    for index in 0..<4 {
      let mean = draws.reduce(0) { $0 + $1[index] } / 4000
      let variance = draws.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) } / 3999
      #expect(abs(mean - model.effects[index]) < 0.1 * model.standardErrors[index])
      #expect(abs(variance.squareRoot() / model.standardErrors[index] - 1) < 0.1)
    }
  }
}
