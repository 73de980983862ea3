internal import Dialect
internal import Model
internal import Trial

/// Why the work of a whole trial is over, wherever in it that came up.
enum Ending: Error, Hashable {
  /// A limit was met: its name, and a sentence.
  case limit(String, String)
  /// The model refused.
  case refused(String)
  /// The model's provider failed.
  case providerFailed(String)
  /// What the run may spend is spent.
  case runSpent(String)

  /// What a model's fault means for the trial; nil when it was the asking that was given up.
  init?(_ fault: ModelFault, in attempt: AttemptKey?) {
    switch fault.kind {
    case .cancelled: return nil
    case .budget:
      // What the harness allows one trial is kept as a budget of that trial.
      if attempt != nil, fault.spent == .trial {
        self = .limit("cost_usd", "it was stopped at its limit of cost")
      } else {
        self = .runSpent(fault.message)
      }
    case .contextOverflow:
      self = .limit("context", "its conversation does not fit the model's window")
    case .refused: self = .refused(fault.message)
    case .badRequest, .auth, .noModel, .money, .rate, .overload, .server, .connection, .stalled,
      .truncated, .malformed:
      self = .providerFailed(fault.description)
    }
  }

  var report: NativeReport.Ending {
    switch self {
    case .limit(let name, let sentence): .limit(name, sentence)
    case .refused(let words): .refused(words)
    case .providerFailed(let reason): .providerFailed(reason)
    case .runSpent(let reason): .runSpent(reason)
    }
  }
}

/// What a role handed over at its end.
struct Handover: Sendable, Hashable {
  /// Its words.
  var text: String
  /// Its verdict, where its word decides something.
  var verdict: Verdict?
}

/// The word of a role that decides something.
struct Verdict: Sendable, Hashable {
  /// Whether it passes.
  var passes: Bool
  /// What does not hold, point by point, where it was said.
  var faults: [String] = []
}
