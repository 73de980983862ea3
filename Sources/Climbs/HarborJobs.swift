internal import Base
internal import Interchange
internal import Platform

/// Harbor's jobs in the order in which they ran: every agent with its model in a job is one attempt.
struct HarborJobs {
  private let reader: ClimbReader

  init(_ reader: ClimbReader) { self.reader = reader }

  /// Whether a folder looks like a job: a result beside a configuration, or trials below it.
  static func isJob(_ path: String) -> Bool {
    Files.isFile(Path.join(path, "result.json"))
      && (Files.isFile(Path.join(path, "config.json"))
        || Files.isFile(Path.join(path, "lock.json")))
  }

  func read(_ paths: [String]) throws(BelayError) -> ClaimedClimb {
    let key = reader.hints.metric ?? "reward"
    var climb = ClaimedClimb(
      origin: .harbor, metric: key, lowerIsBetter: reader.hints.lowerIsBetter ?? false)
    var jobs: [HarborJob] = []
    for path in paths { jobs.append(try HarborJob.read(path)) }
    jobs.sort {
      ($0.startedAt ?? Timestamp(milliseconds: 0), $0.name) < (
        $1.startedAt ?? Timestamp(milliseconds: 0), $1.name
      )
    }
    var unscored = 0
    for job in jobs {
      var order: [String] = []
      var groups: [String: [HarborTrial]] = [:]
      for trial in job.trials {
        let name = trial.agent + (trial.model.map { "+\($0)" } ?? "")
        if groups[name] == nil { order.append(name) }
        groups[name, default: []].append(trial)
      }
      for name in order {
        var step = ClaimedClimb.Step(
          name: ClimbReader.text(order.count > 1 ? "\(job.name) \(name)" : job.name, most: 60),
          score: nil, fate: .unknown)
        step.description = ClimbReader.text(name)
        let trials = groups[name] ?? []
        // Unknown as soon as one trial's is.
        let costs = trials.compactMap(\.usage.costUSD)
        step.costUSD = costs.count == trials.count ? costs.reduce(0, +) : nil
        for trial in trials {
          guard trial.outcome.isScored, let reward = trial.reward(key: key) else {
            unscored += 1
            continue
          }
          step.trials[trial.task, default: []].append(reward)
        }
        step.score = step.meanOfTasks
        step.tasks = step.trials.isEmpty ? nil : step.trials.count
        climb.steps.append(step)
      }
    }
    if unscored > 0 {
      climb.notes.append(
        "\(unscored) trials have no score: their machinery failed, and they are not counted as 0")
    }
    climb.isShare = climb.hasShares
    climb.keepWhateverWasBest()
    climb.notes.append("jobs do not say what was kept: what beat all before it is taken as kept")
    return climb
  }
}
