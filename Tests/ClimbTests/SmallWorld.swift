import Base
import Climb
import Selftest

/// Small worlds: a few switches and a knob, ten tasks that are seen, six that decide, ten that judge.
enum SmallWorld {
  /// Two switches help everywhere, one harms, one remembers two of the tasks that are seen.
  static let hilly = world(name: "small", strength: 1)
  /// Nothing has any effect.
  static let flat = world(name: "small-null", strength: 0)

  private static func world(name: String, strength: Double) -> Problem {
    let tasks = (0..<26).map { number -> JSON in
      let level = -1.2 + Double(number % 7) * 0.35
      var weights: [String: JSON] = [
        "0": .double(1.6 * strength), "1": .double(1.1 * strength),
        "2": .double(-1.3 * strength),
      ]
      weights["3"] = .double((number < 2 ? 3 : -0.3) * strength)
      return [
        "split": .string(number < 16 ? "train" : "test"), "visible": .bool(number < 10),
        "a": .double(level), "w": .object(weights), "v": [], "s": [.double(strength)],
      ]
    }
    let json: JSON = [
      "name": .string(name), "pairs": [],
      "knobs": [["levels": 8, "optimum": 5, "weight": 2]],
      "kinds": ["good_strong", "good_weak", "bad", "overfit_visible", "neutral", "neutral"],
      "seed_candidate": ["features": [0, 0, 0, 0, 0, 0], "knobs": [1]],
      "tasks": .array(tasks),
    ]
    do { return try Problem(json) } catch { fatalError("\(error)") }
  }

  /// A night with all its facts.
  static func night(
    _ problem: Problem = hilly, seed: Int = 1, rollouts: Int = 500, slots: Int = 1,
    weather: Weather = Weather(), change: (inout NightRules) -> Void = { _ in }
  ) -> SimulatedNight {
    var rules = SimulatedNight.rules(problem, seed: seed, rollouts: rollouts, slots: slots)
    change(&rules)
    return SimulatedNight(problem, seed: seed, rules: rules, weather: weather, keepsFacts: true)
  }

  /// What a real night has more: a pilot, first trials, a judge, checks, edits that come bit by bit, and
  /// sealed tasks, two of which are of a family.
  static func full(_ rules: inout NightRules) {
    rules.reflects = true
    rules.pilotTrials = 2
    rules.smokeTrials = 3
    rules.proposalsFirst = 4
    rules.proposalsAtOnce = 2
    rules.stops.proposals = 24
    rules.proposers = ["blind", "other"]
    rules.tasks += (16..<24).map {
      NightTask(name: "\($0)", split: .vault, family: $0 < 18 ? "twins" : nil)
    }
  }
}
