import Base
import Calls
import Database
import Facts
import Glibc
import Ledger
import Platform
import Testing

@Suite struct CallTests {
  static func call(
    _ run: RunID, _ candidate: CandidateID? = nil, _ trial: TrialID? = nil, lane: String = "main",
    request: String = "q", occurrence: Int = 1, base: Int? = nil, content: String = "{}",
    ceilingUSD: Double? = 0.5
  ) -> CallFact {
    CallFact(
      run: run, candidate: candidate, trial: trial, lane: lane, role: "task", model: "p/m",
      request: Digest.of(request), occurrence: occurrence, base: base, content: Array(content.utf8),
      ceilingUSD: ceilingUSD, ceilingTokens: 1000, begunAt: Fixture.now)
  }

  static func end(_ call: Int, _ reply: String?, fault: String? = nil, cost: Double? = 0.1)
    -> CallEndFact
  {
    var usage = CallUsage()
    usage.inputUncached = 10
    usage.cacheRead = 20
    usage.output = 5
    usage.costUSD = cost
    usage.costBasis = cost == nil ? "unknown" : "computed"
    return CallEndFact(
      call: call, reply: reply.map { Array($0.utf8) }, fault: fault, detail: fault ?? "",
      model: "p/m-1", usage: usage, sends: 2, latency: .microseconds(1500), endedAt: Fixture.now)
  }

