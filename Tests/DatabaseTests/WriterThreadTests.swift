import Database
import Glibc
import Testing

private actor Resident {
  private let home = WriterThread()
  nonisolated var unownedExecutor: UnownedSerialExecutor { home.asUnownedSerialExecutor() }
  private var steps: [Int] = []

  func step(_ number: Int) -> pthread_t {
    steps.append(number)
    return pthread_self()
  }

  func walk() async -> [pthread_t] {
    var threads: [pthread_t] = []
    for _ in 0..<10 {
      threads.append(pthread_self())
      await Task.yield()
    }
    return threads
  }

  var count: Int { steps.count }
}

@Suite struct WriterThreadTests {
  @Test func `all work of an actor is done on its one thread`() async {
    let resident = Resident()
    let threads = await withTaskGroup(of: pthread_t.self) { group in
      for number in 0..<1000 { group.addTask { await resident.step(number) } }
      return await group.reduce(into: Set<pthread_t>()) { $0.insert($1) }
    }
    #expect(threads.count == 1)
    #expect(await Set(resident.walk()) == threads)
    #expect(await resident.count == 1000)
  }

  @Test func `threads end with their actors`() async throws {
    func threads() throws -> Int {
      var count = 0
      let folder = try #require(opendir("/proc/self/task"))
      defer { closedir(folder) }
      while readdir(folder) != nil { count += 1 }
      return count
    }
    for _ in 0..<200 {
      let resident = Resident()
      _ = await resident.step(1)
    }
    // Suites beside this one have threads as well, and a loaded machine ends them late.
    for _ in 0..<3000 where try threads() >= 180 {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try threads() < 180)
  }
}
