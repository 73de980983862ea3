internal import Base

/// The bytes between a task that writes an answer and the thread that sends it, a bounded number of them.
final class HTTPBodyPipe: Sendable {
  /// What the sending thread finds.
  enum Reading { case bytes(Int), nothing, end, cut }

  private struct State {
    var chunks: [[UInt8]] = []
    var first = 0
    var offset = 0
    var held = 0
    var ending: Reading?
    var isClosed = false
    var isStarving = false
    var writers: [CheckedContinuation<Void, any Error>] = []

    mutating func takeWriters() -> [CheckedContinuation<Void, any Error>] {
      defer { writers = [] }
      return writers
    }
  }

  /// The other end is gone.
  struct Closed: Error {}

  private let limit: Int
  private let wake: @Sendable () -> Void
  private let state = Locked(State())

  /// `wake` is called when there is something to read after `read` found nothing.
  init(limit: Int, wake: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.wake = wake
  }

  func write(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    let (mustWake, mustWait) = try state.withLock { state in
      guard !state.isClosed else { throw Closed() }
      state.chunks.append(bytes)
      state.held += bytes.count
      defer { state.isStarving = false }
      return (state.isStarving, state.held > limit)
    }
    if mustWake { wake() }
    guard mustWait else { return }
    try await withCheckedThrowingContinuation { continuation in
      // What had to be waited for may have come about in between.
      let result = state.withLock { state -> Result<Void, any Error>? in
        if state.isClosed { return .failure(Closed()) }
        if state.held <= limit { return .success(()) }
        state.writers.append(continuation)
        return nil
      }
      if let result { continuation.resume(with: result) }
    }
  }

  /// Says that nothing more comes; with `cut` the other end sees that something is missing.
  func finish(cut: Bool) {
    let mustWake = state.withLock { state in
      if state.ending == nil { state.ending = cut ? .cut : .end }
      defer { state.isStarving = false }
      return state.isStarving
    }
    if mustWake { wake() }
  }

  /// For the sending thread: the other end is gone, and every writer is told.
  func close() {
    let writers = state.withLock { state in
      state.isClosed = true
      state.chunks = []
      state.first = 0
      state.held = 0
      return state.takeWriters()
    }
    for writer in writers { writer.resume(throwing: Closed()) }
  }

  /// For the sending thread: moves what is there into `buffer`.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Reading {
    let (reading, writers) = state.withLock { state in
      var count = 0
      while count < buffer.count, state.first < state.chunks.count {
        let chunk = state.chunks[state.first]
        let part = min(buffer.count - count, chunk.count - state.offset)
        chunk.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: buffer[count..<(count + part)])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.offset...].prefix(part)))
        }
        count += part
        state.offset += part
        if state.offset == chunk.count {
          state.chunks[state.first] = []
          state.first += 1
          state.offset = 0
        }
      }
      if state.first == state.chunks.count || state.first > 256 {
        state.chunks.removeFirst(state.first)
        state.first = 0
      }
      state.held -= count
      let writers = state.held <= limit / 2 ? state.takeWriters() : []
      if count > 0 { return (Reading.bytes(count), writers) }
      if let ending = state.ending { return (ending, writers) }
      state.isStarving = true
      return (.nothing, writers)
    }
    for writer in writers { writer.resume() }
    return reading
  }
}
