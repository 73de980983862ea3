internal import Base
internal import Platform

/// Reads the folder of a job.
struct HarborJobReader {
  private let folder: String
  private let shown: String
  private let diagnostics = Diagnostics()

  static func read(_ path: String) throws(BelayError) -> HarborJob {
    guard Files.isDirectory(path) else {
      throw BelayError(
        .notFound, Files.kind(path) == nil ? "there is no such folder" : "expected a folder",
        place: path)
    }
    return try HarborJobReader(folder: try Files.real(path), shown: path).job()
  }

  private func job() throws(BelayError) -> HarborJob {
    let result = document("result.json") ?? .null
    let config = document("config.json") ?? .null
    let lock = document("lock.json") ?? .null
    var trials: [HarborTrial] = []
    var skipped: [HarborSkipped] = []
    if result["trial_name"].string != nil {
      take(folder, name: Path.last(folder), &trials, &skipped)
    } else {
      if result.isNull, config.isNull { try refuseJobs() }
      for name in try Files.names(in: folder) {
        let path = Path.join(folder, name)
        guard Files.kind(path) == .directory, Self.isTrial(path) else { continue }
        take(path, name: name, &trials, &skipped)
      }
    }
    guard !trials.isEmpty || !skipped.isEmpty || !result.isNull || !config.isNull else {
      throw BelayError(
        .usage, "is not a job of Harbor: it has neither result.json nor trials", place: shown,
        hint: "name one folder below jobs/")
    }
    number(&trials)
    if let total = result["n_total_trials"].int, total != trials.count + skipped.count {
      diagnostics.add(
        Diagnostic(
          .warning, file: Path.join(shown, "result.json"), key: "n_total_trials",
          "says \(total), but there are \(trials.count + skipped.count) trial folders"))
    }
    for trial in skipped {
      diagnostics.add(
        Diagnostic(.warning, file: Path.join(shown, trial.name), "left out: \(trial.reason)"))
    }
    return HarborJob(
      name: config["job_name"].string ?? Path.last(folder), folder: folder,
      id: result["id"].string, harborVersion: lock["harbor"]["version"].string,
      startedAt: trials.compactMap(\.startedAt).min()
        ?? result["started_at"].string.flatMap { Timestamp(iso: $0) },
      finishedAt: trials.compactMap(\.finishedAt).max()
        ?? result["finished_at"].string.flatMap { Timestamp(iso: $0) },
      trials: trials, skipped: skipped, config: config, result: result,
      diagnostics: diagnostics.all)
  }

  /// A folder of jobs holds folders that look like trials, but are not.
  private func refuseJobs() throws(BelayError) {
    let jobs = try Files.names(in: folder).filter { Self.isJob(Path.join(folder, $0)) }
    guard let first = jobs.first else { return }
    let names = jobs.prefix(3).map { $0.printable() }.joined(separator: ", ")
    throw BelayError(
      .usage, "is a folder of jobs (\(names)\(jobs.count > 3 ? ", …" : "")) and not a job",
      place: shown, hint: "belay import harbor \(Path.join(shown, first))")
  }

  private func take(
    _ path: String, name: String, _ trials: inout [HarborTrial], _ skipped: inout [HarborSkipped]
  ) {
    do throws(BelayError) {
      trials.append(try HarborTrialReader(folder: path, name: name).trial())
    } catch {
      skipped.append(HarborSkipped(name: name, reason: error.message))
    }
  }

  /// Counts repeats of the same task by the same agent, in the order in which they began; a task is what
  /// it holds and not what it is called.
  private func number(_ trials: inout [HarborTrial]) {
    trials.sort { left, right in
      let a = left.startedAt?.milliseconds ?? .max
      let b = right.startedAt?.milliseconds ?? .max
      return a == b ? left.name < right.name : a < b
    }
    var counts: [[String]: Int] = [:]
    var names: [Digest: String] = [:]
    for index in trials.indices {
      let trial = trials[index]
      if let digest = trial.taskDigest {
        let first = names[digest, default: trial.task]
        if first != trial.task {
          diagnostics.add(
            Diagnostic(
              .warning, file: Path.join(shown, Path.last(trial.folder)),
              "the task \(trial.task) has the same content as \(first): taken as a repeat of it"))
        }
        names[digest] = first
      }
      let task = trial.taskDigest.map { [$0.hex] } ?? [trial.task, trial.taskPlace.text()]
      let key = task + [trial.agent, trial.agentVersion ?? "", trial.model ?? ""]
      trials[index].attempt = counts[key, default: 0]
      counts[key, default: 0] += 1
    }
  }

  private func document(_ name: String) -> JSON? {
    let path = Path.join(folder, name)
    guard Files.kind(path) == .regular else { return nil }
    do throws(BelayError) {
      return try JSON.parse(Files.read(path, limit: 256 << 20))
    } catch {
      diagnostics.add(Diagnostic(.warning, file: Path.join(shown, name), error.message))
      return nil
    }
  }

  private static func isJob(_ path: String) -> Bool {
    guard Files.kind(path) == .directory else { return false }
    if Files.kind(Path.join(path, "job.log")) == .regular { return true }
    let file = Path.join(path, "result.json")
    guard Files.kind(file) == .regular, let bytes = try? Files.read(file, limit: 256 << 20),
      let result = try? JSON.parse(bytes)
    else { return false }
    return result["trial_name"].isNull && result["stats"].object != nil
  }

  /// Whether a folder is a job by its own records or, where these are missing, by the trials in it.
  static func isJobOrHoldsTrials(_ path: String) -> Bool {
    guard Files.kind(path) == .directory, !isTrialWithResult(path) else { return false }
    if isJob(path) { return true }
    return ((try? Files.names(in: path)) ?? []).contains { name in
      let inner = Path.join(path, name)
      return Files.kind(inner) == .directory && isTrialWithResult(inner)
    }
  }

  private static func isTrialWithResult(_ path: String) -> Bool {
    let file = Path.join(path, "result.json")
    guard Files.kind(file) == .regular, let bytes = try? Files.read(file, limit: 256 << 20),
      let result = try? JSON.parse(bytes)
    else { return false }
    return result["trial_name"].string != nil
  }

  private static func isTrial(_ path: String) -> Bool {
    ["result.json", "config.json", "lock.json", "trial.log", "agent", "verifier"].contains {
      Files.kind(Path.join(path, $0)) != nil
    }
  }
}
