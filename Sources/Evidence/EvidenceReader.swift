public import Base
public import Facts
public import Ledger
internal import Suite

/// Reads from the ledger what a proposer may know: trials of dev tasks and nothing of any other.
///
/// Every trial that it hands out was looked up through `DevTasks`; for a trial of another task it answers as
/// if there were none.
public struct EvidenceReader: Sendable {
  /// How much of everything a pack holds at most.
  public struct Limits: Sendable, Hashable {
    /// Groups of failures.
    public var clusters = 10
    /// Things said that are quoted of one group.
    public var samples = 4
    /// Pairs of a passed and a failed trial.
    public var pairs = 8
    /// Trials as documents.
    public var traces = 24
    /// Bytes of one document.
    public var traceBytes = 64 << 10
    /// Bytes of all documents.
    public var totalBytes = 1 << 20
    /// Failures whose verifier is read, the newest.
    public var failures = 400
    /// Candidates whose scores are told, the newest.
    public var candidates = 24

    /// The usual limits.
    public init() {}
  }

  /// The tasks that it may speak of.
  public let tasks: DevTasks
  let ledger: LedgerReader
  let runs: [RunID]
  private let isKnown: @Sendable (TrialRecord) -> Bool

  /// A reader of some runs; only trials of these tasks are ever read, and of them those that are known.
  public init(
    _ ledger: LedgerReader, tasks: DevTasks, runs: [RunID],
    isKnown: @escaping @Sendable (TrialRecord) -> Bool = { _ in true }
  ) {
    self.ledger = ledger
    self.tasks = tasks
    self.runs = runs
    self.isKnown = isKnown
  }

  /// All dev trials that were scored, in the order of their dispatch: by their numbers within the run, since those
  /// that begin at once get their ids by chance.
  public func trials() throws -> [TrialRecord] {
    var all: [TrialRecord] = []
    for run in runs {
      try ledger.eachTrial(TrialFilter(run: run, split: .dev)) { trial in
        if isShown(trial), trial.latest?.score != nil { all.append(trial) }
      }
    }
    all.sort {
      ($0.fact.run, $0.fact.index, $0.id) < ($1.fact.run, $1.fact.index, $1.id)
    }
    return all
  }

  /// One dev trial with its evidence.
  public func trial(_ id: TrialID) throws -> DevTrial {
    guard let detail = try? ledger.trial(id), isShown(detail.trial) else { throw missing(id) }
    guard let attempt = detail.attempts.last(where: { $0.score != nil }) ?? detail.attempts.last
    else { throw missing(id) }
    return try DevTrial(detail.trial, attempt) { try ledger.blob($0) }
  }

  /// Chooses what to show, of all dev trials or of some; `base` is the candidate that proposals start from.
  public func pack(
    base: CandidateID?, limits: Limits = Limits(),
    of isMeant: (TrialRecord) -> Bool = { _ in true }
  ) throws -> EvidencePack {
    let trials = try trials().filter(isMeant)
    var opened: [TrialID: DevTrial] = [:]
    func open(_ id: TrialID) throws -> DevTrial {
      if let known = opened[id] { return known }
      let trial = try trial(id)
      opened[id] = trial
      return trial
    }
    let choice = EvidenceChoice(trials, base: base, limits: limits)
    let clusters = try choice.clusters { try open($0) }
    let pairs = try choice.pairs { try open($0) }
    var documents: [TraceFile] = []
    var bytes = 0
    for id in choice.traced(clusters, pairs) {
      let trial = try open(id)
      let document = trial.document(limit: limits.traceBytes)
      let size = document.utf8().count
      guard documents.count < limits.traces, bytes + size <= limits.totalBytes else { break }
      bytes += size
      documents.append(
        TraceFile(
          trial: id, candidate: trial.record.fact.candidate, task: trial.record.taskName,
          score: trial.score, document: document))
    }
    let lines = taskLines(trials)
    return EvidencePack(
      tasks: lines, clusters: clusters, pairs: pairs,
      neverSolved: lines.filter { $0.trials > 0 && $0.passes == 0 }.map(\.name), traces: documents,
      scores: scores(trials, limit: limits.candidates), trials: trials.count,
      passes: trials.count { $0.isPass })
  }

  /// Places in the evidence of dev trials that hold the text, newest first.
  public func search(_ text: String, limit: Int = 20) throws -> [SearchHit] {
    // The index knows every trial: what is not to be seen is dropped before anything is counted.
    var asked = limit * 8
    while true {
      let hits = try ledger.search(text, limit: asked)
      var known: [TrialID: Bool] = [:]
      let mine = hits.filter { hit in
        if let shown = known[hit.trial] { return shown }
        let shown = (try? ledger.trial(hit.trial)).map { isShown($0.trial) } ?? false
        known[hit.trial] = shown
        return shown
      }
      if mine.count >= limit || hits.count < asked || asked >= 20_000 {
        return Array(mine.prefix(limit))
      }
      asked *= 8
    }
  }

  private func isShown(_ trial: TrialRecord) -> Bool {
    trial.split == .dev && runs.contains(trial.fact.run) && tasks.task(trial.fact.task) != nil
      && isKnown(trial)
  }

  private func missing(_ id: TrialID) -> BelayError {
    BelayError(.notFound, "no dev trial \(id)", hint: "list_trials shows which there are")
  }

  func taskLines(_ trials: [TrialRecord]) -> [TaskLine] {
    let byTask = Dictionary(grouping: trials, by: \.fact.task)
    return tasks.all.map { task in
      line(task, byTask[task.digest] ?? [])
    }
  }

  private func line(_ task: DevTask, _ trials: [TrialRecord]) -> TaskLine {
    let scores = trials.compactMap { $0.latest?.score }
    return TaskLine(
      name: task.name, category: task.task.metadata.category, tags: task.task.metadata.tags,
      trials: scores.count, passes: trials.count { $0.isPass },
      mean: scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count))
  }

  private func scores(_ trials: [TrialRecord], limit: Int) -> [CandidateScore] {
    let byCandidate = Dictionary(grouping: trials, by: \.fact.candidate)
    return byCandidate.keys.sorted(by: >).prefix(limit).map { id in
      let mine = Dictionary(grouping: byCandidate[id] ?? [], by: \.fact.task)
      return CandidateScore(
        candidate: id,
        tasks: tasks.all.compactMap { task in mine[task.digest].map { line(task, $0) } })
    }
  }
}

extension TrialRecord {
  /// Whether it has the full score.
  var isPass: Bool { (latest?.score ?? 0) >= 1 }
}