  private func trial(_ body: (Fixture, Ledger, RunID, CandidateID, TrialID) async throws -> Void)
    async throws
  {
    try await Fixture.with { fixture in
      try await fixture.recording { ledger, run, candidate in
        let id = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])[0]
        try await body(fixture, ledger, run, candidate, id)
      }
      #expect(try fixture.lab.reader().check().faults == [])
    }
  }

  @Test func `a call is there when it is begun, and its answer when it has ended`() async throws {
    try await trial { fixture, ledger, run, candidate, trial in
      let reader = try fixture.lab.reader()
      let id = try await ledger.begin(Self.call(run, candidate, trial))
      #expect(try reader.calls(CallFilter(run: run)).map(\.id) == [id])
      #expect(try reader.answers(run: run, trial: trial, attempt: 1) == [])
      try await ledger.end(Self.end(id, "hello"))
      let answer = try #require(try reader.answers(run: run, trial: trial, attempt: 1).first)
      #expect(answer.fact.request == Digest.of("q") && answer.fact.lane == "main")
      let end = try #require(answer.end)
      #expect(end.usage == Self.end(id, "hello").usage && end.latency == .microseconds(1500))
      #expect(try end.reply.map { try reader.blob($0) } == Array("hello".utf8))
      #expect(try reader.answers(run: run, trial: trial, attempt: 2) == [])
      #expect(try reader.answers(run: run, trial: nil, attempt: 1) == [])
    }
  }

  @Test func `what makes no sense is refused, and the ledger goes on`() async throws {
    try await trial { fixture, ledger, run, candidate, trial in
      let id = try await ledger.begin(Self.call(run, candidate, trial))
      try await ledger.end(Self.end(id, "one"))
      for fact in [
        Self.call(RunID(9)), Self.call(run, CandidateID(9), trial), Self.call(run, nil, TrialID(9)),
        Self.call(run, candidate, trial, lane: "other", base: id),
        Self.call(run, candidate, trial, base: 99),
        Self.call(run, candidate, trial, occurrence: 0),
      ] {
        await #expect(throws: BelayError.self) { try await ledger.begin(fact) }
      }
      for fact in [
        Self.end(id, "twice"), Self.end(99, "x"), Self.end(id + 1, nil),
        Self.end(id + 1, "x", fault: "rate"),
      ] {
        await #expect(throws: BelayError.self) { try await ledger.end(fact) }
      }
      let next = try await ledger.begin(Self.call(run, candidate, trial, occurrence: 2))
      try await ledger.end(Self.end(next, nil, fault: "rate"))
      #expect(try fixture.lab.reader().answers(run: run, trial: trial, attempt: 1).count == 1)
    }
  }

  @Test func `a long conversation is kept as what each call adds`() async throws {
    try await trial { fixture, ledger, run, candidate, trial in
      var base: Int?
      for number in 0..<20 {
        base = try await ledger.begin(
          Self.call(
            run, candidate, trial, request: "\(number)", base: base, content: "part \(number)"))
      }
      let parts = try fixture.lab.reader().request(of: try #require(base))
      #expect(parts.map { String(decoding: $0, as: UTF8.self) } == (0..<20).map { "part \($0)" })
    }
  }

  @Test func `spending counts a call without an end at its ceiling and says so`() async throws {
    try await trial { fixture, ledger, run, candidate, trial in
      let done = try await ledger.begin(Self.call(run, candidate, trial))
      try await ledger.end(Self.end(done, "x"))
      let unpriced = try await ledger.begin(
        Self.call(run, candidate, trial, occurrence: 2, ceilingUSD: nil))
      try await ledger.end(Self.end(unpriced, "y", cost: nil))
      _ = try await ledger.begin(Self.call(run, candidate, trial))
      _ = try await ledger.begin(Self.call(run))
      let sums = try fixture.lab.reader().spending(run: run)
      #expect(sums.map(\.trial) == [trial, nil])
      #expect(sums[0].usd == 0.6 && sums[0].tokens == 1070 && sums[0].calls == 3)
      #expect(sums[0].estimated == 1 && sums[0].unpriced == 1)
      #expect(sums[1].usd == 0.5 && sums[1].estimated == 1)
      #expect(sums[0].firstAt == Fixture.now && sums[0].lastAt == Fixture.now)
    }
  }

  @Test func `steps are read back in order, found by a search, and never twice`() async throws {
    try await trial { fixture, ledger, run, candidate, trial in
      for number in 1...3 {
        try await ledger.record(
          StepFact(
            trial: trial, attempt: 1, number: number, at: Fixture.now,
            body: ["message": .string("look at widget\(number)\nthen go"), "n": .int(number)]))
      }
      await #expect(throws: BelayError.self) {
        try await ledger.record(
          StepFact(trial: trial, attempt: 1, number: 3, at: Fixture.now, body: [:]))
      }
      let reader = try fixture.lab.reader()
      #expect(try reader.steps(trial, attempt: 1).map(\.body["n"].int) == [1, 2, 3])
      #expect(try reader.steps(trial, attempt: 2) == [])
      let hit = try #require(try reader.search("WIDGET2").first)
      #expect(hit.trial == trial && hit.role == "step" && hit.path == "step 2")
    }
  }

  @Test func `after closing, and after the blobs nobody names are collected, all is still found`()
    async throws
  {
    try await Fixture.with { fixture in
      var id = TrialID(1)
      try await fixture.recording { ledger, run, candidate in
        id = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])[0]
        let call = try await ledger.begin(Self.call(run, candidate, id, content: "the request"))
        try await ledger.end(Self.end(call, "the answer"))
        try await ledger.record(
          StepFact(trial: id, attempt: 1, number: 1, at: Fixture.now, body: ["m": "gizmo"]))
      }
      #expect(try fixture.lab.collectGarbage(dryRun: false).blobs == 0)
      let reader = try fixture.lab.reader()
      #expect(try reader.search("gizmo").map(\.role) == ["step"])
      #expect(try reader.request(of: 1) == [Array("the request".utf8)])
      let check = try reader.check()
      #expect(check.faults == [] && check.calls == 1 && check.steps == 1)
    }
  }

  @Test(arguments: [
    "UPDATE model_call SET lane = 'x'", "DELETE FROM model_answer", "UPDATE step SET number = 9",
    "DELETE FROM model_call",
  ])
  func `what was recorded is never changed`(statement: String) async throws {
    try await trial { fixture, ledger, run, candidate, trial in
      let id = try await ledger.begin(Self.call(run, candidate, trial))
      try await ledger.end(Self.end(id, "x"))
      try await ledger.record(
        StepFact(trial: trial, attempt: 1, number: 1, at: Fixture.now, body: [:]))
      try await ledger.close()
      let connection = try Connection.open(fixture.lab.ledgerPath, .write)
      #expect(throws: BelayError.self) { try connection.script(statement) }
    }
  }

  @Test(arguments: [
    (
      "INSERT INTO model_call SELECT 5, run, candidate, trial, attempt, lane, role, model, request,"
        + " occurrence, base, content, 1, 1, 1 FROM model_call WHERE id = 1;"
        + "INSERT INTO model_answer SELECT 5, reply, fault, detail, model, 1, 1, 1, 1, 1, 1, 1, 'x', 1,"
        + " 1, 1 FROM model_answer", "paid for twice"
    ),
    (
      "INSERT INTO model_call SELECT 5, run, candidate, trial, attempt, 'b', role, model, request,"
        + " occurrence, 1, content, 1, 1, 1 FROM model_call WHERE id = 1", "another conversation"
    ),
    (
      "INSERT INTO model_call SELECT 5, run, NULL, trial, attempt, 'b', role, model, request,"
        + " occurrence, base, content, 1, 1, 1 FROM model_call WHERE id = 1", "of its trial"
    ),
    (
      "UPDATE search_state SET step = 99; INSERT INTO step SELECT 9, trial, attempt, 9, at, (SELECT"
        + " content FROM model_call) FROM step", "step row 9 is missing"
    ),
  ])
  func `db check finds what cannot be`(damage: String, words: String) async throws {
    try await Fixture.with { fixture in
      try await fixture.recording { ledger, run, candidate in
        let trial = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])[0]
        let id = try await ledger.begin(Self.call(run, candidate, trial))
        try await ledger.end(Self.end(id, "x"))
        try await ledger.record(
          StepFact(trial: trial, attempt: 1, number: 1, at: Fixture.now, body: ["m": "word"]))
      }
      try Connection.open(fixture.lab.ledgerPath, .write).script(damage)
      let faults = try fixture.lab.reader().check().faults
      #expect(faults.contains { $0.contains(words) }, "\(faults)")
    }
  }
}

