internal import Base
internal import Database
package import Facts

/// Where a tally belongs, by row ids.
struct CellKey: Hashable {
  let run: Int
  let candidate: Int
  let split: Int
  let task: Int
}

extension Split? {
  /// The number that stands for a split in the tally: in the order of the splits, 0 for none.
  var number: Int { self.flatMap { Split.allCases.firstIndex(of: $0) }.map { $0 + 1 } ?? 0 }
}

extension Split {
  static func numbered(_ number: Int) -> Split? {
    allCases.indices.contains(number - 1) ? allCases[number - 1] : nil
  }
}

extension Tally {
  /// Adds one attempt; the tally is the fold of this over attempts in the order of recording.
  package mutating func add(isFinal: Bool, outcome: Outcome, score: Double?, usage: Usage) {
    wallMs += usage.wallMs
    cpuMs += usage.cpuMs
    if usage.inputTokens != nil || usage.outputTokens != nil { tokensKnown += 1 }
    inputTokens += usage.inputTokens ?? 0
    cachedTokens += usage.cachedTokens ?? 0
    outputTokens += usage.outputTokens ?? 0
    if let cost = usage.costUSD {
      costKnown += 1
      costSum += cost
    }
    guard isFinal else { return retries += 1 }
    finished += 1
    byOutcome[outcome, default: 0] += 1
    guard outcome.isScored, let score else { return }
    scored += 1
    scoreSum += score
    scoreSquares += score * score
    if score >= 1 { passes += 1 }
  }

  /// The columns, in the order that `values` and `init(_:from:)` use.
  static let columns: [String] =
    ["trials", "finished", "scored", "score_sum", "score_squares", "passes", "retries"]
    + Outcome.allCases.map { "\"\($0.rawValue)\"" }
    + [
      "wall_ms", "cpu_ms", "tokens_known", "input_tokens", "cached_tokens", "output_tokens",
      "cost_known", "cost_sum",
    ]

  static let columnList = columns.joined(separator: ", ")
  static let sumList = columns.map { "sum(\($0))" }.joined(separator: ", ")

  var values: SQL {
    let counts = Outcome.allCases.map { SQL("\(byOutcome[$0] ?? 0)") }
    return """
      \(trials), \(finished), \(scored), \(scoreSum), \(scoreSquares), \(passes), \(retries), \
      \(SQL.joined(counts, by: ", ")), \(wallMs), \(cpuMs), \(tokensKnown), \(inputTokens), \
      \(cachedTokens), \(outputTokens), \(costKnown), \(costSum)
      """
  }

  init(_ row: borrowing Row, from start: Int) {
    self.init()
    trials = row.int(start)
    finished = row.int(start + 1)
    scored = row.int(start + 2)
    scoreSum = row.double(start + 3)
    scoreSquares = row.double(start + 4)
    passes = row.int(start + 5)
    retries = row.int(start + 6)
    var at = start + 7
    if finished > 0 {
      for (index, outcome) in Outcome.allCases.enumerated() {
        let count = row.int(at + index)
        if count > 0 { byOutcome[outcome] = count }
      }
    }
    at += Outcome.allCases.count
    wallMs = row.int(at)
    cpuMs = row.int(at + 1)
    tokensKnown = row.int(at + 2)
    if tokensKnown > 0 {
      inputTokens = row.int(at + 3)
      cachedTokens = row.int(at + 4)
      outputTokens = row.int(at + 5)
    }
    costKnown = row.int(at + 6)
    costSum = row.double(at + 7)
  }
}

extension Connection {
  func tally(_ key: CellKey) throws -> Tally? {
    try first(
      """
      SELECT \(raw: Tally.columnList) FROM tally WHERE run = \(key.run)
      AND candidate = \(key.candidate) AND split = \(key.split) AND task = \(key.task)
      """
    ) { Tally($0, from: 0) }
  }

  func write(_ tally: Tally, _ key: CellKey) throws {
    try run(
      """
      INSERT OR REPLACE INTO tally (run, candidate, split, task, \(raw: Tally.columnList))
      VALUES (\(key.run), \(key.candidate), \(key.split), \(key.task), \(tally.values))
      """)
  }
}
