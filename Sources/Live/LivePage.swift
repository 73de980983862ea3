public import Base

/// What is shown below the dashboard, for which somebody else has the lines.
public enum LivePage: Sendable, Hashable {
  /// The lineage.
  case tree
  /// The hypotheses.
  case hypotheses
  /// What gates said.
  case gates
  /// Task by generation, in an order by its word.
  case matrix(String)
  /// A figure, by its word.
  case plot(String)
  /// What was run on the suite.
  case leaderboard
  /// The page of the morning.
  case report
  /// What happened, event by event.
  case log
  /// Why a candidate or an edit went as it did.
  case subject(String)
  /// A trial, step by step; what the agent wrote is withheld.
  case trace(TrialID)
  /// Two candidates.
  case difference(String, String)
  /// Where words were found.
  case search(String)

  /// The pages that `[` and `]` go through, behind the dashboard.
  static let tabs: [LivePage] = [
    .tree, .hypotheses, .gates, .matrix("delta"), .plot("score"), .plot("cost"), .leaderboard,
    .report, .log,
  ]

  /// Its place among the tabs, in whichever order it stands; nil for a page that is none.
  var tab: Int? {
    if case .matrix = self { return Self.tabs.firstIndex(of: .matrix("delta")) }
    return Self.tabs.firstIndex(of: self)
  }

  /// Whether it is made anew with each fact of the night; what looks at the whole lab is when it is asked for.
  var followsTheNight: Bool {
    switch self {
    case .leaderboard, .search: false
    default: true
    }
  }

  /// The same page in its next order; nil where there is but one.
  var inNextOrder: (page: LivePage, order: String)? {
    guard case .matrix(let word) = self else { return nil }
    let orders = ["delta", "hard", "flaky", "name"]
    let next = orders[((orders.firstIndex(of: word) ?? -1) + 1) % orders.count]
    return (.matrix(next), next)
  }

  /// The two that it sets side by side; nil for a page that does not.
  var sides: (first: String, second: String)? {
    guard case .difference(let first, let second) = self else { return nil }
    return (first, second)
  }

  /// The id that the page itself is about; nil when it is about no one thing.
  var id: String? {
    switch self {
    case .subject(let name): name
    case .trace(let trial): "\(trial)"
    default: nil
    }
  }

  /// What stands in the head of the screen.
  var title: String {
    switch self {
    case .tree: "tree"
    case .hypotheses: "hypotheses"
    case .gates: "gates"
    case .matrix(let order): order == "delta" ? "matrix" : "matrix, \(order) first"
    case .plot(let what): "plot \(what)"
    case .leaderboard: "leaderboard"
    case .report: "report"
    case .log: "log"
    case .subject(let what): "why \(what)"
    case .trace(let trial): "trace \(trial)"
    case .difference(let one, let other): "diff \(one) \(other)"
    case .search(let text): "search \(text)"
    }
  }
}
