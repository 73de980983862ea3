internal import Archive
internal import Base
internal import Platform

/// Inspect's logs of one task in the order in which they were made: a log is an attempt, its epochs are trials.
struct InspectLogs {
  private let reader: ClimbReader

  init(_ reader: ClimbReader) { self.reader = reader }

  private struct Log {
    var task = ""
    var model = ""
    var created = ""
    var status = ""
    // The scorers in their order, with the mean that the log itself states.
    var scorers: [(name: String, mean: Double?)] = []
    var samples: [(id: String, epoch: Int, scores: JSON)] = []
  }

  func read(_ paths: [String]) throws(BelayError) -> ClaimedClimb {
    var logs: [Log] = []
    var notes: [String] = []
    for path in paths {
      do {
        logs.append(
          try path.hasSuffix(".eval")
            ? packed(path) : plain(JSON.parse(Files.read(path, limit: ClimbReader.fileLimit))))
      } catch {
        if paths.count == 1 { throw BelayError(error.kind, error.message, place: path) }
        notes.append("\(Path.last(path).printable()) was left out: \(error.message)")
      }
    }
    return try climb(logs, notes, place: paths.first)
  }

  /// A log that was parsed already.
  func read(value: JSON, place: String) throws(BelayError) -> ClaimedClimb {
    do { return try climb([plain(value)], [], place: place) } catch {
      throw BelayError(error.kind, error.message, place: place)
    }
  }

  private func climb(_ logs: [Log], _ notes: [String], place: String?) throws(BelayError)
    -> ClaimedClimb
  {
    var notes = notes
    let counts = Dictionary(grouping: logs, by: \.task).mapValues(\.count)
    guard let task = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else {
      throw BelayError(.usage, "no log could be read", place: place, hint: notes.first)
    }
    let others = logs.count { $0.task != task }
    if others > 0 {
      notes.append("\(others) logs of other tasks than \(task.printable()) were left out")
    }
    let metric =
      reader.hints.metric ?? logs.lazy.compactMap(\.scorers.first?.name).first ?? "score"
    var climb = ClaimedClimb(
      origin: .inspect, metric: metric,
      lowerIsBetter: reader.hints.lowerIsBetter(of: metric) ?? false)
    climb.steps = logs.filter { $0.task == task }.sorted { $0.created < $1.created }.map {
      step($0, climb.metric)
    }
    climb.isShare = climb.hasShares
    climb.keepWhateverWasBest()
    climb.notes = notes
    climb.notes.append("logs do not say what was kept: what beat all before it is taken as kept")
    return climb
  }

  private func step(_ log: Log, _ metric: String) -> ClaimedClimb.Step {
    var step = ClaimedClimb.Step(
      name: ClimbReader.text(log.created, most: 60), score: nil,
      fate: log.status == "success" || log.status.isEmpty ? .unknown : .failed)
    step.description = ClimbReader.text(log.model)
    for sample in log.samples.sorted(by: { ($0.epoch, $0.id) < ($1.epoch, $1.id) }) {
      // A single score is meant whatever its name; of several none stands in for the one that counts.
      let scores = sample.scores.object ?? [:]
      let score = scores[metric] ?? (scores.count == 1 ? scores.first?.value : nil)
      if let value = score.flatMap({ Self.number($0["value"]) }) {
        step.trials[sample.id, default: []].append(value)
      }
    }
    let stated =
      log.scorers.first { $0.name == metric } ?? (log.scorers.count == 1 ? log.scorers[0] : nil)
    step.score = step.meanOfTasks ?? stated?.mean
    step.tasks = step.trials.isEmpty ? nil : step.trials.count
    if step.score != nil, step.fate == .failed { step.fate = .unknown }
    return step
  }

  /// Inspect's own way to make numbers of marks.
  private static func number(_ value: JSON) -> Double? {
    if let number = value.double { return number }
    if let bool = value.bool { return bool ? 1 : 0 }
    switch value.string {
    case "C": return 1
    case "P": return 0.5
    case "I", "N": return 0
    default: return value.string.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
    }
  }

  private func plain(_ value: JSON) throws(BelayError) -> Log {
    guard value["eval"].object != nil else { throw BelayError(.usage, "this is no log of Inspect") }
    var log = Log()
    read(head: value, into: &log)
    for sample in value["samples"].array ?? [] { read(sample, into: &log) }
    return log
  }

  // A log that crashed has a journal and no header.
  private func packed(_ path: String) throws(BelayError) -> Log {
    var log = Log()
    var journal: [JSON] = []
    var summaries: [JSON]?
    var singles: [JSON] = []
    do {
      let file = try SharedDescriptor.file(path)
      try TarReader.read(
        descriptor: file.raw, as: .zip,
        limits: ArchiveLimits(
          entries: 200_000, fileBytes: ClimbReader.fileLimit, totalBytes: 1 << 30)
      ) { entry, archive in
        let isSummary = entry.path.hasPrefix("_journal/summaries/")
        guard
          isSummary
            || ["header.json", "_journal/start.json", "summaries.json"].contains(entry.path)
        else { return }
        guard let bytes = try archive.content(), let value = try? JSON.parse(bytes) else { return }
        if entry.path == "summaries.json" {
          summaries = value.array ?? []
        } else if isSummary {
          journal += value.array ?? []
        } else {
          singles.append(value)
        }
      }
    } catch let error as BelayError {
      throw error
    } catch {
      throw BelayError(.usage, "the log could not be read", cause: error)
    }
    guard !singles.isEmpty else { throw BelayError(.usage, "this is no log of Inspect") }
    for value in singles { read(head: value, into: &log) }
    for sample in summaries ?? journal { read(sample, into: &log) }
    return log
  }

  private func read(head value: JSON, into log: inout Log) {
    let eval = value["eval"]
    log.task = eval["task"].string ?? log.task
    log.model = eval["model"].string ?? log.model
    log.created = eval["created"].string ?? log.created
    log.status = value["status"].string ?? log.status
    let scores = value["results"]["scores"].array ?? []
    guard !scores.isEmpty else { return }
    log.scorers = scores.map { score in
      let metrics = score["metrics"]
      return (
        score["name"].string ?? "",
        metrics["accuracy"]["value"].double ?? metrics["mean"]["value"].double
      )
    }
  }

  private func read(_ sample: JSON, into log: inout Log) {
    guard log.samples.count < 1_000_000, sample["error"].isNull else { return }
    let id = sample["id"].string ?? sample["id"].int.map { "\($0)" } ?? ""
    log.samples.append((id, sample["epoch"].int ?? 1, sample["scores"]))
  }
}
