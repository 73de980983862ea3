internal import Base

// @unchecked: the connection is reached through `read` alone, which holds the mutex, and is not handed out.
/// A connection for reading that several tasks may use, one after the other.
public final class SharedConnection: @unchecked Sendable {
  private let turn = Locked(())
  private let connection: Connection

  /// Takes the connection over.
  public init(_ connection: sending Connection) { self.connection = connection }

  /// Runs `body` against one unchanging state of the file.
  public func read<Result: Sendable>(_ body: (Connection) throws -> Result) throws -> Result {
    try turn.withLock { _ in try connection.snapshot { try body(connection) } }
  }
}
