internal import Base
package import Console
internal import Facts
package import Fleet
internal import Harness
internal import Layout
internal import Ledger
internal import Platform
package import Suite

/// Puts tasks to the test: their own solutions, doing nothing, forging.
package struct SuiteAuditing {
  private let session: TrialSession
  private let call: Call
  private let slots: Int?
  private let ignoresNetwork: Bool
  private let slow: Duration

  package init(
    session: TrialSession, call: Call, slots: Int? = nil, ignoresNetwork: Bool = false,
    slow: Duration = .seconds(30)
  ) {
    self.session = session
    self.call = call
    self.slots = slots
    self.ignoresNetwork = ignoresNetwork
    self.slow = slow
  }

  package func run(_ suite: Suite, _ all: [Task]) async throws -> SuiteAudit {
    var refused: [Digest: String] = [:]
    for task in all {
      if let reason = session.refusal(task, ignoringNetwork: ignoresNetwork) {
        refused[task.digest] = reason
      }
    }
    let tasks = all.filter { refused[$0.digest] == nil }
    func trials(of harness: Harness, twice: Bool, part: Int, what: String) async throws
      -> [TrialRecord]
    {
      let tasks = harness.kind == .oracle ? tasks.filter(\.hasSolution) : tasks
      guard !tasks.isEmpty else { return [] }
      // A log has no line that moves: who follows one sees that something goes on, and what.
      call.output.note(
        "putting \(suite.name) to the test, \(part) of 3: \(what) "
          + "(\(Figure.plural(tasks.count * (twice ? 2 : 1), "trial")))")
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
        solution: try await trials(
          of: .oracle, twice: true, part: 1, what: "its own solutions have to pass"),
        nothing: try await trials(
          of: .nop, twice: true, part: 2, what: "doing nothing must not"),
        forged: try await trials(
          of: Forger.harness(in: session.lab.scratchPath), twice: false, part: 3,
          what: "nor may a forged reward")),
      refused: refused, slow: slow)
  }
}
