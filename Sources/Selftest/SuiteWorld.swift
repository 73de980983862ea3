public import Base
internal import Climb
internal import Glibc

/// A simulated world that has the tasks of a real suite, each as hard as it was found to be, and edits whose
/// effects are known.
public struct SuiteWorld: Sendable {
  /// What there is to be found.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Some edits help on every kind of task, some only on those that a proposer sees.
    case gains
    /// No edit helps but on the tasks that a proposer sees: every adoption is a false one.
    case nothing
  }

  /// A task with what is known of it.
  public struct Task: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its split; a task without one is seen by proposers.
    public var split: Split?
    /// Trials that were judged.
    public var trials: Int
    /// The sum of their scores.
    public var sum: Double

    /// A task.
    public init(name: String, split: Split?, trials: Int, sum: Double) {
      self.name = name
      self.split = split
      self.trials = trials
      self.sum = sum
    }
  }

  /// The tasks.
  public let tasks: [Task]
  /// How much a helping edit adds to the odds of a task, in logits.
  public var strength = 0.5

  /// A world with these tasks; those that were never judged are left out.
  public init(_ tasks: [Task]) throws(BelayError) {
    self.tasks = tasks.filter { $0.trials > 0 }
    for (split, word) in [(Split.dev, "dev"), (.gate, "gate")]
    where !self.tasks.contains(where: { ($0.split ?? .dev) == split }) {
      throw BelayError(
        .usage, "no \(word) task has a judged trial to go by",
        hint: "belay eval HARNESS --suite SUITE --split all --trials 3")
    }
  }

  /// Edits of each kind: helping, fitted to the tasks that are seen, harmful, and without effect.
  private static let kinds: [(name: String, count: Int)] = [
    ("helps", 6), ("overfit", 4), ("harms", 6), ("inert", 8),
  ]

  /// The world as a problem; the same seed gives the same one.
  public func problem(_ kind: Kind, seed: Int) throws(BelayError) -> Problem {
    var draws = Draws(seed: UInt64(bitPattern: Int64(seed)), for: 77)
    let kinds = Self.kinds.flatMap { [String](repeating: $0.name, count: $0.count) }
    // Without sealed tasks the gate's own, met once more, stand for what is still to come.
    let hasVault = tasks.contains { $0.split == .vault }
    var listed: [JSON] = []
    for task in tasks {
      let split = task.split ?? .dev
      listed.append(json(task, split, kinds, kind, &draws, isTest: split == .vault))
      if split == .gate, !hasVault {
        listed.append(json(task, split, kinds, kind, &draws, isTest: true))
      }
    }
    var json: JSON = [
      "name": .string("suite-\(kind.rawValue)-\(seed)"), "pairs": [], "knobs": [],
      "kinds": .array(kinds.map(JSON.string)),
      "seed_candidate": [
        "features": .array(kinds.map { _ in .int(0) }), "knobs": [],
      ],
      "tasks": .array(listed),
    ]
    let blank = try Problem(json)
    let best = Problem.Configuration(switches: kinds.map { $0 == "helps" }, knobs: [])
    json["reference"] = [
      "seed": ["test": .double(blank.truth(blank.start, on: .test))],
      "argmax_expected_test": ["test": .double(blank.truth(best, on: .test))],
    ]
    return try Problem(json)
  }

  private func json(
    _ task: Task, _ split: Split, _ kinds: [String], _ kind: Kind, _ draws: inout Draws,
    isTest: Bool
  ) -> JSON {
    // A task that was always or never solved is not certain to be so: half a trial of each is added.
    let rate = (task.sum + 0.5) / (Double(task.trials) + 1)
    var weights: [String: JSON] = [:]
    for (index, word) in kinds.enumerated() {
      let drawn = draws.share()
      let touches = draws.share() < 0.7
      let size: Double
      switch word {
      case "helps": size = kind == .gains && touches ? strength * (0.5 + 1.5 * drawn) : 0
      case "overfit": size = split == .dev ? strength * (1 + drawn) : 0
      case "harms": size = touches ? -strength * (0.5 + drawn) : 0
      default: size = 0
      }
      if size != 0 { weights["\(index)"] = .double(size) }
    }
    return [
      "split": .string(isTest ? "test" : "train"), "visible": .bool(split == .dev),
      "a": .double(log(rate / (1 - rate))), "w": .object(weights), "v": [], "s": [],
    ]
  }
}