/// A child that calls a model over and over and is killed at a random instant.
@Suite(.serialized) struct CallCrashTests {
  @Test(arguments: [5, 30, 80, 150])
  func `after SIGKILL every acknowledged answer and step is there`(milliseconds: Int) async throws {
    try await Fixture.with { fixture in
      let path = fixture.lab.path
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, milliseconds = milliseconds as Int] in
        try await callUntilKilled(path, after: milliseconds)
      }
      let acks = (try? Files.readText("\(path)/acks")) ?? ""
      let reader = try fixture.lab.reader()
      #expect(try reader.check().faults == [])
      guard let run = try reader.runs().first?.id else { return #expect(acks.isEmpty) }
      let trial = TrialID(1)
      let answers = try reader.answers(run: run, trial: trial, attempt: 1)
      let steps = try reader.steps(trial, attempt: 1)
      for line in acks.split(separator: "\n") {
        guard let number = Int(line.dropFirst()) else { continue }
        if line.hasPrefix("a") {
          let reply = try #require(answers.first { $0.id == number }?.end?.reply)
          #expect(try reader.blob(reply) == Array("answer \(number)".utf8))
        } else {
          #expect(steps.contains { $0.number == number })
        }
      }
    }
  }
}

private func callUntilKilled(_ path: String, after milliseconds: Int) async throws {
  let lab = try Lab.create(at: path)
  try await Fixture(lab: lab).recording { ledger, run, candidate in
    let trial = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])[0]
    let acks = open("\(path)/acks", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    let killer = Task.detached {
      try await Task.sleep(for: .milliseconds(milliseconds))
      kill(getpid(), SIGKILL)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<8 {
        group.addTask {
          for number in 0..<100_000 {
            let call = try await ledger.begin(
              CallTests.call(run, candidate, trial, lane: "\(lane)", request: "\(number)"))
            try await ledger.end(CallTests.end(call, "answer \(call)"))
            note("a\(call)\n", acks)
            let step = number * 8 + lane + 1
            try await ledger.record(
              StepFact(trial: trial, attempt: 1, number: step, at: Fixture.now, body: ["n": 1]))
            note("s\(step)\n", acks)
          }
        }
      }
      try await group.waitForAll()
    }
    try await killer.value
  }
}

private func note(_ line: String, _ descriptor: Int32) {
  let bytes = Array(line.utf8)
  guard write(descriptor, bytes, bytes.count) == bytes.count else { fatalError("acks") }
}
