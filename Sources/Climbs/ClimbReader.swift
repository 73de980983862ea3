public import Base
internal import Interchange
internal import Platform

/// Finds out whose files lie at a path and reads them.
public struct ClimbReader: Sendable {
  /// What the files cannot say, or say otherwise.
  public struct Hints: Sendable {
    /// The column or scorer that counts.
    public var metric: String?
    /// Whether less of it is better.
    public var lowerIsBetter: Bool?

    /// No hints.
    public init() {}

    /// Whether less of a metric is better: as the user says, else by its name; nil where neither tells.
    func lowerIsBetter(of metric: String) -> Bool? {
      lowerIsBetter ?? ClimbReader.lowerIsBetter(metric)
    }
  }

  static let fileLimit = 64 << 20
  static let stepLimit = 20_000
  static let entryLimit = 2_000
  let hints: Hints

  /// A reader with what the user adds.
  public init(_ hints: Hints = Hints()) { self.hints = hints }

  /// Reads a file or folder of any of the known kinds.
  public func read(_ path: String) throws(BelayError) -> ClaimedClimb {
    var climb =
      Files.isDirectory(path) ? try readFolder(path) : try readFile(path, named: Path.last(path))
    guard climb.steps.contains(where: { $0.score != nil }) else {
      throw BelayError(.usage, "no attempt here has a score", place: path)
    }
    if climb.steps.count > Self.stepLimit {
      climb.notes.append(
        "only the first \(Self.stepLimit) of \(climb.steps.count) attempts are read")
      climb.steps.removeLast(climb.steps.count - Self.stepLimit)
      if let claimed = climb.claimed, claimed >= Self.stepLimit {
        // A table claims what it kept last, whatever was tried beside it; all others their best.
        let kept = climb.steps.lastIndex { $0.fate == .kept && $0.score != nil }
        climb.claimed = (climb.origin == .table ? kept : nil) ?? climb.best
      }
    }
    return climb
  }

  private func readFile(_ path: String, named name: String) throws(BelayError) -> ClaimedClimb {
    guard Files.kind(path) != nil else {
      throw BelayError(
        .notFound, "no such file or folder", place: path, hint: "belay audit --help")
    }
    if name.hasSuffix(".eval") { return try InspectLogs(self).read([path]) }
    if name.hasSuffix(".bin") || name.hasSuffix(".pkl") { return try GepaState(self).read(path) }
    let bytes = try Files.read(path, limit: Self.fileLimit)
    if name.hasSuffix(".jsonl") { return try EvolutionSummary(self).read(bytes, place: path) }
    if name.hasSuffix(".json") {
      let value: JSON
      do { value = try JSON.parse(bytes) } catch {
        throw BelayError(.usage, "no JSON: \(error.message)", place: path)
      }
      if !value["val_aggregate_scores"].isNull {
        return try GepaState(self).read(result: value, place: path)
      }
      if value["eval"].object != nil {
        return try InspectLogs(self).read(value: value, place: path)
      }
      throw unknown(path)
    }
    if name.hasSuffix(".tsv") || name.hasSuffix(".csv") {
      return try ResultsTable(self).read(bytes, place: path)
    }
    throw unknown(path)
  }

  private func readFolder(_ path: String) throws(BelayError) -> ClaimedClimb {
    for (name, isInLogs) in [
      ("gepa_state.bin", false), ("evolution_summary.jsonl", true), ("results.tsv", false),
    ] {
      for folder in isInLogs ? [path, Path.join(path, "logs")] : [path] {
        let file = Path.join(folder, name)
        if Files.isFile(file) { return try readFile(file, named: name) }
      }
    }
    let names = Array(try Files.names(in: path).sorted().prefix(Self.entryLimit))
    if HarborJob.isJob(path) { return try HarborJobs(self).read([path]) }
    let jobs = names.map { Path.join(path, $0) }.filter(HarborJob.isJob)
    if !jobs.isEmpty { return try HarborJobs(self).read(jobs) }
    let logs = names.filter { $0.hasSuffix(".eval") || $0.hasSuffix(".json") }
    if !logs.isEmpty { return try InspectLogs(self).read(logs.map { Path.join(path, $0) }) }
    throw unknown(path)
  }

  private func unknown(_ path: String) -> BelayError {
    BelayError(
      .usage,
      "expected a results.tsv, evolution_summary.jsonl, GEPA's run folder, Inspect's logs or Harbor's jobs",
      place: path, hint: "belay help audit")
  }

  /// Somebody's text, no longer than a page can bear.
  static func text(_ value: String, most: Int = 300) -> String {
    value.unicodeScalars.count <= most
      ? value : String(String.UnicodeScalarView(value.unicodeScalars.prefix(most))) + "…"
  }

  /// Whether less is better, by the name of what is measured; nil where the name does not tell.
  static func lowerIsBetter(_ metric: String) -> Bool? {
    let name = metric.lowercased()
    let words = Set(name.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    if !words.isDisjoint(with: [
      "bpb", "loss", "ppl", "perplexity", "error", "err", "latency", "time", "ms", "seconds",
      "mae", "mse", "rmse", "wer", "cer", "nll", "regret", "cost", "bpc",
    ]) {
      return true
    }
    if !words.isDisjoint(with: [
      "acc", "accuracy", "score", "reward", "pass", "passed", "rate", "f1", "auc", "val", "mean",
      "em", "bleu", "rouge", "sharpe", "ndcg", "map", "throughput", "recall", "precision",
    ]) {
      return false
    }
    return nil
  }
}
