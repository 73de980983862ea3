internal import Harness
internal import Trial

/// Opens toolboxes in the sandbox of a trial, and copies of it for those who work side by side.
protocol Workshop: Sendable {
  /// The tools of one lane; nothing is started before the first call.
  func open(_ tools: [ToolSelection], for lane: LaneSpec) async throws -> any Toolbox
  /// What the file of notes says; empty when nobody wrote any.
  func notes() async throws -> String
  /// Keeps the files as they are now; what runs there is ended.
  func save() async throws -> SavedPlace
  /// Another place with the files that were kept.
  func branch(from saved: SavedPlace) async throws -> any Workshop
  /// Puts a branch's files in the place of its own; the branch is used up.
  func adopt(_ branch: any Workshop) async throws
  /// Ends a branch that is not adopted.
  func discard() async
}
