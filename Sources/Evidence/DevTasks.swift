public import Base
public import Suite

/// A task of the dev split: the only kind whose text and traces a proposer may be shown.
public struct DevTask: Sendable, Hashable {
  /// The task as its suite has it.
  public let task: Task

  /// Takes a task of the dev split and refuses every other, also one of a suite without splits.
  public init(_ task: Task) throws(BelayError) {
    guard task.split == .dev else {
      throw BelayError(
        .internal,
        "a task of the \(task.split.map { "\($0.rawValue) split" } ?? "unsplit suite") is not shown"
          + " to a proposer", place: task.name, hint: "split the suite: belay suite split")
    }
    self.task = task
  }

  /// Its name.
  public var name: String { task.name }
  /// Its content's digest, by which the ledger knows it.
  public var digest: Digest { task.digest }
  /// What its agent is told, steps one after the other.
  public var instruction: String { task.steps.map(\.instruction).joined(separator: "\n\n") }
}

/// Tasks of the dev split and no others: whatever a proposer is shown is looked up through this.
public struct DevTasks: Sendable, Hashable {
  /// The tasks, in the order of their suite.
  public let all: [DevTask]
  private let byDigest: [Digest: Int]

  /// The dev split of a suite.
  public init(of suite: Suite) throws(BelayError) {
    try self.init(suite.tasks.filter { $0.split == .dev })
  }

  /// Some tasks; one that is not of the dev split makes all of them refused.
  public init(_ tasks: [Task]) throws(BelayError) {
    var all: [DevTask] = []
    for task in tasks { all.append(try DevTask(task)) }
    self.all = all
    byDigest = Dictionary(
      all.enumerated().map { ($1.digest, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The task of this content; nil for every task that is not of the dev split.
  public func task(_ digest: Digest) -> DevTask? { byDigest[digest].map { all[$0] } }

  /// The task of this name.
  public func task(named name: String) -> DevTask? { all.first { $0.task.isNamed(name) } }
}
