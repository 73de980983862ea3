internal import Base
internal import Climb
internal import Components
internal import Dialect
internal import Evidence
internal import Facts
internal import Harness
internal import Proposers
internal import Suite

/// What the meta-agent's tools do: all of them read, but for the one that hands in.
struct MetaAgentDesk {
  private let request: ProposalRequest
  private let tree: ComponentTree
  private var tables: DevTables?
  private(set) var intake: Intake
  private(set) var isDone = false

  /// What one answer shows at most, in bytes.
  private static let answerBytes = 16 << 10

  init(_ request: ProposalRequest, author: String) throws {
    self.request = request
    tree = try ComponentTree(request.base)
    intake = try Intake(request, author: author)
  }

  /// Does what was asked, one answer for each use.
  mutating func perform(_ uses: [ToolUse]) -> [Part] {
    uses.map { use in
      do {
        let input =
          use.arguments.isEmpty ? JSON.object([:]) : try JSON.parse(use.arguments, maxDepth: 32)
        let text = try perform(use.name, input)
        return .toolAnswer(
          ToolAnswer(
            callID: use.id, name: use.name, text: Fence.cut(text, to: Self.answerBytes)))
      } catch {
        let hint = (error as? BelayError)?.hint.map { " (\($0))" } ?? ""
        let text = "\(error)\(hint)"
        return .toolAnswer(
          ToolAnswer(
            callID: use.id, name: use.name, text: Fence.cut(text, to: 2_000), isError: true))
      }
    }
  }

  private mutating func perform(_ tool: String, _ input: JSON) throws -> String {
    switch tool {
    case "list_trials": return try listTrials(input)
    case "open_trial": return try openTrial(input)
    case "compare_trials": return try compareTrials(input)
    case "search": return try search(input)
    case "sql": return try sql(input)
    case "pool": return EvidencePage.pool(request.pool)
    case "candidates": return candidates()
    case "read_task": return try readTask(input)
    case "read_harness": return try readHarness(input)
    case "submit": return try submit(input)
    default: throw BelayError(.usage, "there is no tool '\(tool.printable())'")
    }
  }

  private func reader() throws -> EvidenceReader {
    guard let reader = request.reader else {
      throw BelayError(.notFound, "no dev trial is recorded yet")
    }
    return reader
  }

  private func trial(_ input: JSON, _ key: String) throws -> DevTrial {
    guard let id = input[key].string.flatMap({ TrialID($0) }) else {
      throw BelayError(.usage, "expected the id of a trial, such as t12", place: key)
    }
    return try reader().trial(id)
  }

  private func listTrials(_ input: JSON) throws -> String {
    let task = input["task"].string
    let found = try reader().trials().filter { record in
      let passed = (record.latest?.score ?? 0) >= 1
      return (task.map { record.taskName == $0 || record.taskName.hasSuffix("/\($0)") } ?? true)
        && (input["candidate"].string.map { "\(record.fact.candidate)" == $0 } ?? true)
        && (input["passed"].bool.map { $0 == passed } ?? true)
    }
    let limit = min(max(input["limit"].int ?? 40, 1), 200)
    let lines = found.suffix(limit).reversed().map { record in
      "\(record.id) \(record.fact.candidate) \(record.taskName.printable()) "
        + "\(record.latest?.outcome.rawValue ?? "") score \(EvidencePage.plain(record.latest?.score ?? 0))"
    }
    return
      "\(EvidencePage.count(found.count, "trial")), newest first\n\(lines.joined(separator: "\n"))"
  }

  private func openTrial(_ input: JSON) throws -> String {
    let trial = try trial(input, "trial")
    let steps = trial.steps.steps
    let from = max(input["from_step"].int ?? 1, 1)
    let count = min(max(input["steps"].int ?? 12, 1), 40)
    var page =
      "\(trial.record.id) of \(trial.record.fact.candidate) on \(trial.record.taskName.printable()): "
      + "\(trial.attempt.outcome.rawValue), score \(EvidencePage.plain(trial.score)); "
      + "\(EvidencePage.count(steps.count, "step")) of the agent\n"
    if from == 1 {
      page += "\nIts verifier printed\n\n\(Fence.block(trial.verifier, limit: 3_000))\n"
    }
    for step in steps.dropFirst(from - 1).prefix(count) {
      page += "\nStep \(step.number)\n\n"
      page += Fence.block(
        ((step.said.isEmpty ? [] : [Fence.cut(step.said, to: 600)])
          + step.did.map { "> \(Fence.cut($0, to: 900))" }).joined(separator: "\n"))
      page += "\n\n" + Fence.block(step.saw, limit: 900) + "\n"
    }
    if steps.isEmpty, !trial.log.isEmpty { page += "\n\(Fence.block(trial.log, limit: 6_000))\n" }
    return page
  }

