internal import Base
internal import Platform

/// GEPA's state or result: candidates with their parents and a score for each validation example.
struct GepaState {
  private let reader: ClimbReader

  init(_ reader: ClimbReader) { self.reader = reader }

  func read(_ path: String) throws(BelayError) -> ClaimedClimb {
    let state: JSON
    do {
      state = try Pickle.read(try Files.read(path, limit: ClimbReader.fileLimit))
    } catch {
      throw BelayError(error.kind, error.message, place: path, hint: error.hint)
    }
    return try climb(
      scores: state["prog_candidate_val_subscores"], parents: state["parent_program_for_candidate"],
      means: state["program_full_scores_val_set"], place: path)
  }

  func read(result: JSON, place: String) throws(BelayError) -> ClaimedClimb {
    try climb(
      scores: result["val_subscores"], parents: result["parents"],
      means: result["val_aggregate_scores"], place: place)
  }

  private func climb(
    scores: JSON, parents: JSON, means: JSON, place: String
  ) throws(BelayError) -> ClaimedClimb {
    let metric = "mean of the validation set"
    var climb = ClaimedClimb(
      origin: .gepa, metric: metric,
      lowerIsBetter: reader.hints.lowerIsBetter(of: metric) ?? false)
    let count = max(scores.array?.count ?? 0, means.array?.count ?? 0)
    for index in 0..<min(count, ClimbReader.stepLimit + 1) {
      var step = ClaimedClimb.Step(
        name: "program \(index)", score: means[index].double, fate: index == 0 ? .baseline : .kept)
      for (task, score) in scores[index].object ?? [:] {
        if let score = score.double { step.trials[task] = [score] }
      }
      for (task, score) in (scores[index].array ?? []).enumerated() {
        if let score = score.double { step.trials["\(task)"] = [score] }
      }
      step.score = step.score ?? step.meanOfTasks
      if step.score == nil { step.fate = .failed }
      step.tasks = step.trials.isEmpty ? nil : step.trials.count
      // A merge has several parents: the one that scored best is the one to beat.
      let known = (parents[index].array ?? []).compactMap(\.int).filter { (0..<index).contains($0) }
      step.base = known.max { left, right in
        guard let mine = climb.steps[left].score, let other = climb.steps[right].score else {
          return climb.steps[left].score == nil && climb.steps[right].score != nil
        }
        return climb.gain(other, over: mine) > 0
      }
      climb.steps.append(step)
    }
    guard !climb.steps.isEmpty else {
      throw BelayError(.usage, "the state holds no candidate with scores", place: place)
    }
    climb.isShare = climb.hasShares
    climb.claimed = climb.best
    climb.notes.append(
      "candidates that failed on a minibatch were never scored and are not among these attempts")
    return climb
  }
}
