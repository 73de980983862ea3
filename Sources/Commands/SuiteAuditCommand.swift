internal import Base
internal import Console
internal import Facts
internal import Fleet
internal import Harness
internal import Ledger
internal import Platform
internal import Suite
internal import Workbench

/// `belay suite audit`: is every task solvable, not trivial, stable, and safe from a forged reward?
enum SuiteAuditCommand {
  static let suite = Argument(SuiteWord.kind, "The suite's folder, or a single task's")
  static let slow = Option(
    "slow", .duration("TIME"), default: .seconds(30), shown: "30s",
    "Flag a task whose solution and verifier take longer")

  static let command = Command(
    "audit", in: .setup, "Put every task of a suite to the test",
    discussion: """
      Each task's own solution must reach the full reward and doing nothing must not, twice each with
      the same end; an agent that writes reward files itself must get nothing. Flags tasks that are
      unsolvable, trivial, flaky, forgeable, without a verdict, slow, or in need of a network.
      Ends with code 6 when a task cannot be trusted.
      """,
    takes: [
      suite, EvalCommand.tasks, TrialFlags.slots, slow, EvalCommand.network,
      TrialFlags.provider,
    ],
    examples: [
      Example("belay suite audit benchmarks/shell", "all tasks of the shipped suite"),
      Example("belay suite audit my-suite --tasks 'git-*'", "some of yours"),
    ],
    output: .job("suite-audit", compact: ["counts", "flagged"])
  ) { call in
    let suite = try SuiteWord.load(call[Self.suite], call)
    let selection = try TaskSelection(
      suite: suite, split: "all", globs: call[EvalCommand.tasks], opensVault: true)
    let session = try await TrialSession.open(
      call, suite: suite, provider: call[TrialFlags.provider], createLab: true)
    return try await session.closing {
      let auditing = SuiteAuditing(
        session: session, call: call, slots: call[TrialFlags.slots],
        ignoresNetwork: call[EvalCommand.network] != nil, slow: call[slow])
      var audit = try await auditing.run(suite, selection.tasks)
      // A night asks the same of the twins.
      if selection.tasks.count == suite.tasks.count,
        let twins = try SuiteTwins.make(of: suite, in: session.lab)
      {
        defer { twins.remove() }
        audit = audit.joined(try await auditing.run(twins.suite, twins.suite.tasks))
      }
      try call.output.done(success: audit.isClean, fields(audit, suite)) { width in
        AuditText(audit: audit, suite: suite).text(width: width)
      }
      return audit.isClean ? .ok : ExitCode(.gate)
    }
  }

  private static func fields(_ audit: SuiteAudit, _ suite: Suite) -> [String: JSON] {
    var counts: [String: JSON] = ["tasks": .int(audit.rows.count)]
    for flag in SuiteAudit.Flag.allCases {
      counts[flag.rawValue] = .int(audit.counts[flag] ?? 0)
    }
    return [
      "suite": ["name": .string(suite.name), "digest": .string(suite.digest.hex)],
      "counts": .object(counts), "tasks": .array(audit.rows.map(\.json)),
      "flagged": .array(audit.rows.filter { !$0.flags.isEmpty }.map(\.json)),
    ]
  }
}

/// The audit as people read it: what is wrong first, then what was tried.
private struct AuditText {
  let audit: SuiteAudit
  let suite: Suite

  func text(width: Int) -> String {
    let faulty = audit.rows.filter { $0.flags.contains(where: \.isFault) }
    var lines: [String] = []
    for row in audit.rows where !row.flags.isEmpty {
      let flags = row.flags.map(\.rawValue).joined(separator: ", ")
      let detail = row.detail.isEmpty ? "" : ": " + row.detail.printable()
      lines.append(String("  \(row.name.printable())  \(flags)\(detail)".prefix(width)))
    }
    let slowest = audit.rows.max { ($0.wallMs ?? 0) < ($1.wallMs ?? 0) }
    let head =
      faulty.isEmpty
      ? "\(suite.name): all \(audit.rows.count) tasks can be trusted"
      : "\(suite.name): \(faulty.count) of \(audit.rows.count) tasks cannot be trusted"
    lines.insert(head.printable(), at: 0)
    lines.append(
      "each solution twice, doing nothing twice, forging once"
        + (slowest.map { "; slowest \($0.name.printable()) \($0.wallMs ?? 0) ms" } ?? ""))
    return lines.joined(separator: "\n") + "\n"
  }
}
