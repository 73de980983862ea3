package import Archive
internal import Base

/// Files of a place that is no folder of this machine, read as a tar stream.
package protocol TarredFiles: Sendable {
  /// The folder that paths start from.
  var base: String { get }
  /// What the trial changed of the image that the place was made of, by path.
  var changedPaths: [String] { get }
  /// Whether `changedPaths` may be wrong: too many to be told, or named so as to be misread.
  var hasUnclearChanges: Bool { get }
  /// Hands the stream of a path to `body` on a thread that may wait; nil when there is nothing at the
  /// path. When `body` leaves early the rest is not read.
  func read<Result: Sendable>(
    _ path: String, wall: Duration, _ body: @escaping @Sendable (TarStream) throws -> Result
  ) async throws -> Result?
}
