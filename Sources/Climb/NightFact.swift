public import Base

/// What happened; the world is a fold over these.
public enum NightFact: Sendable, Hashable, Codable {
  /// The night began.
  case opened(NightRules)
  /// A command was given.
  case issued(Command)
  /// What a proposer answered to the order with this number; edits that are known already are refused.
  case proposed(Int, [Proposal], Spending, note: String?)
  /// What the static screens and the judge say of an edit; `prior` multiplies the evidence that is asked
  /// of a candidate that carries it: 1 for a general edit, 2 for one in doubt, 5 for a specific one.
  case reflected(EditID, [GateVerdict], prior: Double, Spending)
  /// A trial ended.
  case finished(TrialID, TrialEnd, Spending)
  /// What the checks of a candidate's trials say, now that its race said yes.
  case inspected(CandidateID, [GateVerdict], Spending)
  /// A candidate was put together; `candidate` is its id outside of the night.
  case assembled(CandidateID, harness: String, candidate: CandidateID)
  /// A person intervened.
  case steered(Steering)
  /// So many seconds have gone by since the night began.
  case clock(Double)
  /// The night goes on after its process had ended, or after a pause.
  case resumed
}

extension NightFact {
  /// Reads the fact that was recorded at this place of a night.
  public init(recorded body: String, number: Int) throws(BelayError) {
    if let plain = PlainFact.read(body) {
      self = plain
      return
    }
    do throws(BelayError) {
      self = try JSON.parse(body).decode()
    } catch {
      throw BelayError(
        .internal, "fact \(number) of the night cannot be read: \(error.message)",
        hint: "belay db check")
    }
  }
}

/// What a person says while the night is under way.
public struct Steering: Sendable, Hashable, Codable {
  /// What is to be done.
  public enum Order: Sendable, Hashable, Codable {
    /// Begin nothing more; when it is hard, trials under way are ended, which is not for the world to do.
    case pause(hard: Bool)
    /// Go on.
    case resume
    /// A word to the proposers.
    case hint(String)
    /// Carry no edit of this component any more.
    case veto(component: String)
    /// Go on from this candidate, by its number within the night.
    case branch(CandidateID)
    /// Change what the night may use.
    case retune(Retuning)
    /// Adopt the candidate that waits for it.
    case approve(CandidateID)
    /// Do not adopt the candidate that waits for it.
    case reject(CandidateID)
  }

  /// Who says so.
  public var by: String
  /// Why.
  public var reason: String?
  /// What is to be done.
  public var order: Order

  /// A steering word.
  public init(by: String, reason: String? = nil, order: Order) {
    self.by = by
    self.reason = reason
    self.order = order
  }
}

/// New limits of a night; nil leaves one as it is.
public struct Retuning: Sendable, Hashable, Codable {
  /// The most trials of the whole night.
  public var rollouts: Int?
  /// The most money of the whole night.
  public var costUSD: Double?
  /// The most trials at once.
  public var slots: Int?
  /// The most edits of the whole night.
  public var proposals: Int?

  /// New limits.
  public init(
    rollouts: Int? = nil, costUSD: Double? = nil, slots: Int? = nil, proposals: Int? = nil
  ) {
    self.rollouts = rollouts
    self.costUSD = costUSD
    self.slots = slots
    self.proposals = proposals
  }
}
