public import Base
public import Facts
internal import Suite
public import Trial

/// Which trials a run consists of, and which of them are still to be done.
///
/// Repeats come in rounds, so that a run that is cut short has tried every task about equally often.
public struct TrialPlan: Sendable {
  /// A trial of the plan, by its place.
  public struct Item: Sendable, Hashable {
    /// The task's place in `tasks`.
    public let task: Int
    /// Which repeat, from 0.
    public let index: Int
  }

  /// A trial that was begun before and is not finished.
  public struct Begun: Sendable, Hashable {
    /// Its id.
    public let trial: TrialID
    /// How many attempts are recorded.
    public let attempts: Int
    /// How many of them were cancelled.
    public let cancelled: Int

    /// A trial that a resumed run goes on with.
    public init(trial: TrialID, attempts: Int, cancelled: Int = 0) {
      self.trial = trial
      self.attempts = attempts
      self.cancelled = cancelled
    }
  }

  /// The tasks, made ready.
  public let tasks: [PreparedTask]
  /// How often each is tried.
  public let repeats: Int
  /// The seed that the trials' seeds are made from.
  public let seed: UInt64
  private let finished: Set<Item>
  private let begun: [Item: Begun]

  /// A plan; `recorded` are the trials that the ledger has of this run already, and
  /// `cancelled` says how many attempts at them were.
  public init(
    tasks: [PreparedTask], repeats: Int, seed: UInt64, recorded: [TrialRecord] = [],
    cancelled: [TrialID: Int] = [:]
  ) {
    self.tasks = tasks
    self.repeats = repeats
    self.seed = seed
    let places = Dictionary(
      tasks.enumerated().map { ($1.task.digest, $0) }, uniquingKeysWith: { first, _ in first })
    var finished: Set<Item> = []
    var begun: [Item: Begun] = [:]
    for record in recorded {
      guard let task = places[record.fact.task] else { continue }
      let item = Item(task: task, index: record.fact.index)
      if record.isFinished {
        finished.insert(item)
      } else {
        begun[item] = Begun(
          trial: record.id, attempts: record.attempts, cancelled: cancelled[record.id] ?? 0)
      }
    }
    self.finished = finished
    self.begun = begun
  }

  /// How many trials there are in all.
  public var count: Int { tasks.count * repeats }

  /// How many of them are still to be done.
  public var remaining: Int { count - finished.count }

  /// What is recorded of a trial that was begun before.
  public func begun(_ item: Item) -> Begun? { begun[item] }

  /// The first trial at or behind `position` that is still to be done, and the position behind it.
  public func next(from position: Int) -> (item: Item, position: Int)? {
    var position = position
    while position < count {
      let item = Item(task: position % tasks.count, index: position / tasks.count)
      position += 1
      if !finished.contains(item) { return (item, position) }
    }
    return nil
  }
}
