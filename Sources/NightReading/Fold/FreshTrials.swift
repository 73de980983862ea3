public import Base
internal import Climb
public import Stats

/// Trials that had no part in choosing the candidate which ran them: the first measures of a baseline, an
/// incumbent's bank, the report's, and those on sealed tasks.
public struct FreshTrials: Sendable, Hashable, Codable {
  /// What the trials were for.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The baseline on dev tasks, before anything else.
    case pilot
    /// The control of races, measured after it became the incumbent.
    case bank
    /// A figure of the report and nothing else.
    case report
    /// Sealed tasks.
    case vault
  }

  /// The trials of one candidate and kind on one task.
  public struct Cell: Sendable, Hashable {
    /// The scores, in the order in which they came back.
    public fileprivate(set) var scores: [Double] = []
    /// What they cost, as far as it is known.
    public fileprivate(set) var cost = 0.0
    /// For how many that is known.
    public fileprivate(set) var priced = 0
  }

  fileprivate struct Key: Hashable {
    let candidate: CandidateID
    let kind: Kind
  }

  @Packed private var cells: [Key: [Int: Cell]] = [:]

  mutating func finish(_ order: TrialOrder, _ end: TrialEnd, _ spending: Spending) {
    let kind: Kind
    switch order.purpose {
    case .pilot: kind = .pilot
    case .bank: kind = .bank
    case .report: kind = .report
    case .vault: kind = .vault
    case .smoke, .screen, .race, .twin: return
    }
    guard case .scored(let score) = end else { return }
    let key = Key(candidate: order.candidate, kind: kind)
    cells[key, default: [:]][order.task, default: Cell()].scores.append(min(max(score, 0), 1))
    if let cost = spending.costUSD {
      cells[key]?[order.task]?.cost += cost
      cells[key]?[order.task]?.priced += 1
    }
  }

  /// The trials of a candidate, by the number of the task.
  public func of(_ candidate: CandidateID, _ kind: Kind) -> [Int: Cell] {
    cells[Key(candidate: candidate, kind: kind)] ?? [:]
  }
}

extension FreshTrials.Key: Packable {
  init(from reader: inout PackReader) throws(BelayError) {
    candidate = try CandidateID(from: &reader)
    let word = try reader.text()
    guard let kind = FreshTrials.Kind(rawValue: word) else {
      throw BelayError(.internal, "that is no kind of fresh trials")
    }
    self.kind = kind
  }

  func pack(into writer: inout PackWriter) {
    candidate.pack(into: &writer)
    writer.write(kind.rawValue)
  }
}

extension FreshTrials.Cell: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) {
    scores.pack(into: &writer)
    writer.write(cost)
    writer.write(priced)
  }

  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    scores = try [Double](from: &reader)
    cost = try reader.number()
    priced = try reader.whole()
  }
}

/// What fresh trials on gate tasks say of a candidate: the tasks are those that chose it, the trials are not.
public struct FreshFigure: Sendable, Hashable {
  /// The candidate, by its number within the night.
  public let candidate: CandidateID
  /// What the trials were for.
  public let kind: FreshTrials.Kind
  /// The mean over tasks, with where the truth on these very tasks lies at 90 %.
  public let mean: Measured
  /// Means by the number of the task.
  public let byTask: [Int: Double]
  /// Scores by the number of the task.
  public let scores: [Int: [Double]]
  /// Judged trials behind it.
  public let trials: Int
  /// What a trial costs, with where the mean lies at 90 %; nil when nobody knows.
  public let cost: Measured?

  /// A mean and where it lies.
  public struct Measured: Sendable, Hashable {
    /// The mean.
    public let value: Double
    /// Where it lies.
    public let interval: Interval
  }

  init?(_ candidate: CandidateID, _ kind: FreshTrials.Kind, _ cells: [Int: FreshTrials.Cell]) {
    let judged = cells.sorted { $0.key < $1.key }.filter { !$0.value.scores.isEmpty }
    guard let mean = StratifiedMean(judged.map(\.value.scores), confidence: 0.9) else {
      return nil
    }
    self.candidate = candidate
    self.kind = kind
    self.mean = Measured(value: mean.mean, interval: mean.interval)
    scores = Dictionary(uniqueKeysWithValues: judged.map { ($0.key, $0.value.scores) })
    byTask = scores.mapValues { $0.reduce(0, +) / Double($0.count) }
    trials = judged.reduce(0) { $0 + $1.value.scores.count }
    // Over tasks, whose costs differ most; one of them says nothing of the spread.
    let each = judged.filter { $0.value.priced > 0 }
      .map { $0.value.cost / Double($0.value.priced) }
    let middle = each.isEmpty ? 0 : each.reduce(0, +) / Double(each.count)
    let squares = each.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    if each.count > 1 {
      let error = (squares / Double(each.count - 1) / Double(each.count)).squareRoot()
      let half = StudentT.quantile(0.95, df: Double(each.count - 1)) * error
      cost = Measured(value: middle, interval: Interval(max(middle - half, 0), middle + half))
    } else {
      cost = nil
    }
  }
}

extension NightView {
  /// What fresh trials on gate tasks say of a candidate: those of the report where there are any, else its
  /// bank; nil where it has neither.
  public func fresh(_ candidate: CandidateID) -> FreshFigure? {
    for kind in [FreshTrials.Kind.report, .bank] {
      if let figure = FreshFigure(candidate, kind, fold.fresh.of(candidate, kind)) { return figure }
    }
    return nil
  }

  /// The difference of two candidates on gate tasks that both were tried on afresh, task by task, at 90 %.
  public func freshDifference(_ first: CandidateID, _ second: CandidateID) -> PairedDifference? {
    guard let one = fresh(first), let two = fresh(second) else { return nil }
    let tasks = Set(one.byTask.keys).intersection(two.byTask.keys).sorted()
    return PairedDifference(
      tasks.compactMap { task in
        one.byTask[task].flatMap { mine in two.byTask[task].map { $0 - mine } }
      }, confidence: 0.9)
  }
}
