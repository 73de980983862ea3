internal import Base

/// A table of attempts, one a line: `commit`, a score, `status`, `description`, and whatever else.
struct ResultsTable {
  private let reader: ClimbReader

  init(_ reader: ClimbReader) { self.reader = reader }

  func read(_ bytes: [UInt8], place: String) throws(BelayError) -> ClaimedClimb {
    var rows = try TableRows.read(String(decoding: bytes, as: UTF8.self), place: place)
    guard !rows.isEmpty else {
      throw BelayError(.usage, "expected a table with a line of names", place: place)
    }
    let names = rows.removeFirst().map { $0.lowercased() }
    var notes: [String] = []
    guard let status = names.firstIndex(where: Self.statusNames.contains) else {
      throw BelayError(
        .usage, "expected a column 'status' that says what was kept", place: place,
        hint: "the columns are: \(names.prefix(20).joined(separator: ", "))")
    }
    let score = try scoreColumn(names, rows, status, place, &notes)
    let metric = names[score]
    var climb = ClaimedClimb(origin: .table, metric: metric)
    let columns = Columns(names: names, score: score, status: status)
    for row in rows { climb.steps.append(columns.step(row)) }
    let known = reader.hints.lowerIsBetter(of: metric)
    climb.lowerIsBetter = known ?? Self.falls(climb.steps)
    if known == nil {
      notes.append(
        "\(metric) is taken as \(climb.lowerIsBetter ? "lower" : "higher") is better, as what was kept goes that way"
      )
    }
    finish(&climb)
    climb.notes += notes
    return climb
  }

  private static let statusNames: Set<String> = [
    "status", "decision", "verdict", "kept", "accepted", "keep",
  ]
  private static let usual = [
    "val_bpb", "avg_score", "val_score", "score", "metric", "avg_val", "accuracy", "val_loss",
    "pass_rate", "reward", "loss",
  ]

  private func scoreColumn(
    _ names: [String], _ rows: [[String]], _ status: Int, _ place: String, _ notes: inout [String]
  ) throws(BelayError) -> Int {
    if let metric = reader.hints.metric?.lowercased() {
      guard let index = names.firstIndex(of: metric) else {
        throw BelayError(
          .usage, "no column is called '\(metric)'", place: place,
          hint: "one of: \(names.prefix(20).joined(separator: ", "))")
      }
      return index
    }
    for name in Self.usual {
      if let index = names.firstIndex(of: name) { return index }
    }
    let index = names.indices.first { index in
      let cells = rows.prefix(50).map { index < $0.count ? $0[index] : "" }
      let numbers = cells.filter { Columns.number($0) != nil && $0.contains(".") }
      return index != status && numbers.count * 2 > cells.count
    }
    guard let index else {
      throw BelayError(
        .usage, "no column looks like a score", place: place, hint: "name it: --metric COLUMN")
    }
    notes.append("the score is taken from the column '\(names[index].printable())'")
    return index
  }

  // Kept scores mostly fall where less is better.
  private static func falls(_ steps: [ClaimedClimb.Step]) -> Bool {
    let kept = steps.filter { $0.fate == .kept }.compactMap(\.score)
    let falls = zip(kept, kept.dropFirst()).map { $0 > $1 ? 1 : $0 < $1 ? -1 : 0 }
    return falls.reduce(0, +) > 0
  }

  private func finish(_ climb: inout ClaimedClimb) {
    let scores = climb.steps.compactMap(\.score)
    if scores.contains(where: { $0 > 1 }), scores.allSatisfy({ (0...100).contains($0) }),
      !climb.lowerIsBetter, ["avg_val", "accuracy", "pass_rate"].contains(climb.metric)
    {
      climb.takeAsPercentages()
    }
    climb.isShare = climb.hasShares
    if let first = climb.steps.firstIndex(where: { $0.score != nil && $0.fate != .failed }) {
      if climb.steps[first].fate != .discarded { climb.steps[first].fate = .baseline }
    }
    markRepeats(&climb)
    if climb.steps.allSatisfy({ $0.fate == .unknown || $0.fate == .baseline }) {
      climb.keepWhateverWasBest()
    }
    climb.claimed =
      climb.steps.lastIndex { $0.fate == .kept && $0.score != nil }
      ?? climb.steps.firstIndex { $0.fate == .baseline }
  }

  // The same commit once more, or a line that says itself that only the seed is another.
  private func markRepeats(_ climb: inout ClaimedClimb) {
    var incumbent: Int?
    var firsts: [String: Int] = [:]
    for index in climb.steps.indices {
      let step = climb.steps[index]
      guard step.score != nil else { continue }
      if let first = firsts[step.name] {
        climb.steps[index].repeats = first
      } else {
        if !step.name.isEmpty { firsts[step.name] = index }
        if let incumbent, Self.saysItIsARepeat(step.description) {
          climb.steps[index].repeats = incumbent
        }
      }
      if step.fate == .kept || step.fate == .baseline { incumbent = index }
    }
  }

