internal import Base
internal import Platform
internal import Sandbox
internal import Suite

/// Judges what a trial left once more, in a place that holds its files and nothing else of it.
struct Regrading {
  let assignment: Assignment
  let step: PreparedStep
  let provider: any SandboxProvider
  let rules: TrialRules
  let hands: HandsGate?

  /// What the verifier says there; nothing of it counts for the trial.
  func judge(_ box: any SandboxBox, carried: [GatheredFile]) async throws -> Judgement {
    let judge = Judge(assignment: assignment, step: step, provider: provider, rules: rules)
    // A container's phase, and a verifier with a place of its own, begin with plain files anyway.
    if step.verifierPlace != nil || assignment.task.place.image != nil {
      return try await judge.run(beside: box, carried: carried)
    }
    let limits = rules.limits(for: assignment.task.task.environment)
    let folder = Path.join(rules.scratch, "regrade-\(Files.randomName())")
    defer { try? Files.removeTree(folder) }
    let root = try await box.root()
    var copy = TreeCopy(owner: rules.owner)
    copy.skipsSpecial = true
    copy.maxBytes = limits.storageBytes
    copy.maxEntries = limits.inodes
    let exact = copy
    try await BlockingWork.run { _ = try root.copy(by: exact, to: folder) }
    // The first place is gone before the second one comes to be: they share a slot and its memory.
    await box.stop()
    let clean = DeferredBox(
      SandboxSpec(
        slot: assignment.slot, layers: [folder], folders: assignment.task.place.ownFolders,
        limits: limits),
      provider: provider, scratch: rules.scratch, owner: rules.owner, gate: hands)
    do {
      let judgement = try await judge.run(beside: clean, carried: carried)
      await clean.stop()
      return judgement
    } catch {
      await clean.stop()
      throw error
    }
  }
}

/// What became of a pass that was judged again, as a flag of its attempt.
public enum RegradeFlag: String, Sendable, CaseIterable {
  /// It holds.
  case held = "regrade_held"
  /// It does not hold.
  case lost = "regrade_lost"
  /// It could not be judged again.
  case unclear = "regrade_unclear"
}
