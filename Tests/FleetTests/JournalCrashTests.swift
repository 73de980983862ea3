import Base
import Calls
import Dialect
import Facts
import Fleet
import Glibc
import Ledger
import Metering
import Model
import Platform
import Testing

/// A process that asks models through the whole stack is killed in the middle, and a later one goes on.
@Suite(.serialized) struct JournalCrashTests {
  @Test(arguments: [4, 25, 60, 120, 200])
  func
    `after SIGKILL no answer is lost, none is paid twice, and an open call counts as an estimate`(
      milliseconds: Int
    ) async throws
  {
    try await Night.with { night in
      let folder = night.folder
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [folder = folder as String, milliseconds = milliseconds as Int] in
        try await Night(folder: folder).killed(after: milliseconds)
      }
      let handedOut = try night.notes("handed")
      let paid = try night.notes("paid").count
      let reader = try night.lab.reader()
      #expect(try reader.check().faults == [])
      guard let run = try reader.runs().first?.id else { return #expect(handedOut.isEmpty) }

      let sums = try reader.spending(run: run)
      let calls = try reader.calls(CallFilter(run: run), limit: 1_000_000)
      let answered = calls.count { $0.end?.reply != nil }
      let open = calls.filter { $0.end == nil }
      // What was sent is known: a call is durable before it is sent.
      #expect(paid <= calls.count && answered >= handedOut.count)
      #expect(sums.map(\.estimated).reduce(0, +) == open.count)
      let budget = Budget(BudgetLimits(run: Caps(usd: 1000)))
      try budget.restore(run, from: reader)
      let known = calls.compactMap { $0.end?.usage.costUSD }.reduce(0, +)
      let ceilings = open.compactMap(\.fact.ceilingUSD).reduce(0, +)
      #expect(abs(budget.spent(.run).usd - known - ceilings) < 1e-6)

      // Every lane asks again what it asked: what was handed out comes again, in its order, and is not sent.
      let ledger = try await night.lab.open()
      let sent = Locked(0)
      let asking = MeteredAsking(
        Counting { sent.withLock { $0 += 1 } }, budget: budget,
        journal: LedgerJournal(ledger, reader: try night.lab.reader()))
      var again = 0
      for lane in 0..<Night.lanes {
        let mine = handedOut.filter { $0.hasPrefix("\(lane) ") }
        for text in mine {
          let answer = try await asking.ask(Night.call(run, lane))
          #expect(answer.isReplay && "\(lane) \(answer.reply.turn.text)" == text)
          again += 1
        }
        // An answer that was durable and not yet handed out may follow; then the model is asked.
        var answer = try await asking.ask(Night.call(run, lane))
        if answer.isReplay { answer = try await asking.ask(Night.call(run, lane)) }
        #expect(!answer.isReplay)
      }
      #expect(again == handedOut.count && sent.withLock { $0 } == Night.lanes)
      try await ledger.close()
      #expect(try night.lab.reader().check().faults == [])
    }
  }
}

/// A model that answers with a number and the time, so that no two answers are alike.
private struct Counting: ModelAsking {
  let onSend: @Sendable () -> Void

  func ask(_ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void) async throws
    -> ModelAnswer
  {
    call.onSend()
    onSend()
    await Task.yield()
    var usage = ModelUsage()
    usage.inputUncached = 12
    usage.output = 3
    let text = Hex.text(Files.randomBytes(8))
    return ModelAnswer(
      ModelReply(model: "m", parts: [.text(text)], stop: .done, usage: usage), from: call.name)
  }
}

/// A lab whose trials ask the same thing over and over, in lanes of their own.
private struct Night: Sendable {
  static let lanes = 6

  let folder: String

  var lab: Lab {
    get throws { try Lab.create(at: "\(folder)/lab") }
  }

  static func with(_ body: (Night) async throws -> Void) async throws {
    let folder = "/tmp/belay-journal-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    try Files.makeDirectory(folder)
    try await body(Night(folder: folder))
  }

  // Repeats of one task: their requests are the same to the byte.
  static func call(_ run: RunID, _ lane: Int) -> ModelCall {
    ModelCall(
      ModelRequest(model: "", turns: [.user("what next?")]),
      of: ModelName(provider: "anthropic", model: "claude-haiku-4-5"),
      for: Purpose(
        .task, run: run, candidate: CandidateID(1), trial: TrialID(lane / 2 + 1),
        lane: "lane \(lane % 2)"))
  }

  func notes(_ name: String) throws -> [String] {
    guard Files.isFile("\(folder)/\(name)") else { return [] }
    return try Files.readText("\(folder)/\(name)").split(separator: "\n").map(String.init)
  }

  func killed(after milliseconds: Int) async throws {
    let lab = try lab
    let ledger = try await lab.open()
    let task = TaskFact(name: "t", digest: Digest.of("t"))
    let suite = SuiteFact(
      digest: Digest.of("s"), name: "s", path: "/s", definition: [:], tasks: [task])
    try await ledger.record(suite)
    try await ledger.record(
      HarnessFact(digest: Digest.of("h"), name: "h", kind: "native", definition: [:]))
    let candidate = try await ledger.candidate(harness: Digest.of("h"))
    let run = try await ledger.begin(
      RunFact(
        type: .eval, suite: suite.digest, settings: [:], conditions: [:],
        startedAt: Timestamp(milliseconds: 0),
        owner: ProcessOwner(pid: 1, startTicks: 1, host: "h"), command: "test"))
    _ = try await ledger.dispatch(
      (0..<Self.lanes).map { index in
        TrialFact(
          run: run, candidate: candidate, task: task.digest, index: index, seed: 1,
          dispatchedAt: Timestamp(milliseconds: 0))
      })
    // Trials are queued until a commit takes them along; the race is about what comes behind them.
    try await ledger.flush()
    let paid = Self.open("\(folder)/paid")
    let handed = Self.open("\(folder)/handed")
    let asking = MeteredAsking(
      Counting { Self.note("x", paid) }, budget: Budget(BudgetLimits(run: Caps(usd: 1000))),
      journal: LedgerJournal(ledger, reader: try lab.reader()))
    let killer = Task.detached {
      try await Task.sleep(for: .milliseconds(milliseconds))
      kill(getpid(), SIGKILL)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<Self.lanes {
        group.addTask {
          while true {
            let answer = try await asking.ask(Self.call(run, lane))
            Self.note("\(lane) \(answer.reply.turn.text)", handed)
          }
        }
      }
      try await group.waitForAll()
    }
    try await killer.value
  }

  private static func open(_ path: String) -> Int32 {
    Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
  }

  private static func note(_ line: String, _ descriptor: Int32) {
    let bytes = Array("\(line)\n".utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { fatalError("notes") }
  }
}
