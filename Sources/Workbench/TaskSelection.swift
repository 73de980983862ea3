package import Base
internal import Notation
package import Suite

/// The tasks of a suite that a run is to use.
package struct TaskSelection {
  package let suite: Suite
  package let tasks: [Task]

  /// Picks by split and by name; says what to type when nothing is left or the vault is sealed.
  package init(suite: Suite, split: String, globs: [String], opensVault: Bool) throws(BelayError) {
    self.suite = suite
    guard !suite.tasks.isEmpty else {
      guard let first = suite.invalid.first else {
        throw BelayError(
          .notFound, "there is no task in this folder", place: suite.folder,
          hint: "name a folder of tasks: each is a folder with task.toml")
      }
      throw BelayError(
        .usage,
        "no task of \(suite.invalid.count) can be used; \(first.name): \(first.reason)",
        place: suite.folder, hint: "belay check \(suite.folder)")
    }
    let splits: Set<Split> = Split(rawValue: split).map { [$0] } ?? Set(Split.allCases)
    let hasSplits = suite.tasks.contains { $0.split != nil }
    if !hasSplits, split == "gate" || split == "vault" {
      throw BelayError(
        .usage, "the suite has no split '\(split)'", place: suite.folder,
        hint: "belay suite split \(suite.folder)")
    }
    if suite.hasVault, splits.contains(.vault), !opensVault {
      throw BelayError(
        .usage, "--split \(split) opens the vault, which is sealed", place: suite.folder,
        hint: "add --open-vault; it counts as an audit and is shown on every later report")
    }
    let inSplit = suite.tasks(in: splits)
    tasks =
      globs.isEmpty
      ? inSplit
      : inSplit.filter { task in
        globs.contains { Glob.matches($0, task.shortName) || Glob.matches($0, task.name) }
      }
    guard !tasks.isEmpty else {
      let what = globs.isEmpty ? "" : " whose name fits \(globs.joined(separator: " or "))"
      throw BelayError(
        .notFound, "no task in \(split)\(what)", place: suite.folder,
        hint: "belay suite show \(suite.folder)")
    }
  }
}
