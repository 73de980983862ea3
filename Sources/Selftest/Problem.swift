public import Base
internal import Glibc

/// A simulated world whose truth is known: switches, knobs, tasks, and an exact rule for every outcome.
public struct Problem: Sendable {
  /// A harness of this world: its switches and its knobs.
  public struct Configuration: Sendable, Hashable {
    /// On or off.
    public var switches: [Bool]
    /// From 0 to one less than there are levels.
    public var knobs: [Int]

    /// The switches as 0 and 1, a dash, the knobs with dots between them.
    public var key: String {
      switches.map { $0 ? "1" : "0" }.joined() + "-" + knobs.map(String.init).joined(separator: ".")
    }

    /// A configuration.
    public init(switches: [Bool], knobs: [Int]) {
      self.switches = switches
      self.knobs = knobs
    }

    /// Reads a key; nil when it is none.
    public init?(key: String) {
      let parts = key.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].allSatisfy({ $0 == "0" || $0 == "1" }) else { return nil }
      switches = parts[0].map { $0 == "1" }
      let levels = parts[1].split(separator: ".").map { Int($0) }
      guard !levels.contains(nil) else { return nil }
      knobs = levels.compactMap(\.self)
    }
  }

  /// Tasks by what they may be used for.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// What a proposer reads traces of.
    case visible
    /// Held out of the search.
    case gate
    /// Both of these.
    case train
    /// What a result is judged by.
    case test
  }

  struct Task: Sendable {
    var isTest = false
    var isVisible = false
    var level = 0.0
    var weights: [(index: Int, weight: Double)] = []
    var pairWeights: [Double] = []
    var knobWeights: [Double] = []
  }

  /// Its name, which is part of the draw of every outcome.
  public let name: String
  /// Where a climb begins.
  public let start: Configuration
  /// How many levels each knob has.
  public let levels: [Int]
  /// What each switch is, for those who judge the result; empty when the file does not say.
  public let kinds: [String]
  /// The true scores of the start and of the best known configuration on the test tasks.
  public let reference: (start: Double, best: Double)?
  let tasks: [Task]
  private let pairs: [(Int, Int)]
  private let optima: [(optimum: Double, weight: Double)]

  /// Reads a file of the form harness-synth-v1.
  public init(_ json: JSON) throws(BelayError) {
    func required<Value>(_ value: Value?, _ what: String) throws(BelayError) -> Value {
      guard let value else {
        throw BelayError(
          .usage, "the problem file has no usable \(what)",
          hint: "write one with experiments/climb/synthetic.py generate --out FILE")
      }
      return value
    }
    name = try required(json["name"].string, "name")
    let seed = json["seed_candidate"]
    let switches = try required(seed["features"].array, "seed_candidate.features")
    let knobs = try required(seed["knobs"].array, "seed_candidate.knobs")
    start = Configuration(
      switches: switches.map { $0.int == 1 }, knobs: knobs.map { $0.int ?? 0 })
    pairs = (json["pairs"].array ?? []).map { ($0["i"].int ?? 0, $0["j"].int ?? 0) }
    let scales = try required(json["knobs"].array, "knobs")
    levels = scales.map { max($0["levels"].int ?? 8, 2) }
    optima = scales.map { ($0["optimum"].double ?? 0, $0["weight"].double ?? 0) }
    kinds = (json["kinds"].array ?? []).compactMap(\.string)
    tasks = try required(json["tasks"].array, "tasks").map(Self.task)
    let known = json["reference"]
    if let low = known["seed"]["test"].double,
      let high = known["argmax_expected_test"]["test"].double
    {
      reference = (low, high)
    } else {
      reference = nil
    }
    let width = start.switches.count
    guard pairs.allSatisfy({ (0..<width).contains($0.0) && (0..<width).contains($0.1) }),
      tasks.allSatisfy({ task in
        task.weights.allSatisfy { (0..<width).contains($0.index) }
          && task.pairWeights.count == pairs.count && task.knobWeights.count == levels.count
      }), start.knobs.count == levels.count,
      zip(start.knobs, levels).allSatisfy({ (0..<$1).contains($0) })
    else {
      throw BelayError(
        .usage, "the problem file does not fit together: tasks, pairs and knobs differ in number",
        hint: "write one with experiments/climb/synthetic.py generate --out FILE")
    }
  }

  private static func task(_ json: JSON) -> Task {
    var task = Task()
    task.isTest = json["split"].string == "test"
    task.isVisible = json["visible"].bool == true
    task.level = json["a"].double ?? 0
    // Added up in the order in which the rule's own program reads them, by name.
    task.weights = (json["w"].object ?? [:]).sorted { $0.key < $1.key }.compactMap { entry in
      Int(entry.key).map { ($0, entry.value.double ?? 0) }
    }
    task.pairWeights = (json["v"].array ?? []).map { $0.double ?? 0 }
    task.knobWeights = (json["s"].array ?? []).map { $0.double ?? 0 }
    return task
  }

  /// The numbers of the tasks of a part.
  public func tasks(of part: Part) -> [Int] {
    tasks.indices.filter { number in
      switch part {
      case .visible: tasks[number].isVisible
      case .gate: !tasks[number].isTest && !tasks[number].isVisible
      case .train: !tasks[number].isTest
      case .test: tasks[number].isTest
      }
    }
  }

  /// The probability that a configuration solves a task.
  public func probability(_ configuration: Configuration, on number: Int) -> Double {
    let task = tasks[number]
    // Summed in the order of the rule, so that the last bit is the same everywhere.
    var logit = task.level
    var part = 0.0
    for (index, weight) in task.weights where configuration.switches[index] { part += weight }
    logit += part
    part = 0
    for (pair, weight) in zip(pairs, task.pairWeights) {
      part +=
        weight * (configuration.switches[pair.0] && configuration.switches[pair.1] ? 1 : 0)
    }
    logit += part
    part = 0
    for (index, weight) in task.knobWeights.enumerated() {
      let away = (Double(configuration.knobs[index]) - optima[index].optimum) / 7
      part += weight * (optima[index].weight * (away * away))
    }
    logit -= part
    return 1 / (1 + exp(-logit))
  }

  /// The outcome of the n-th trial of a configuration on a task, in a run with a seed.
  public func outcome(
    _ configuration: Configuration, key: String, task: Int, trial: Int, seed: Int
  ) -> Double {
    let drawn = Digest.of("\(name)|\(seed)|\(key)|\(task)|\(trial)").number
    let share = Double(drawn) / 18_446_744_073_709_551_616
    return share < probability(configuration, on: task) ? 1 : 0
  }

  /// The true score of a configuration.
  public func truth(_ configuration: Configuration, on part: Part) -> Double {
    let numbers = tasks(of: part)
    return numbers.reduce(0) { $0 + probability(configuration, on: $1) }
      / Double(max(numbers.count, 1))
  }
}
