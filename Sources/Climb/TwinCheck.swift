public import Base
internal import Glibc
internal import Stats

/// How it is found out whether a candidate knows dev tasks by heart.
public struct TwinRules: Sendable, Hashable, Codable {
  /// The largest difference between the gain on tasks and on their twins that is no memory.
  public var allowance = 0.02
  /// The evidence that refuses a candidate, as an e-value.
  public var threshold = 20.0
  /// The fewest comparisons before a candidate is let through.
  public var fewest = 8
  /// The most comparisons.
  public var most: Int

  /// The usual rules for a night of so many trials, each comparison costing four of them; nil for one that has
  /// too few to spare for any evidence.
  public init?(rollouts: Int) {
    guard rollouts >= 600 else { return nil }
    most = min(rollouts / 60, 100)
  }
}

extension NightRules {
  /// How many tasks of a split there are; twins are none of them.
  public func count(_ split: Split) -> Int {
    tasks.count { $0.split == split && $0.twinOf == nil }
  }

  /// Trials that are kept to compare one candidate on tasks and their twins.
  public var reserveForTwins: Int { 4 * (twins?.most ?? 0) }
}

/// A dev task and its twin, as numbers of tasks.
struct TwinPair: Sendable, Hashable, Codable {
  let original: Int
  let twin: Int
}

/// Whether a candidate that would be adopted gains on dev tasks and not on their twins.
///
/// One comparison takes four trials with one draw: the candidate and its control, on a task and on its twin.
struct TwinCheck: Sendable, Codable {
  /// One comparison: the scores of its four trials as far as they are back.
  struct Comparison: Sendable, Hashable, Codable {
    let original: Int
    let twin: Int
    var scores: [Double?] = [nil, nil, nil, nil]
    var left = 4

    /// The gain on the task less the gain on its twin; nil when one of the trials could not be judged.
    var difference: Double? {
      guard let mine = scores[0], let theirs = scores[1], let mineThere = scores[2],
        let theirsThere = scores[3]
      else { return nil }
      return (mine - theirs) - (mineThere - theirsThere)
    }
  }

  let rules: TwinRules
  private(set) var comparisons: [Comparison] = []
  /// What it came to; nil while it goes on.
  private(set) var verdict: GateVerdict?
  private let pairs: [TwinPair]
  private var draws: Draws
  private var order: [Int] = []
  private var settled = 0
  private var fed = 0
  private var process: EProcess
  private var sum = 0.0
  private var sumOfSquares = 0.0

  init(_ rules: TwinRules, pairs: [TwinPair], draws: Draws) {
    self.rules = rules
    self.pairs = pairs
    self.draws = draws
    process = EProcess(bound: rules.allowance)
  }

  /// Trials of one look at it: all tasks that have a twin, once.
  var block: Int { 4 * pairs.count }

  /// Whether trials of it are under way.
  var isWaiting: Bool { settled < comparisons.count }

  /// How many comparisons are planned next; none while trials are under way, or when it is over.
  var wanted: Int {
    verdict == nil && !isWaiting ? min(pairs.count, rules.most - comparisons.count) : 0
  }

  /// Plans the next comparison: repeated passes over all twins, each in another order.
  mutating func plan() -> (number: Int, comparison: Comparison) {
    if order.isEmpty { order = draws.shuffled(Array(pairs.indices)) }
    let pair = pairs[order.removeLast()]
    comparisons.append(Comparison(original: pair.original, twin: pair.twin))
    return (comparisons.count - 1, comparisons[comparisons.count - 1])
  }

  /// Takes a trial in: `number` is four times that of its comparison, and which of its trials it is.
  mutating func settle(_ number: Int, _ score: Double?) {
    guard comparisons.indices.contains(number / 4) else { return }
    comparisons[number / 4].scores[number % 4] = score
    comparisons[number / 4].left -= 1
  }

  /// Feeds whole comparisons in dispatch order and decides, once per pass; `mayGoOn` says whether another pass
  /// can be paid for.
  mutating func feed(mayGoOn: Bool) {
    guard verdict == nil else { return }
    while settled < comparisons.count, comparisons[settled].left == 0 {
      if let difference = comparisons[settled].difference {
        // What was won on the task and lost on its twin at once counts as much as one of them.
        process.add(difference)
        sum += difference
        sumOfSquares += difference * difference
        fed += 1
      }
      settled += 1
    }
    guard !isWaiting else { return }
    if process.logE >= log(rules.threshold) {
      verdict = said(
        .fail,
        "It gains on tasks and not on their twins with other names and numbers: it knows them by heart."
      )
    } else if comparisons.count >= rules.most || isHopeless {
      verdict = said(
        .pass, "Its gain on twins is not shown to be smaller than on the tasks themselves.")
    } else if !mayGoOn {
      verdict = said(
        .undecided, "No trials were left to find out whether it knows the tasks by heart.")
    }
  }

  /// Whether the evidence cannot be had any more, even if the difference is as large as one may still hope.
  private var isHopeless: Bool {
    guard fed >= rules.fewest else { return false }
    let mean = sum / Double(fed)
    let error = (max(sumOfSquares / Double(fed) - mean * mean, 0.02) / Double(fed)).squareRoot()
    let hope = min(mean + error, 1)
    let step = (hope - process.bound) / (1 + process.bound)
    let growth = EProcess.bets.map { log1p($0 * step) }.max() ?? 0
    let left = Double(rules.most - comparisons.count)
    return process.logE + left * max(growth, 0) < log(rules.threshold)
  }

  private func said(_ word: GateVerdict.Word, _ sentence: String) -> GateVerdict {
    GateVerdict(
      gate: "twins", word: word,
      figures: [
        "comparisons": Double(fed), "trials": Double(4 * comparisons.count),
        "tasks": Double(pairs.count), "log_e": process.logE, "log_bar": log(rules.threshold),
        "difference": fed > 0 ? sum / Double(fed) : 0,
      ].filter { fed > 0 || $0.key != "difference" }, sentence: sentence)
  }
}
