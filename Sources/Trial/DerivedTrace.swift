internal import Base
internal import Facts
internal import Interchange

/// The trajectory of a program that wrote none itself, from a transcript that it left or printed.
struct DerivedTrace {
  /// The trajectory, as the program should have left it.
  let file: AttemptFile
  /// Says whose transcript it was derived from.
  let flag: String

  /// Reads what a step left; nil where it left a valid trajectory, or no transcript.
  init?(of files: [AttemptFile], logs: [AttemptFile], _ step: String?) {
    let prefix = step.map { "steps/\($0)/" } ?? ""
    let isLeft = files.contains {
      $0.role == "trajectory" && Atif.read($0.content, file: $0.path).isValid
    }
    guard !isLeft else { return nil }
    let left = files.filter {
      $0.role == "agent_file" && $0.path.hasSuffix(".jsonl") && $0.content.count <= Self.fileLimit
    }
    let printed = logs.filter { $0.role == "agent_log" && $0.path == prefix + "agent/output.txt" }
    // A file that was kept knows the times; what was printed may be cut. Of several the fullest counts.
    var best: Transcript.Reading?
    for file in left.prefix(Self.fileCount) + printed {
      guard let reading = Transcript.read(file.content, file: file.path) else { continue }
      if reading.trajectory.steps.count > best?.trajectory.steps.count ?? 0 { best = reading }
    }
    guard let best else { return nil }
    let document = best.trajectory.atif.utf8(pretty: true)
    guard Atif.read(document, file: "trajectory.json").isValid else { return nil }
    file = AttemptFile(
      role: "trajectory", path: prefix + "agent/trajectory.json", content: document, indexed: true)
    flag = "trajectory_from_\(best.kind.rawValue)"
  }

  private static let fileLimit = 64 << 20
  private static let fileCount = 16
}
