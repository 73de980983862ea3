internal import Dispatch

/// Work that waits for the disk, away from the threads that tasks share.
public enum BlockingWork {
  private static let queue = DispatchQueue(
    label: "belay.blocking", qos: .utility, attributes: .concurrent)

  /// Begins `body` on a thread that may wait, and does not wait for it.
  public static func begin(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

  /// Runs `body` on a thread that may wait.
  public static func run<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { @Sendable in
        continuation.resume(with: Swift.Result { try body() })
      }
    }
  }
}
