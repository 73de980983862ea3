package import Base
package import Database
internal import Platform

/// The one writer of a lab: records facts on a thread of its own and returns when they are durable.
///
/// Calls that come while the disk is busy share the next commit, so that many trials cost one flush.
public actor Ledger {
  let path: String
  let clock: WallClock
  private let thread = WriterThread()
  private var lock: FileLock?
  private var connection: Connection?
  private var group: CommitGroup?
  private var lastCommit: ContinuousClock.Instant?
  var queue = TrialQueue()
  var tallies = TallyCache()
  var index = SearchIndex()
  var known = KnownRows()

  /// Runs on its own thread, because a commit waits for the disk.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe thread.asUnownedSerialExecutor()
  }

  init(path: String, lock: FileLock, clock: WallClock = .system) {
    self.path = path
    self.lock = lock
    self.clock = clock
  }

  /// Opens the file, brings its schema up to date and finishes what a killed writer left undone.
  func start() throws {
    let connection = try Connection.open(path, .write)
    try connection.migrate(Schema.migrations)
    // A larger log means fewer copies of the same page into the file; the cache holds the inner pages.
    try connection.script("PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384;")
    queue = try TrialQueue(connection)
    index = try SearchIndex(connection)
    self.connection = connection
  }

  /// Writes what is queued, closes the file and gives the lock back; closing again does nothing.
  public func close() async throws {
    guard connection != nil else { return }
    defer {
      connection = nil
      lock = nil
    }
    try finish(try currentGroup())
    // The index is derived: what does not fit on a full disk now, the next writer takes up.
    if let last = try? currentGroup() { try? finish(last, flushingIndex: true) }
  }

  /// Writes what is queued and returns when it is durable.
  public func flush() async throws {
    try await write { _ in }
  }

  /// Lets a search find a step that the open transaction holds.
  package func index(step: Int, blob: Int, _ file: PackedFile) {
    if let text = file.words { index.add(.step, step, blob: blob, text: text) }
  }

  /// Lets the file grow to so many pages and no further.
  func limitPages(to count: Int) throws {
    try opened().script("PRAGMA max_page_count = \(count)")
  }

  /// Runs `body` in the open transaction and returns when that is durable.
  ///
  /// `body` throws `Rejected` before it changes anything when the facts are not acceptable; any other error ends
  /// the whole group, and everyone in it is told.
  package func write<Result: Sendable>(_ body: (Connection) throws -> Result) async throws -> Result
  {
    let mine = try currentGroup()
    let result: Result
    do {
      let connection = try opened()
      try queue.write(to: connection, &tallies)
      result = try body(connection)
    } catch let rejected as Rejected {
      if !mine.hasLeader { try finish(mine) }
      throw rejected.reason
    } catch {
      throw abandon(mine, error)
    }
    try await durable(mine)
    return result
  }

  func opened() throws -> Connection {
    guard let connection else {
      throw BelayError(.internal, "the ledger is closed", place: path, hint: "open the lab again")
    }
    return connection
  }

  private func currentGroup() throws -> CommitGroup {
    if let group { return group }
    let connection = try opened()
    let fresh = CommitGroup()
    do {
      try connection.run("BEGIN IMMEDIATE")
      group = fresh
    } catch {
      throw abandon(fresh, error)
    }
    return fresh
  }

  // The first caller of a group leads: it lets all calls that already wait in the actor's queue join, then
  // commits for everyone. When the machine is idle nobody waits and the commit comes at once. In a steady
  // trickle a few more milliseconds let two or three trials share one flush, which is a tenth of what a
  // short trial costs.
  private func durable(_ mine: CommitGroup) async throws {
    if mine.hasLeader {
      return try await withCheckedThrowingContinuation { mine.waiters.append($0) }
    }
    mine.hasLeader = true
    await Task.yield()
    if mine.waiters.count < 3, let last = lastCommit, ContinuousClock.now - last < .milliseconds(25)
    {
      try? await Task.sleep(for: .milliseconds(5))
    }
    switch mine.outcome {
    case nil: try finish(mine)
    case .success: return
    case .failure(let error): throw error
    }
  }

  private func finish(_ mine: CommitGroup, flushingIndex: Bool = false) throws {
    do {
      let connection = try opened()
      try queue.write(to: connection, &tallies)
      try tallies.write(to: connection)
      try index.write(to: connection, all: flushingIndex)
      try connection.run("COMMIT")
    } catch {
      throw abandon(mine, error)
    }
    group = nil
    queue.committed()
    index.committed()
    lastCommit = ContinuousClock.now
    mine.resolve(.success(()))
  }

  // Nothing of this group was acknowledged. Dispatched trials stay queued for the next group.
  private func abandon(_ mine: CommitGroup, _ error: any Error) -> any Error {
    connection?.rollBack()
    // On a full disk the log's own space is the first that can be had again.
    try? connection?.checkpoint()
    group = nil
    queue.rolledBack()
    tallies = TallyCache()
    index.rolledBack()
    known = KnownRows()
    mine.resolve(.failure(error))
    return error
  }
}

/// Facts that cannot be recorded; thrown before anything was changed.
package struct Rejected: Error {
  let reason: BelayError

  /// A reason that the caller is told.
  package init(_ kind: ErrorKind, _ message: String, place: String? = nil, hint: String? = nil) {
    reason = BelayError(kind, message, place: place, hint: hint)
  }
}

/// The calls that share one transaction; used on the ledger's thread alone.
final class CommitGroup {
  var hasLeader = false
  var waiters: [CheckedContinuation<Void, any Error>] = []
  private(set) var outcome: Result<Void, any Error>?

  func resolve(_ outcome: Result<Void, any Error>) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    for waiter in waiters { waiter.resume(with: outcome) }
    waiters = []
  }
}
