import Base
import Seeded
import Testing

@testable import Stats

/// A model that is written down and read back.
@Suite struct ModelCodingTests {
  private func taught(_ model: inout PooledModel, _ random: inout SplitMix, _ trials: Int) {
    for _ in 0..<trials {
      let features = (0..<model.coordinates).map { _ in
        Double(Int.random(in: 0...1, using: &random))
      }
      model.add(
        task: Int.random(in: 0..<model.tasks, using: &random), features: features,
        score: Double(Int.random(in: 0...2, using: &random)) / 2)
    }
  }

  private func model() -> PooledModel {
    var random = SplitMix(3)
    var model = PooledModel(tasks: 5, priors: [.edit, .edit, .knob])
    taught(&model, &random, 200)
    model.fit()
    model.extend([.edit])
    model.link(0, 1)
    taught(&model, &random, 100)
    return model
  }

  @Test(arguments: [false, true])
  func `a model that was read back goes on to the last bit as the other does`(isFit: Bool) throws {
    var model = model()
    if isFit { model.fit() }
    var back = try JSON.parse(JSON.encoding(model).text()).decode(PooledModel.self)
    var random = SplitMix(9)
    var again = SplitMix(9)
    #expect(
      model.draw(using: &random).map(\.bitPattern) == back.draw(using: &again).map(\.bitPattern))
    for _ in 0..<2 {
      taught(&model, &random, 50)
      taught(&back, &again, 50)
      model.fit(steps: 2)
      back.fit(steps: 2)
      #expect(model.effects.map(\.bitPattern) == back.effects.map(\.bitPattern))
      #expect(model.standardErrors.map(\.bitPattern) == back.standardErrors.map(\.bitPattern))
      #expect(model.trials == back.trials && model.rows.count == back.rows.count)
      #expect(
        model.missingPairs(among: [0, 1, 3], doubt: 5).map { [$0.first, $0.second] }
          == back.missingPairs(among: [0, 1, 3], doubt: 5).map { [$0.first, $0.second] })
      model.extend([.edit])
      back.extend([.edit])
    }
  }

  @Test func `a model whose parts do not fit together is refused`() throws {
    let whole = try JSON.encoding(model())
    func packed(_ value: some Packable) throws -> JSON {
      try JSON.encoding(Packed(wrappedValue: value))
    }
    let none: [Double] = []
    let changes: [(String, JSON)] = [
      ("tasks", 6), ("tasks", -1), ("tasks", .int(.max)), ("coordinates", 5), ("coordinates", -4),
      ("pairs", [["first": 3, "second": 9, "effect": 0]]), ("rows", try packed([1.0, 2])),
      ("rows", try packed(none)), ("places", try packed([[UInt32]]())),
      ("places", try packed([[UInt32]](repeating: [4_000_000], count: 5))),
      ("scores", try packed([[Double]](repeating: [], count: 5))), ("common", try packed(none)),
      ("own", try packed([[Double]](repeating: [], count: 5))), ("own", try packed([[Double]]())),
      ("spreads", try packed(none)), ("deviations", try packed(none)),
      ("learned", try packed([Int]())), ("covariance", try packed([1.0])),
      ("factor", try packed(Optional([1.0]))), ("rows", "!"), ("rows", nil),
    ]
    for (key, value) in changes {
      var changed = whole
      changed[key] = value
      #expect(throws: BelayError.self, "\(key)") { try changed.decode(PooledModel.self) }
    }
  }
}
