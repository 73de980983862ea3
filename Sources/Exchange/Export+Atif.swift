internal import Base
internal import Facts
internal import Inspection
internal import Interchange
internal import Ledger

extension Export {
  /// Writes one trajectory per trial (per step, where a task has steps) into a new folder.
  public func atif(to path: String) throws -> ExportSummary {
    var folder = try ExportFolder(path)
    var index: [JSON] = []
    try eachTrial { trial in
      let entries = try trajectories(trial.id)
      guard !entries.isEmpty else { return folder.countTrial(pending: true) }
      for entry in entries {
        let part = entry.part.map { ".\($0)" } ?? ""
        let name = ExportFolder.harmless("\(trial.id)\(part).json".replacing("/", with: "-"))
        try folder.write(entry.document, name)
        index.append([
          "trial": .string("\(trial.id)"), "task": .string(trial.taskName),
          "file": .string(name), "recorded": .bool(entry.isRecorded),
        ])
      }
      folder.countTrial()
    }
    try folder.write(.array(index), "index.json")
    return folder.summary
  }

  /// One trajectory that belongs to a trial.
  struct Entry {
    /// The step of a multi-step task.
    let part: String?
    let document: JSON
    /// Whether the harness wrote it, and it is not derived.
    let isRecorded: Bool
  }

  /// The trajectories of a trial's latest attempt; derived where none was left.
  func trajectories(_ id: TrialID) throws -> [Entry] {
    let detail = try reader.trial(id)
    guard let attempt = detail.attempts.last else {
      // One that was killed before it ended: what it had done until then.
      return try recorded(detail, nil)
    }
    var found: [Entry] = []
    for file in attempt.files where file.role == "trajectory" && file.bytes == file.totalBytes {
      let bytes = try reader.blob(file.blob)
      guard Atif.read(bytes, file: file.path).isValid else { continue }
      found.append(
        Entry(
          part: Trace.part(of: file.path), document: try JSON.parse(bytes), isRecorded: true))
    }
    guard found.isEmpty else { return found }
    let steps = try recorded(detail, attempt)
    guard steps.isEmpty else { return steps }
    let log = attempt.files.first { $0.role == "agent_log" }
    return [
      Entry(
        part: nil,
        document: AtifDocument.minimal(
          detail.trial, attempt, try reader.candidate(detail.trial.fact.candidate), log: log,
          logText: try log.map { String(decoding: try reader.blob($0.blob), as: UTF8.self) }),
        isRecorded: false)
    ]
  }

  private func recorded(_ detail: TrialDetail, _ attempt: AttemptRecord?) throws -> [Entry] {
    guard let trajectory = try RecordedSteps.trajectory(reader, detail, attempt) else { return [] }
    return [Entry(part: nil, document: trajectory.atif, isRecorded: true)]
  }
}
