internal import Base
internal import Climb
public import Dialect
internal import Evidence
public import Model
public import Proposers

/// The built-in meta-agent: a model in a loop with tools that only read, until it hands in edits.
///
/// Every answer goes through whoever is asked, which meters, journals and refuses when the budget of the role
/// is spent; a resumed night asks again and is given the same answers.
public struct ModelProposer: Proposing {
  /// What one proposal may take.
  public struct Limits: Sendable, Hashable {
    /// Answers of the model.
    public var turns = 40
    /// Tokens, read and written together.
    public var tokens = 600_000
    /// Tokens of one answer.
    public var answerTokens = 16_384

    /// The usual limits.
    public init() {}
  }

  /// `model`, or the name that it was given.
  public let name: String
  private let asking: any ModelAsking
  private let model: ModelName
  private let sampling: Sampling
  private let reasoning: String?
  private let limits: Limits

  /// A meta-agent that asks this model.
  public init(
    _ model: ModelName, asking: any ModelAsking, name: String = "model",
    sampling: Sampling = Sampling(), reasoning: String? = nil, limits: Limits = Limits()
  ) {
    self.model = model
    self.asking = asking
    self.name = name
    self.sampling = sampling
    self.reasoning = reasoning
    self.limits = limits
  }

  /// Lets it look until it hands in what is wanted, or until a limit.
  public func propose(_ request: ProposalRequest) async throws -> ProposalAnswer {
    var desk = try MetaAgentDesk(request, author: name)
    var asked = ModelRequest(
      model: model.model, system: Brief(request: request).goal() + Self.manners,
      turns: [.user(Brief(request: request).knowledge() + Self.begin(request.count))],
      tools: MetaAgentDesk.tools)
    asked.sampling = sampling
    asked.reasoning = reasoning
    asked.maxOutputTokens = limits.answerTokens
    asked.cachesPrefix = true
    let purpose = Purpose(
      .propose, run: request.run, lane: "proposal \(request.number) \(name)")
    var meter = Meter()
    var silent = 0
    while meter.turns < limits.turns {
      let answer: ModelAnswer
      do {
        answer = try await asking.ask(ModelCall(asked, of: model, for: purpose))
      } catch let fault as ModelFault where fault.kind != .cancelled {
        return close(desk, meter, Self.ending(of: fault))
      }
      meter.add(answer)
      asked.turns.append(answer.reply.turn)
      if case .refusal(let words) = answer.reply.stop {
        return close(desk, meter, .limit("the model declined: \(words)"))
      }
      if answer.reply.stop == .paused { continue }
      let uses = answer.reply.stop == .outputLimit ? [] : answer.reply.turn.toolUses
      var parts = desk.perform(uses)
      if desk.isDone { return close(desk, meter, .done) }
      if meter.tokens >= limits.tokens {
        return close(desk, meter, .limit("it has taken its \(limits.tokens) tokens"))
      }
      if uses.isEmpty {
        silent += 1
        if silent > 2 { return close(desk, meter, .done) }
        parts = [.text(Self.nudge(answer.reply.stop))]
      } else if meter.isNearEnd(limits) {
        parts.append(.text("Little is left: hand in now what you have, with `submit`."))
      }
      asked.turns.append(Turn(.user, parts))
    }
    return close(desk, meter, .limit("it has taken its \(limits.turns) turns"))
  }

  private struct Meter {
    var turns = 0
    var tokens = 0
    var costUSD: Double? = 0

    mutating func add(_ answer: ModelAnswer) {
      turns += 1
      tokens += (answer.reply.usage?.input ?? 0) + (answer.reply.usage?.output ?? 0)
      costUSD = costUSD.flatMap { sum in answer.costUSD.map { sum + $0 } }
    }

    func isNearEnd(_ limits: Limits) -> Bool {
      turns + 2 >= limits.turns
        || Double(tokens) * Double(turns + 2) / Double(turns)
          >= Double(limits.tokens)
    }
  }

  private func close(
    _ desk: MetaAgentDesk, _ meter: Meter, _ ending: ProposalAnswer.Ending
  ) -> ProposalAnswer {
    ProposalAnswer(
      drafts: desk.intake.drafts, refused: desk.intake.refused,
      spending: Spending(costUSD: meter.costUSD, tokens: meter.tokens), ending: ending,
      note: "\(EvidencePage.count(desk.intake.drafts.count, "edit")) in "
        + "\(EvidencePage.count(meter.turns, "turn")) of \(model)",
      record: [
        "model": .string("\(model)"), "turns": .int(meter.turns), "tokens": .int(meter.tokens),
      ])
  }

  private static func ending(of fault: ModelFault) -> ProposalAnswer.Ending {
    switch fault.kind {
    case .budget: .spent(fault.message)
    case .contextOverflow: .limit("its context is full")
    default: .providerFailed(fault.description)
    }
  }

  private static func nudge(_ stop: StopReason) -> String {
    stop == .outputLimit
      ? "Your answer was cut, and nothing of it was done. Go on in smaller pieces."
      : "Nobody reads what you say. Use the tools, and hand in with `submit`."
  }

  private static func begin(_ count: Int) -> String {
    """

    Look closer where it matters, then call `submit` with \(count == 1 ? "one edit" : "up to \(count) edits").
    """
  }

  private static let manners = """

    ## How to work

    You have tools that read: trials, where two trials part, a search, SQL over the dev trials, the pool of \
    edits, earlier candidates, the harness by component. Read traces before you believe a cause: look at \
    failed and passed trials of one task side by side. Then hand in with `submit`; what it refuses it says \
    why, and you may mend it. State for each edit what you rest it on and what you expect: your predictions \
    are scored against what happens.

    """
}