  private func compareTrials(_ input: JSON) throws -> String {
    let (one, other) = (try trial(input, "passed"), try trial(input, "failed"))
    guard one.record.fact.task == other.record.fact.task else {
      throw BelayError(.usage, "they are of two tasks", hint: "choose two trials of one task")
    }
    return EvidencePage.pair(
      TrialPair(
        task: one.record.taskName, passed: one.record.id, failed: other.record.id,
        isSameCandidate: one.record.fact.candidate == other.record.fact.candidate,
        divergence: one.steps.divergence(from: other.steps)))
  }

  private func search(_ input: JSON) throws -> String {
    guard let text = input["text"].string else { throw BelayError(.usage, "expected a text") }
    let hits = try reader().search(text, limit: 30)
    let lines = hits.map {
      "\($0.trial) \($0.role.printable()) line \($0.line): \(Fence.line($0.text))"
    }
    return lines.isEmpty ? "nothing found" : lines.joined(separator: "\n")
  }

  private mutating func sql(_ input: JSON) throws -> String {
    guard let statement = input["statement"].string else {
      throw BelayError(.usage, "expected a statement")
    }
    let known = try tables ?? DevTables(reader(), pool: request.pool)
    tables = known
    let page = try known.ask(statement)
    let rows = page.rows.map { $0.map { $0.string ?? $0.text() }.joined(separator: "\t") }
    let cut = page.truncated ? "\n… more rows" : ""
    return Fence.block(
      ([page.columns.joined(separator: "\t")] + rows).joined(separator: "\n") + cut, limit: 12_000)
  }

  private func candidates() -> String {
    if request.archive.isEmpty { return "there are no earlier candidates" }
    return request.archive.map { candidate in
      let words = candidate.verdicts.map { "\($0.gate) \($0.word.rawValue)" }
      let parents = candidate.parents.map { "\($0)" }.joined(separator: ", ")
      let mean = request.evidence.scores.first { $0.candidate == candidate.id }
        .map { "\($0.tasks.reduce(0) { $0 + $1.passes }) passed on dev" }
      return "\(candidate.id) \(candidate.state)\(parents.isEmpty ? "" : " from \(parents)")"
        + (words.isEmpty ? "" : "; \(words.joined(separator: ", "))")
        + (mean.map { "; \($0)" } ?? "")
    }.joined(separator: "\n")
  }

  private func readTask(_ input: JSON) throws -> String {
    guard let task = input["task"].string.flatMap({ request.tasks.task(named: $0) }) else {
      throw BelayError(
        .notFound, "no dev task of that name",
        hint: request.tasks.all.map(\.task.shortName).joined(separator: ", "))
    }
    return Fence.block(task.instruction, limit: 12_000)
  }

  private func readHarness(_ input: JSON) throws -> String {
    if let name = input["component"].string {
      guard let content = tree[name] else {
        throw BelayError(.notFound, "no component of that name", hint: "read_harness without one")
      }
      return content.files.map { file in
        (file.path.isEmpty ? "" : "\(file.path)\n")
          + Fence.block(String(decoding: file.content, as: UTF8.self), limit: 12_000)
      }.joined(separator: "\n")
    }
    let lines = tree.components.map {
      "\($0.name) (\(EvidencePage.count($0.content.size, "token")))"
    }
    return lines.joined(separator: "\n") + "\n\nMay be edited:\n\n"
      + Brief(request: request).surface()
  }

  private mutating func submit(_ input: JSON) throws -> String {
    let before = (intake.drafts.count, intake.refused.count)
    let edits = try Submission.read(input)
    for edit in edits {
      do throws(BelayError) {
        intake.take(
          files: try edit.files(on: request.base, tree), edit.hypothesis, summary: edit.summary)
      } catch {
        intake.refuse(edit.summary, error)
      }
    }
    let taken = intake.drafts.count - before.0
    var text = "\(EvidencePage.count(taken, "edit")) taken."
    for refusal in intake.refused.dropFirst(before.1) {
      text += "\nNot taken: \(Fence.line(refusal.summary)): \(refusal.why)"
    }
    isDone =
      intake.drafts.count >= request.count
      || (input["done"].bool ?? true) && (taken > 0 || edits.isEmpty)
    return text
  }
}
