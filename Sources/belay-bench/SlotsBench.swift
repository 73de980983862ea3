import Base
import Selftest

/// The promise that a slow trial idles no slot: whole nights on a simulated clock, whose trials are log-normal
/// with σ = 1, from the first to the last one.
enum SlotsBench {
  static let slots = Benchmark(name: "slots") {
    let world = try problem()
    var weather = Weather()
    weather.durations = .heavy
    return try [(slots: 16, trials: 10_000), (slots: 256, trials: 200_000)].map { size in
      let night = try Nights(world).night(
        budget: size.trials, seed: 1, slots: size.slots, in: weather)
      let busy = night.busy ?? 0
      return BenchRow(
        what: "\(size.slots) slots busy, heavy-tailed trials, \(size.trials) of them",
        measured: "\((busy * 1000).rounded() / 10) %", target: ">= 95 %", isMet: busy >= 0.95)
    }
  }

  /// Sixty tasks to learn from, twenty to test on, and twelve switches, some good, some bad, some without effect.
  private static func problem() throws -> Problem {
    let switches = 12
    let tasks = (0..<80).map { number -> JSON in
      var weights: [String: JSON] = [:]
      for index in 0..<switches where (number + index) % 3 == 0 {
        weights[String(index)] = .double(Double(index % 4) * 0.5 - 0.6)
      }
      return [
        "split": .string(number < 60 ? "train" : "test"), "visible": .bool(number < 40),
        "a": .double(Double(number % 7) * 0.4 - 1.6), "w": .object(weights), "v": [],
        "s": [.double(0.5)],
      ]
    }
    return try Problem([
      "name": "slots", "pairs": [], "tasks": .array(tasks),
      "knobs": [["levels": 8, "optimum": 5, "weight": 2]],
      "kinds": .array([JSON](repeating: "neutral", count: switches)),
      "seed_candidate": [
        "features": .array([JSON](repeating: 0, count: switches)), "knobs": [1],
      ],
    ])
  }
}
