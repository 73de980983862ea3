internal import Base
public import Facts
public import Harness
internal import Platform
public import Suite

extension SuiteFact {
  /// A suite as it is recorded: what was run, without the files that say how.
  public init(_ suite: Suite) {
    self.init(
      digest: suite.digest, name: suite.name, path: suite.folder,
      definition: [
        "suite": suite.definition, "reward": suite.reward.json,
        "invalid": .array(
          suite.invalid.map { ["name": .string($0.name), "reason": .string($0.reason)] }),
      ],
      tasks: suite.tasks.map { TaskFact($0) })
  }
}

extension TaskFact {
  /// A task as it is recorded with its suite.
  public init(_ task: Task) {
    self.init(
      name: task.name, digest: task.digest, split: task.split, family: task.family,
      category: task.metadata.category, difficulty: task.metadata.difficulty,
      definition: task.definition)
  }
}

extension HarnessFact {
  /// A harness as it is recorded, with its files.
  public init(_ harness: Harness) {
    self.init(
      digest: harness.digest, name: harness.name, kind: harness.kind.rawValue,
      definition: harness.definition,
      files: harness.files.map { StoredFile(path: $0.path, mode: $0.mode, content: $0.content) })
  }
}

extension ProcessOwner {
  /// This process.
  public static var current: ProcessOwner {
    ProcessOwner(
      pid: ProcessIdentity.pid, startTicks: ProcessIdentity.start(of: ProcessIdentity.pid) ?? 0,
      host: Machine.hostName)
  }
}
