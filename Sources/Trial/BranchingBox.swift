public import Sandbox

/// A trial's place whose files can be copied for those who work side by side, and thrown away for a copy.
///
/// Files are copied and processes are not: whoever saves a place ends what runs in it.
public protocol BranchingBox: SandboxBox {
  /// Starts the place, where nothing has started it yet; waits until the machine has room for it.
  func prepare() async throws
  /// Keeps the files as they are now; what is kept lasts until the trial's end.
  func save() async throws -> SavedPlace
  /// Another place with the files that were kept, in the same kind of phase; nothing is started yet.
  func branch(from saved: SavedPlace) async throws -> any BranchingBox
  /// Puts a branch's files in the place of its own; the branch is used up.
  func adopt(_ branch: any BranchingBox) async throws
  /// Ends a branch that is not adopted.
  func discard() async
}

/// The files of a place at one moment.
public struct SavedPlace: Sendable, Hashable {
  /// The layers that make them.
  let layers: [String]
}
