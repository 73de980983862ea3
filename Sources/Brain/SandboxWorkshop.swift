internal import Base
internal import Dialect
internal import Harness
internal import Sandbox
internal import Trial

/// Toolboxes in the sandbox of a trial.
struct SandboxWorkshop: Workshop {
  let visit: NativeVisit
  let harness: NativeHarness
  let box: any BranchingBox
  /// Whether anything was done in the trial at all: until then no file of notes can be there.
  let isUsed: Locked<Bool>

  init(_ visit: NativeVisit, _ harness: NativeHarness) {
    self.init(
      visit: visit, harness: harness, box: visit.box, isUsed: Locked(visit.step > 0))
  }

  private init(
    visit: NativeVisit, harness: NativeHarness, box: any BranchingBox, isUsed: Locked<Bool>
  ) {
    self.visit = visit
    self.harness = harness
    self.box = box
    self.isUsed = isUsed
  }

  func open(_ tools: [ToolSelection], for lane: LaneSpec) async throws -> any Toolbox {
    PlainHands(
      visit: visit, box: box, tools: tools, isJudge: lane.isJudge, isUsed: isUsed)
  }

  func notes() async throws -> String {
    guard isUsed.withLock({ $0 }) else { return "" }
    let ended = try await box.run(
      CommandSpec(
        [visit.programs + "head", "-c", "16384", Notes.path], environment: visit.environment,
        directory: "/", user: visit.user, wall: .seconds(30), splitsError: true))
    return ended.ending == .exited(0) ? ended.output.text : ""
  }

  func save() async throws -> SavedPlace { try await box.save() }

  func branch(from saved: SavedPlace) async throws -> any Workshop {
    SandboxWorkshop(
      visit: visit, harness: harness, box: try await box.branch(from: saved), isUsed: isUsed)
  }

  func adopt(_ branch: any Workshop) async throws {
    guard let branch = branch as? SandboxWorkshop else {
      throw BelayError(.internal, "this is no branch of the trial's workshop")
    }
    try await box.adopt(branch.box)
  }

  func discard() async { await box.discard() }
}
