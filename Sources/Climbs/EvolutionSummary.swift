internal import Base

/// Meta-Harness's `evolution_summary.jsonl`: a candidate a line, with its score on the validation set.
struct EvolutionSummary {
  private let reader: ClimbReader

  init(_ reader: ClimbReader) { self.reader = reader }

  func read(_ bytes: [UInt8], place: String) throws(BelayError) -> ClaimedClimb {
    var climb = ClaimedClimb(origin: .metaHarness, metric: reader.hints.metric ?? "avg_val")
    var unread = 0
    for line in bytes.split(separator: 0x0A) where climb.steps.count <= ClimbReader.stepLimit {
      guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) else { continue }
      guard let row = try? JSON.parse(Array(line)), row.object != nil else {
        unread += 1
        continue
      }
      let value = row[climb.metric].double ?? (reader.hints.metric == nil ? Self.score(row) : nil)
      if climb.steps.isEmpty, let value, let delta = row["delta"].double {
        // What stood before is known only by how much the first one differs from it.
        climb.steps.append(.init(name: "before", score: value - delta, fate: .baseline))
      }
      climb.steps.append(step(row, value))
    }
    guard climb.steps.contains(where: { $0.score != nil }) else {
      throw BelayError(
        .usage, "no line has '\(climb.metric)'", place: place, hint: "name it: --metric FIELD")
    }
    if unread > 0 { climb.notes.append("\(unread) lines are no JSON and were left out") }
    climb.lowerIsBetter = reader.hints.lowerIsBetter(of: climb.metric) ?? false
    let scores = climb.steps.compactMap(\.score)
    if !climb.lowerIsBetter, scores.contains(where: { $0 > 1 }), scores.allSatisfy({ $0 <= 100 }) {
      climb.takeAsPercentages()
    }
    climb.isShare = climb.hasShares
    climb.keepWhateverWasBest()
    climb.notes.append(
      "the file does not say what was kept: what beat all before it is taken as kept")
    return climb
  }

  private func step(_ row: JSON, _ value: Double?) -> ClaimedClimb.Step {
    let name = row["system"].string ?? row["name"].string ?? row["candidate"].string ?? ""
    // A candidate that failed is recorded with a score of 0.
    let isFailed = row["outcome"].string == "failed"
    var step = ClaimedClimb.Step(
      name: ClimbReader.text(name, most: 60), score: isFailed ? nil : value,
      fate: isFailed ? .failed : .unknown)
    step.description = ClimbReader.text(row["hypothesis"].string ?? "")
    for key in ["scores", "task_scores", "per_task"] {
      for (task, score) in row[key].object ?? [:] {
        let scores = (score.array ?? [score]).compactMap(\.double)
        if !scores.isEmpty { step.trials[task] = scores }
      }
    }
    step.tasks = row["n_tasks"].int ?? (step.trials.isEmpty ? nil : step.trials.count)
    step.costUSD = row["cost_usd"].double
    return step
  }

  private static func score(_ row: JSON) -> Double? {
    for key in ["avg_val", "average", "val_accuracy", "score"] {
      if let value = row[key].double { return value }
    }
    return nil
  }
}
