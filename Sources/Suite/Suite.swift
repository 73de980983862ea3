public import Base
internal import Platform

/// A folder of tasks with its splits, its reward rule and what it needs of the host.
public struct Suite: Sendable, Hashable {
  /// The name in `suite.toml`, else the folder's.
  public let name: String
  /// The folder, absolute and with links resolved.
  public let folder: String
  /// What it is about.
  public let description: String
  /// SHA-256 over the sorted task digests and `suite.toml`.
  public let digest: Digest
  /// The tasks that can be run, sorted by name.
  public let tasks: [Task]
  /// The tasks that cannot, each with its faults; never dropped in silence.
  public let invalid: [InvalidTask]
  /// How a verifier's output becomes a score.
  public let reward: RewardRule
  /// Programs that the tasks need on the host.
  public let requires: [Requirement]
  /// How often each task is tried when nobody says otherwise.
  public let trials: Int
  /// Where the splits come from.
  public let splitSource: SplitSource
  /// Every fault and warning of `suite.toml` and of all tasks, in order.
  public let diagnostics: [Diagnostic]
  /// `suite.toml` as JSON; an empty object when there is none.
  public let definition: JSON

  /// Whether some task is sealed in the vault.
  public var hasVault: Bool { tasks.contains { $0.split == .vault } }

  /// The tasks of these splits; a suite without splits gives all of them for `dev`.
  public func tasks(in splits: Set<Split>) -> [Task] {
    tasks.filter { splits.contains($0.split ?? .dev) }
  }

  /// The one task with this full or short name.
  public func task(named word: String) -> Task? { tasks.first { $0.isNamed(word) } }

  /// Reads a suite folder, a dataset folder or the folder of a single task.
  ///
  /// Throws when there is no such folder or `suite.toml` itself is faulty; faulty tasks are listed in
  /// `invalid`.
  public static func load(_ path: String) throws(BelayError) -> Suite {
    try SuiteReader.load(path)
  }

  /// Reads the same and tells every fault at once, with warnings about what will not run everywhere.
  ///
  /// The suite is nil when `suite.toml` is faulty. Throws only when there is no such folder.
  public static func check(_ path: String) throws(BelayError) -> (
    suite: Suite?, diagnostics: [Diagnostic]
  ) {
    let (suite, diagnostics) = try SuiteReader.read(path)
    return (suite, diagnostics + (suite?.tasks.flatMap { $0.remarks(shownBelow: path) } ?? []))
  }
}

/// A task folder that cannot be used, and why.
public struct InvalidTask: Sendable, Hashable {
  /// The folder's name.
  public let name: String
  /// The folder.
  public let folder: String
  /// The folder as the user named it, which the diagnostics' files lie below.
  let shown: String
  /// At least one error.
  public let diagnostics: [Diagnostic]

  /// The first error in one line: the key that it is about, else the file.
  public var reason: String {
    guard let first = diagnostics.first(where: { $0.severity == .error }) ?? diagnostics.first
    else { return "not readable" }
    let file =
      first.file.hasPrefix(shown + "/")
      ? String(first.file.dropFirst(shown.utf8.count + 1)) : nil
    return [first.key ?? file, first.message].compactMap(\.self).joined(separator: ": ")
  }
}

/// Where a suite's splits come from.
public enum SplitSource: Sendable, Hashable {
  /// Nobody made one: every task counts as `dev`.
  case none
  /// Lists in `suite.toml`.
  case listed
  /// Made from a seed, the same on every machine.
  case seeded(seed: UInt64, fractions: SplitFractions)
}

/// A program that must be on the host, perhaps of some version: `python3>=3.11`.
public struct Requirement: Sendable, Hashable, CustomStringConvertible {
  /// The program's name, looked up in the clean PATH.
  public let program: String
  /// The least version, number by number; empty for any.
  public let version: [Int]

  /// Reads `name` or `name>=1.2.3`.
  public init?(_ text: String) {
    let parts = text.split(separator: ">=", omittingEmptySubsequences: false)
      .map { $0.split(separator: " ").joined(separator: " ") }
    guard (1...2).contains(parts.count), let program = parts.first, !program.isEmpty,
      program.utf8.allSatisfy({ Self.isNameByte($0) })
    else { return nil }
    self.program = program
    guard parts.count == 2 else {
      version = []
      return
    }
    let numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ ($0 ?? -1) >= 0 }) else { return nil }
    version = numbers.compactMap(\.self)
  }

  /// Whether a version such as `3.11.2` is enough.
  public func isMet(by found: [Int]) -> Bool {
    for (index, needed) in version.enumerated() {
      let have = index < found.count ? found[index] : 0
      if have != needed { return have > needed }
    }
    return true
  }

  /// As it is written in `suite.toml`.
  public var description: String {
    version.isEmpty ? program : "\(program)>=\(version.map(String.init).joined(separator: "."))"
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "+-._".utf8.contains(byte)
    }
  }
}
