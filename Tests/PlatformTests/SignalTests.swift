import Glibc
import Platform
import Testing

@Suite struct SignalTests {
  // The main thread lies in sigsuspend there, as in every program with an asynchronous main.
  @Test(arguments: [SIGINT, SIGTERM])
  func `a request to stop is read and does not end the process`(_ signal: Int32) async {
    await #expect(processExitsWith: .exitCode(7)) { [signal = signal as Int32] in
      InterruptSignals.take()
      var signals = InterruptSignals.stream().makeAsyncIterator()
      for _ in 1...3 {
        // As from outside: to the process, not to one thread.
        kill(getpid(), signal)
        guard await signals.next() == signal else { exit(1) }
      }
      exit(7)
    }
  }

  @Test func `a stream may begin before the reader of the last one has noticed its end`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      InterruptSignals.take()
      let streams = [InterruptSignals.stream(), InterruptSignals.stream()]
      kill(getpid(), SIGTERM)
      let seen = await withTaskGroup(of: Int32?.self) { group in
        for stream in streams { group.addTask { await stream.first { _ in true } } }
        defer { group.cancelAll() }
        return await group.next() ?? nil
      }
      exit(seen == SIGTERM ? 7 : 1)
    }
  }
}
