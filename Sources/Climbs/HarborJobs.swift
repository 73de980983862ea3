internal import Base
internal import Interchange

/// Harbor's jobs in the order in which they ran: every agent with its model in a job is one attempt.
struct HarborJobs {
  private let reader: ClimbReader

  init(_ reader: ClimbReader) { self.reader = reader }

  func read(_ paths: [String]) throws(BelayError) -> ClaimedClimb {
    let key = reader.hints.metric ?? "reward"
    var climb = ClaimedClimb(
      origin: .harbor, metric: key, lowerIsBetter: reader.hints.lowerIsBetter(of: key) ?? false)
    var jobs: [HarborJob] = []
    for path in paths { jobs.append(try HarborJob.read(path)) }
    jobs.sort {
      ($0.startedAt ?? Timestamp(milliseconds: 0), $0.name) < (
        $1.startedAt ?? Timestamp(milliseconds: 0), $1.name
      )
    }
    if let fault = jobs.compactMap({ $0.lacksReward(key: key, option: "--metric") }).first,
      !jobs.contains(where: { $0.trials.contains { $0.reward(key: key) != nil } })
    {
      throw fault
    }
    var (failed, unnamed, unread) = (0, 0, 0)
    // What a task held when it was seen first.
    var contents: [String: Digest] = [:]
    var changed: Set<String> = []
    for job in jobs {
      unread += job.skipped.count
      var order: [String] = []
      var groups: [String: [HarborTrial]] = [:]
      for trial in job.trials {
        let name = Self.name(trial)
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
          guard trial.outcome.isScored else {
            failed += 1
            continue
          }
          guard let reward = trial.reward(key: key) else {
            unnamed += 1
            continue
          }
          var task = trial.task
          if let digest = trial.taskDigest, contents[task, default: digest] != digest {
            changed.insert(task)
            task += "@\(digest.short)"
          } else if let digest = trial.taskDigest {
            contents[task] = digest
          }
          step.trials[task, default: []].append(reward)
        }
        step.score = step.meanOfTasks
        step.tasks = step.trials.isEmpty ? nil : step.trials.count
        climb.steps.append(step)
      }
    }
    climb.notes += Self.notes(failed: failed, unnamed: unnamed, unread: unread, key: key)
    if !changed.isEmpty {
      climb.notes.append(
        "\(changed.count == 1 ? "1 task" : "\(changed.count) tasks") changed between the jobs: what it was and what it became are two tasks here"
      )
    }
    let sizes = Set(climb.steps.filter { $0.score != nil }.map { Set($0.trials.keys) })
    if sizes.count > 1 {
      climb.notes.append(
        "not every attempt has scores on the same tasks: pairs are of shared tasks alone, scores are not"
      )
    }
    if jobs.contains(where: { Set($0.trials.map(Self.name)).count > 1 }) {
      climb.notes.append(
        "agents of one job ran side by side: in their order here none was made from the one before")
    }
    climb.isShare = climb.hasShares
    climb.keepWhateverWasBest()
    climb.notes.append("jobs do not say what was kept: what beat all before it is taken as kept")
    return climb
  }

  private static func name(_ trial: HarborTrial) -> String {
    trial.agent + (trial.model.map { "+\($0)" } ?? "")
  }

  private static func notes(failed: Int, unnamed: Int, unread: Int, key: String) -> [String] {
    func trials(_ count: Int) -> String { count == 1 ? "1 trial" : "\(count) trials" }
    var notes: [String] = []
    if failed > 0 {
      notes.append(
        "\(trials(failed)) without a score: the machinery failed; not counted as 0, which Harbor's own means do"
      )
    }
    if unnamed > 0 {
      notes.append("\(trials(unnamed)) without a reward named \(key): left out")
    }
    if unread > 0 {
      notes.append("\(trials(unread)) without a readable result: cut off, or broken; left out")
    }
    return notes
  }
}
