public import Base

/// One trial to be conducted: which harness on which task, with which seed, on which slot.
public struct Assignment: Sendable {
  // Behind a reference: thousands of trials wait at once, and what each of them carries through its calls
  // would be copied into every frame on the way.
  private final class Content: Sendable {
    let task: PreparedTask
    let harness: PreparedHarness

    init(_ task: PreparedTask, _ harness: PreparedHarness) {
      self.task = task
      self.harness = harness
    }
  }

  private let content: Content
  /// The task, made ready.
  public var task: PreparedTask { content.task }
  /// The harness.
  public var harness: PreparedHarness { content.harness }
  /// Which repeat of the task, from 0.
  public let index: Int
  /// The seed, the same for every harness that is compared.
  public let seed: UInt64
  /// The slot that it runs on; no two live trials share one.
  public let slot: Int
  /// Which attempt at which trial it is recorded as; nil outside of a run.
  public let attempt: AttemptKey?
  /// Whether it is judged again when it passes.
  public let isRegraded: Bool

  /// A trial to conduct.
  public init(
    task: PreparedTask, harness: PreparedHarness, index: Int, seed: UInt64, slot: Int,
    attempt: AttemptKey? = nil, isRegraded: Bool = false
  ) {
    content = Content(task, harness)
    self.index = index
    self.seed = seed
    self.slot = slot
    self.attempt = attempt
    self.isRegraded = isRegraded
  }

  /// The seed of a repeat: a pure function of the run's seed, the task and the repeat, so that trials of
  /// two harnesses can be paired.
  public static func seed(run: UInt64, task: Digest, index: Int) -> UInt64 {
    Digest.of("\(run)\n\(task.hex)\n\(index)").number
  }
}
