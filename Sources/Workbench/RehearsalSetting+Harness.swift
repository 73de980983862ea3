internal import Base
package import Harness
package import Rehearsal

extension RehearsalSetting {
  /// A native harness as a simulated model sees it: the words of the role that does the work, and what the
  /// harness gives it.
  package init(_ harness: Harness) throws {
    guard let native = harness.native else {
      throw BelayError(
        .usage, "only what a native harness says can be read; this one runs a program",
        place: harness.name)
    }
    let sequence = native.orchestration.sequence
    // Several side by side explore copies; of the others the first that can write does the work.
    let worker =
      sequence.first { $0.tools.contains(.builtIn(.write)) && $0.fanOut == 1 } ?? sequence.first
    self.init(system: worker.flatMap { native.prompt($0.prompt)?.text } ?? "")
    turns = harness.limits.turns
    toolOutputBytes = harness.limits.toolOutputBytes
    maxOutputTokens = native.model.maxOutputTokens
    hasEditor = worker?.tools.contains(.builtIn(.write)) ?? false
    if let worker, let judge = worker.repeatUntil,
      sequence.contains(where: { $0.role == judge.role })
    {
      // The last round's verdict comes too late for a repair.
      repairRounds = worker.sees.contains(.output(role: judge.role)) ? worker.maxRounds - 1 : 0
    }
    // Who comes before the worker looks and says what to mind; who only judges that adds nothing.
    let judges = native.orchestration.judges
    advisers = sequence.prefix { $0.role != worker?.role }.filter { !judges.contains($0.role) }
      .reduce(0) { $0 + $1.fanOut }
    if native.context.memory == .notes { traits.insert(.notes) }
  }
}
