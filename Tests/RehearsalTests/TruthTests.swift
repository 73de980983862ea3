import Base
import Dialect
import Testing

@testable import Rehearsal

@Suite struct TruthTests {
  /// Episodes that are played say what the truth says, within what chance allows.
  @Test(arguments: [
    ("hasty", Shipped.plain, 50), ("verbose", Shipped.plain, 50), ("verbose", Shipped.plain, 8),
    ("forgetful", "Go through every requirement of the instruction one by one.", 50),
    ("careful", "Before you finish, check the result against the instruction.", 50),
    ("expert", "Finish the task as quickly as possible.", 4),
  ])
  func `played episodes agree with the truth`(_ model: String, _ system: String, _ turns: Int)
    throws
  {
    let knowledge = try Shipped.knowledge()
    let backend = RehearsalBackend(knowledge)
    let named = try #require(RehearsalModel.named(model))
    let truth = RehearsalTruth(knowledge, named)
    var setting = RehearsalSetting(system: system)
    setting.turns = turns
    var solved = 0.0
    var expected = 0.0
    var variance = 0.0
    let seeds = 1
    for task in knowledge.tasks {
      let chance = try #require(truth.chance(task.name, setting))
      expected += chance * Double(seeds)
      variance += chance * (1 - chance) * Double(seeds)
      for seed in 0..<seeds {
        let request = try Shipped.request(
          task.name, model: model, system: system, seed: 1_000 + seed)
        let left = try Mimic(backend: backend, task: task).play(request, turns: turns)
        solved += left == [] ? 1 : 0
      }
    }
    #expect(abs(solved - expected) < 3.5 * variance.squareRoot(), "\(solved) for \(expected)")
  }

  @Test func `a plain agent has room to climb, and less of it with a better model`() throws {
    let knowledge = try Shipped.knowledge()
    let names = knowledge.tasks.map(\.name)
    for model in RehearsalModel.all {
      let mean = try #require(RehearsalTruth(knowledge, model).mean(names, .plain))
      #expect((model.name == "expert" ? 0.6...0.85 : 0.3...0.65).contains(mean), "\(model.name)")
    }
  }

  @Test func `what only seems to help is worth nothing, and what harms costs`() throws {
    let knowledge = try Shipped.knowledge()
    let names = knowledge.tasks.map(\.name)
    for model in RehearsalModel.all {
      let truth = RehearsalTruth(knowledge, model)
      let plain = try #require(truth.mean(names, .plain))
      func worth(_ trait: HarnessTrait) throws -> Double {
        var setting = RehearsalSetting.plain
        setting.traits = [trait]
        return try #require(truth.mean(names, setting)) - plain
      }
      for trait in [HarnessTrait.stepByStep, .expertRole, .stakes, .tone] {
        #expect(try abs(worth(trait)) < 1e-12)
      }
      for trait in [HarnessTrait.hurry, .blind, .noCheck, .ritual, .askFirst] {
        #expect(try worth(trait) < -0.005, "\(model.name) \(trait)")
      }
      for trait in [HarnessTrait.checkResult, .requirements, .edgeCases] {
        #expect(try worth(trait) > 0.02, "\(model.name) \(trait)")
      }
    }
  }
}
