internal import Base
package import Console
internal import Facts
internal import Fleet
internal import Harness
internal import Layout
internal import Ledger
internal import Platform
internal import Sandbox
package import Suite

/// Whether a suite's tasks can be trusted on this machine: a recorded audit serves, else one is made.
package struct SuiteTrust {
  private let session: TrialSession
  private let suite: Suite
  private let call: Call

  package init(session: TrialSession, suite: Suite, call: Call) {
    self.session = session
    self.suite = suite
    self.call = call
  }

  /// Why the suite is trusted, in words; throws when it is not.
  package func check() async throws -> String {
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
    let candidates = try reader.candidates()
    func trials(_ harness: Digest, atLeast count: Int) throws -> [TrialRecord]? {
      guard let own = candidates.first(where: { $0.harness == harness })?.id,
        let run = runs.first(where: { $0.candidates.contains(own) && $0.finished >= count })
      else { return nil }
      return try reader.trials(TrialFilter(run: run.id, candidate: own), limit: Int.max)
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