  static func saysItIsARepeat(_ description: String) -> Bool {
    let words = description.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "-" }
      .map(String.init)
    if words.contains(where: {
      ["rerun", "re-run", "repeat", "repeated", "replicate", "replication", "reseed"].contains($0)
    }) {
      return true
    }
    guard let place = words.firstIndex(where: { $0 == "seed" || $0 == "seeds" }) else {
      return false
    }
    let before = place > 0 ? words[place - 1] : ""
    let after = place + 1 < words.count ? words[place + 1] : ""
    let names = ["random", "different", "new", "another", "other", "change", "changed", "same"]
    return words.count == 1 || names.contains(before) || Int(after) != nil
      || ["check", "noise", "variance", "test"].contains(after)
  }
}

/// Where the cells of an attempt stand.
private struct Columns {
  let names: [String]
  let score: Int
  let status: Int

  func step(_ row: [String]) -> ClaimedClimb.Step {
    let fate = Self.fate(cell(row, status))
    let name = cell(
      row, names.firstIndex { ["commit", "id", "run_id", "name", "exp"].contains($0) })
    var step = ClaimedClimb.Step(
      name: ClimbReader.text(name, most: 60), score: Self.number(cell(row, score)), fate: fate)
    // autoresearch writes 0.000000 where a run crashed.
    if fate == .failed { step.score = nil }
    let last = names.firstIndex {
      ["description", "desc", "change", "notes", "hypothesis"].contains($0)
    }
    // A description may hold what separates cells.
    if let last {
      let words =
        last == names.count - 1 ? row.dropFirst(last).joined(separator: " ") : cell(row, last)
      step.description = ClimbReader.text(words)
    }
    step.costUSD = Self.number(cell(row, names.firstIndex { ["cost_usd", "cost"].contains($0) }))
    let passed = cell(row, names.firstIndex(of: "passed")).split(separator: "/")
    if passed.count == 2, let of = Int(String(passed[1]).trimmed), of > 0 {
      step.tasks = min(of, 1_000_000)
    }
    step.trials = Self.trials(cell(row, names.firstIndex(of: "task_scores")))
    if step.tasks == nil, !step.trials.isEmpty { step.tasks = step.trials.count }
    return step
  }

  private func cell(_ row: [String], _ index: Int?) -> String {
    guard let index, index < row.count else { return "" }
    return row[index]
  }

  static func number(_ text: String) -> Double? {
    let bare =
      text.hasSuffix("%")
      ? String(text.dropLast()) : text.hasPrefix("$") ? String(text.dropFirst()) : text
    guard let value = Double(bare), value.isFinite, abs(value) < 1e12 else { return nil }
    return value
  }

  static func fate(_ word: String) -> ClaimedClimb.Fate {
    switch word.lowercased() {
    case "keep", "kept", "accept", "accepted", "improved", "improvement", "success", "yes", "true",
      "merged", "adopted":
      .kept
    case "baseline", "base", "initial", "seed": .baseline
    case "discard", "discarded", "reject", "rejected", "revert", "reverted", "no", "false",
      "worse", "neutral", "skip", "skipped":
      .discarded
    case "crash", "crashed", "fail", "failed", "error", "timeout", "oom", "invalid",
      "checks_failed":
      .failed
    default: .unknown
    }
  }

  /// Scores of tasks: `1,0,0.5`, `a:1;b:0`, or JSON.
  static func trials(_ text: String) -> [String: [Double]] {
    if text.hasPrefix("{") || text.hasPrefix("["), let value = try? JSON.parse(text) {
      var trials: [String: [Double]] = [:]
      for (name, score) in value.object ?? [:] {
        let scores = (score.array ?? [score]).compactMap(\.double)
        if !scores.isEmpty { trials[name] = scores }
      }
      for (index, score) in (value.array ?? []).enumerated() {
        if let score = score.double { trials["\(index + 1)"] = [score] }
      }
      return trials
    }
    var trials: [String: [Double]] = [:]
    for (index, part) in text.split(whereSeparator: { ",;|".contains($0) }).enumerated() {
      let pieces = part.split(whereSeparator: { ":=".contains($0) }).map { String($0).trimmed }
      guard let last = pieces.last, let score = number(last) else { return [:] }
      trials[pieces.count > 1 ? pieces[0] : "\(index + 1)", default: []].append(score)
    }
    return trials
  }
}
