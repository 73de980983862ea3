internal import Base
internal import Glibc

/// A thread of its own for one actor: jobs run there in the order in which they came.
///
/// Calls that wait for the disk then never hold up a thread of the shared pool.
public final class WriterThread: SerialExecutor {
  private let queue: JobQueue

  /// Starts the thread; it ends with this value.
  public init() {
    let queue = JobQueue()
    self.queue = queue
    var thread: pthread_t = 0
    // The thread owns the queue until it ends.
    let owned = Unmanaged.passRetained(queue).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { @Sendable context in
        guard let context else { return nil }
        Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue().work()
        return nil
      }, owned)
    guard code == 0 else { fatalError("no thread for the writer: \(errnoText(code))") }
    pthread_detach(thread)
  }

  deinit { queue.stop() }

  /// Puts a job at the end of the queue.
  public func enqueue(_ job: consuming ExecutorJob) {
    queue.add(JobQueue.Entry(job: UnownedJob(job), executor: asUnownedSerialExecutor()))
  }

  /// This thread, for the actor that names it as its executor.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }
}

// @unchecked: entries and the stop mark are touched with the mutex held alone.
private final class JobQueue: @unchecked Sendable {
  struct Entry {
    let job: UnownedJob
    let executor: UnownedSerialExecutor
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>
  private var entries: [Entry] = []
  private var isStopped = false

  init() {
    mutex = .allocate(capacity: 1)
    wake = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    wake.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
  }

  deinit {
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(mutex)
    wake.deallocate()
    mutex.deallocate()
  }

  func add(_ entry: Entry) {
    pthread_mutex_lock(mutex)
    entries.append(entry)
    pthread_cond_signal(wake)
    pthread_mutex_unlock(mutex)
  }

  func stop() {
    pthread_mutex_lock(mutex)
    isStopped = true
    pthread_cond_signal(wake)
    pthread_mutex_unlock(mutex)
  }

  func work() {
    var batch: [Entry] = []
    while true {
      pthread_mutex_lock(mutex)
      while entries.isEmpty, !isStopped { pthread_cond_wait(wake, mutex) }
      swap(&batch, &entries)
      pthread_mutex_unlock(mutex)
      guard !batch.isEmpty else { return }
      for entry in batch { entry.job.runSynchronously(on: entry.executor) }
      batch.removeAll(keepingCapacity: true)
    }
  }
}
