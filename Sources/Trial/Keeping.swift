internal import Base
internal import Facts
internal import Notation
internal import Platform
internal import Sandbox
internal import Suite

/// Collects what a step is to leave: the agent's logs and the artifacts, with a manifest of all of it.
struct Keeping {
  let step: PreparedStep
  let budget: CollectBudget

  /// What was collected.
  struct Kept {
    var files: [AttemptFile] = []
    var flags: [String] = []
    /// Artifacts under their absolute paths inside, for a separate verifier.
    var carried: [GatheredFile] = []
  }

  func collect(from box: any SandboxBox) async throws -> Kept {
    var kept = Kept()
    let prefix = step.step.name.map { "steps/\($0)/" } ?? ""
    let root = try await box.root()
    let logs = try await Gathering.of("/logs/agent", in: root, budget: budget)
    for file in logs.files { kept.files.append(log(file, prefix)) }
    if logs.doubt != nil { kept.flags.append("agent_logs_incomplete") }
    var manifest: [JSON] = []
    for artifact in step.step.artifacts where artifact.service == "main" {
      let found = try await Gathering.of(artifact.source, in: root, budget: budget)
      let files = found.files.filter { !isExcluded($0.path, by: artifact) }
      manifest.append(entry(artifact, found, files))
      for file in files {
        let below = file.path.isEmpty ? "" : "/\(file.path)"
        kept.files.append(
          AttemptFile(
            role: "artifact", path: "\(prefix)artifacts/\(artifact.place)\(below)",
            content: file.content))
        let carried = GatheredFile(
          path: artifact.source + below, mode: file.mode, content: file.content)
        // A name that no path of the host can hold is the agent's trouble, not the sandbox's.
        if file.isNamedByText, carried.path.utf8.count <= ShownFiles.pathLimit {
          kept.carried.append(carried)
        } else {
          kept.flags.append("artifacts_incomplete")
        }
      }
      if found.doubt != nil { kept.flags.append("artifacts_incomplete") }
    }
    if kept.files.contains(where: { $0.role == "artifact" }) || manifest.count > 1 {
      kept.files.append(
        AttemptFile(
          role: "manifest", path: "\(prefix)artifacts/manifest.json",
          content: JSON.array(manifest).utf8(pretty: true)))
    }
    kept.flags = Set(kept.flags).sorted()
    return kept
  }

  private func log(_ file: GatheredFile, _ prefix: String) -> AttemptFile {
    let isTrajectory = file.path == "trajectory.json"
    let isText = ["txt", "log", "json", "jsonl", "md"].contains {
      file.path.hasSuffix(".\($0)")
    }
    return AttemptFile(
      role: isTrajectory ? "trajectory" : "agent_file", path: prefix + "agent/" + file.path,
      content: file.content, indexed: isText)
  }

  private func isExcluded(_ path: String, by artifact: Artifact) -> Bool {
    artifact.exclude.contains { Glob.matches($0, path) || Glob.matches($0, Path.last(path)) }
  }

  private func entry(_ artifact: Artifact, _ found: Gathering, _ files: [GatheredFile]) -> JSON {
    let isFile = found.files.count == 1 && found.files.first?.path == ""
    return [
      "source": .string(artifact.source), "destination": .string("artifacts/\(artifact.place)"),
      "type": .string(isFile ? "file" : "directory"), "service": .string(artifact.service),
      "status": .string(found.isAbsent ? "failed" : files.isEmpty ? "empty" : "ok"),
      "exclude": .array(artifact.exclude.map(JSON.string)), "left": found.leftJSON,
      "cut_by": .optional(found.cutBy),
    ]
  }
}
