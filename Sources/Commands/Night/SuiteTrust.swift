internal import Base
internal import Console
internal import Facts
internal import Fleet
internal import Harness
internal import Layout
internal import Ledger
internal import Platform
internal import Sandbox
internal import Suite

/// Whether a suite's tasks can be trusted on this machine: a recorded audit serves, else one is made.
struct SuiteTrust {
  let session: TrialSession
  let suite: Suite
  let call: Call

  /// Why the suite is trusted, in words; throws when it is not.
  func check() async throws -> String {
    var audit = try recorded()
    if audit == nil {
      audit = try await SuiteAuditing(session: session, call: call).run(suite, suite.tasks)
    }
    let faulty = (audit?.rows ?? []).filter {
      $0.flags.contains(where: \.isFault) && $0.split != nil
    }
    guard faulty.isEmpty else {
      throw BelayError(
        .gate,
        "\(Figure.plural(faulty.count, "task")) cannot be trusted: "
          + faulty.prefix(5).map {
            "\($0.name.printable()) (\($0.flags.map(\.rawValue).joined(separator: ", ")))"
          }
          .joined(separator: ", "),
        place: suite.folder, hint: "belay suite audit \(suite.folder)")
    }
    return "every task of the suite was put to the test on this machine"
  }

  /// The audit that was recorded of this suite on this host; nil when there is none that is whole.
  private func recorded() throws -> SuiteAudit? {
    let reader = try session.lab.reader()
    let host = session.place.host.json
    let runs = try reader.runs(limit: 10_000).filter {
      $0.fact.type == .audit && $0.fact.suite == suite.digest && $0.end?.ending == .done
        && $0.fact.conditions["host"] == host
        && $0.fact.conditions["provider"].string == session.provider.name
    }
    func trials(_ harness: Digest, atLeast count: Int) throws -> [TrialRecord]? {
      for run in runs {
        let found = try reader.trials(TrialFilter(run: run.id), limit: Int.max)
        let candidates = try reader.candidates().filter { $0.harness == harness }.map(\.id)
        let own = found.filter { candidates.contains($0.fact.candidate) }
        if own.count >= count { return own }
      }
      return nil
    }
    let solvable = suite.tasks.count { $0.hasSolution }
    guard let solution = try trials(Harness.oracle.digest, atLeast: 2 * solvable),
      let nothing = try trials(Harness.nop.digest, atLeast: 2 * suite.tasks.count),
      let forged = try trials(
        Forger.harness(in: session.lab.scratchPath).digest, atLeast: suite.tasks.count)
    else { return nil }
    call.output.detail("the audit that is recorded of this suite and this machine serves")
    return SuiteAudit(
      suite, tasks: suite.tasks,
      trials: SuiteAudit.Trials(solution: solution, nothing: nothing, forged: forged),
      refused: [:], slow: .seconds(30))
  }
}

/// Puts tasks to the test: their own solutions, doing nothing, forging.
struct SuiteAuditing {
  let session: TrialSession
  let call: Call
  var slots: Int? = nil
  var ignoresNetwork = false
  var slow = Duration.seconds(30)

  func run(_ suite: Suite, _ all: [Task]) async throws -> SuiteAudit {
    var refused: [Digest: String] = [:]
    for task in all {
      if let reason = session.refusal(task, ignoringNetwork: ignoresNetwork) {
        refused[task.digest] = reason
      }
    }
    let tasks = all.filter { refused[$0.digest] == nil }
    func trials(of harness: Harness, twice: Bool) async throws -> [TrialRecord] {
      let tasks = harness.kind == .oracle ? tasks.filter(\.hasSolution) : tasks
      guard !tasks.isEmpty else { return [] }
      var request = EvaluationRequest(
        harness: harness, suite: suite, tasks: tasks, repeats: twice ? 2 : 1,
        slots: slots ?? 2 * Machine.processors, command: call.commandLine)
      request.type = .audit
      request.ignoresNetwork = ignoresNetwork
      let ended = try await session.run(request, resume: false)
      guard ended.code == .ok else {
        throw BelayError(
          .interrupted, "the audit was stopped before its end", place: "\(ended.run)",
          hint: call.commandLine)
      }
      return try session.lab.reader().trials(TrialFilter(run: ended.run), limit: Int.max)
    }
    return SuiteAudit(
      suite, tasks: all,
      trials: SuiteAudit.Trials(
        solution: try await trials(of: .oracle, twice: true),
        nothing: try await trials(of: .nop, twice: true),
        forged: try await trials(of: Forger.harness(in: session.lab.scratchPath), twice: false)),
      refused: refused, slow: slow)
  }
}
