public import Base
public import Brain
public import Facts
public import Model
public import Trial

/// The models of a run: who answers, which aliases there are, and the way of programs to them.
public struct RunModels: Sendable {
  /// Answers every call: the client below budgets and the journal.
  public let asking: any ModelAsking
  /// Which model an alias stands for: those that the run asks, whoever asks there.
  public let roster: Roster
  /// What programs in a sandbox talk to; nil where nothing serves them.
  public let gateway: (any TrialGateway)?
  /// What programs that propose talk to: the one model of the alias `propose`; nil where there is none.
  public var proposerGateway: (any TrialGateway)?
  /// Is told of each trial that is over, so that nothing of it is kept in memory.
  public let forget: @Sendable (TrialID) -> Void
  /// Is told of the run that is gone on with: what it has spent counts.
  public var resume: @Sendable (RunID) throws -> Void = { _ in }

  /// Is told of other limits of the whole run, in dollars and tokens; nil is none.
  public var limit: @Sendable (_ usd: Double?, _ tokens: Int?) -> Void = { _, _ in }

  /// What they cost, as their calls are priced; null where nobody says so.
  public var prices: JSON = .null

  /// The models of a run.
  public init(
    asking: any ModelAsking, roster: Roster, gateway: (any TrialGateway)? = nil,
    forget: @escaping @Sendable (TrialID) -> Void = { _ in }
  ) {
    self.asking = asking
    self.roster = roster
    self.gateway = gateway
    self.forget = forget
  }

  /// The prices from now on, for whoever makes the sums of a run again; nil where nobody says what they are.
  public func pricing(of run: RunID, at: Timestamp) -> EventFact? {
    prices.isNull ? nil : EventFact(run: run, at: at, kind: EventFact.prices, detail: prices)
  }

  /// The aliases as they are recorded: trials of other models are not compared.
  var json: JSON { .object(roster.aliases.mapValues { .string("\($0)") }) }
}
