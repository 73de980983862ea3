public import Base
internal import Platform
public import Suite

/// What there is to read of one task: nothing of it may stand in an edit.
public struct TaskText: Sendable {
  /// The name without its organisation.
  public let name: String
  /// Whether no proposer may have seen it: every task but those of the dev split.
  public let isHidden: Bool
  /// The instruction, without the line that marks it.
  public let instruction: String
  /// Everything else: environment, solution, verifier.
  public let inner: [String]
  /// What marks the benchmark against training.
  public let canaries: [String]

  /// A task's texts.
  public init(
    name: String, isHidden: Bool, instruction: String, inner: [String] = [],
    canaries: [String] = []
  ) {
    self.name = name
    self.isHidden = isHidden
    self.instruction = instruction
    self.inner = inner
    self.canaries = canaries
  }

  /// The texts of every task of a suite; files larger than 256 KiB and what is no text are left out.
  public static func all(of suite: Suite) throws(BelayError) -> [TaskText] {
    var texts: [TaskText] = []
    for task in suite.tasks { texts.append(try TaskText(task)) }
    return texts
  }

  init(_ task: Task) throws(BelayError) {
    var inner: [Digest: String] = [:]
    for entry in try Files.walk(task.folder, limit: 20_000)
    where entry.kind == .regular && entry.size <= 256 << 10
      && !entry.path.hasSuffix("instruction.md")
    {
      let bytes = try Files.read(Path.join(task.folder, entry.path))
      guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
        continue
      }
      inner[Digest.of(bytes)] = text
    }
    let sources = task.steps.map(\.instructionSource)
    let all = sources + inner.values
    self.init(
      name: task.shortName, isHidden: (task.split ?? .dev) != .dev,
      instruction: task.steps.map(\.instruction).joined(separator: "\n"),
      inner: inner.sorted { $0.key < $1.key }.map(\.value),
      canaries: Set(all.flatMap(Self.canaries)).sorted())
  }

  /// The marks in lines that call themselves a canary.
  package static func canaries(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.lowercased().contains("canary") }.flatMap { line in
      line.split { !($0.isLetter || $0.isNumber || $0 == "-") }
        .filter { $0.utf8.count >= 16 && $0.contains(where: \.isNumber) }
        .map { $0.lowercased() }
    }
  }
}
