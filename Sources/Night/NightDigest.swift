public import Base
internal import Calls
internal import Climb
internal import Facts
public import Ledger
internal import NightLog

extension LedgerReader {
  /// One hash over what a night decided and what came of it: decisions, outcomes, rewards, answers, edits and
  /// ids in the order of dispatch. Times, durations, what the machine used, who ran it and attempts that were
  /// interrupted play no part, so that a night that was killed and resumed has the digest of one that was not.
  public func nightDigest(_ run: RunID) throws -> Digest {
    var digest = NightDigest()
    try night(run) { try digest.add(NightFact(recorded: $0.body, number: $0.number)) }
    var orders: [TrialID: Int] = [:]
    try eachTrial(TrialFilter(run: run)) { trial in
      orders[trial.id] = trial.fact.index
      if let attempt = trial.latest, attempt.isFinal { digest.add(attempt, trial.fact) }
    }
    var after = 0
    while true {
      let page = try calls(CallFilter(run: run), after: after, limit: 5000)
      for call in page {
        guard let reply = call.end?.reply else { continue }
        digest.add(
          call.fact, try JSON.parse(blob(reply)),
          order: call.fact.trial.flatMap { orders[$0] } ?? 0)
      }
      guard page.count == 5000, let end = page.last else { break }
      after = end.id
    }
    return digest.finish()
  }
}

/// The parts of a night's digest, each brought into an order that does not hang on the clock.
struct NightDigest {
  private var decisions: [String] = []
  private var orders: [Int: String] = [:]
  private var ends: [Int: String] = [:]
  private var answers: [String] = []
  /// What is known once however often it was written down.
  private var others: Set<String> = []

  mutating func add(_ fact: NightFact) throws {
    switch fact {
    case .opened, .steered: decisions.append(try text(fact))
    case .issued(.run(let order)): orders[order.id.number] = try text(fact)
    case .issued: decisions.append(try text(fact))
    case .finished(let id, let end, _):
      ends[id.number] = try JSON.encoding(end).text()
    case .proposed(let number, let proposals, _, _):
      others.insert("proposed \(number) \(try JSON.encoding(proposals).text())")
    case .reflected(let edit, let verdicts, let prior, _):
      others.insert("reflected \(edit) \(prior) \(try JSON.encoding(verdicts).text())")
    case .inspected(let candidate, let verdicts, _):
      others.insert("inspected \(candidate) \(try JSON.encoding(verdicts).text())")
    case .assembled(let candidate, let harness, _):
      others.insert("assembled \(candidate) \(harness)")
    case .clock, .resumed: break
    }
  }

  mutating func add(_ attempt: AttemptRecord, _ trial: TrialFact) {
    others.insert(
      "trial \(trial.index) \(trial.task.hex) \(trial.seed) \(attempt.outcome.rawValue)"
        + " \(attempt.reward.map { "\($0)" } ?? "-") \(attempt.score.map { "\($0)" } ?? "-")")
  }

  // Not the request: it holds what commands printed, and that may tell the time.
  mutating func add(_ call: CallFact, _ reply: JSON, order: Int) {
    let said: JSON = ["parts": reply["parts"], "stop": reply["stop"]]
    answers.append("answer \(order) \(call.lane) \(call.model) \(said.text())")
  }

  private func text(_ fact: NightFact) throws -> String { try JSON.encoding(fact).text() }

  consuming func finish() -> Digest {
    var hasher = Hasher256()
    for line in decisions { hasher.update(line + "\n") }
    for (number, order) in orders.sorted(by: { $0.key < $1.key }) {
      hasher.update("\(order) \(ends[number] ?? "")\n")
    }
    for line in others.sorted() { hasher.update(line + "\n") }
    for line in answers.sorted() { hasher.update(line + "\n") }
    return hasher.finish()
  }
}
