internal import Dispatch

/// Work that waits for the disk, away from the threads that tasks share.
public enum BlockingWork {
  private static let queue = DispatchQueue(
    label: "belay.blocking", qos: .utility, attributes: .concurrent)

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
