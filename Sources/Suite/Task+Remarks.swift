internal import Base
internal import Platform

extension Task {
  /// What a careful reader would warn of, although the task is valid.
  func remarks(shownBelow path: String) -> [Diagnostic] {
    let shown = (try? Files.real(path)).flatMap { root in
      folder.hasPrefix(root + "/")
        ? Path.join(path, String(folder.dropFirst(root.utf8.count + 1))) : nil
    }
    let place = shown ?? path
    func warning(_ file: String, _ message: String) -> Diagnostic {
      Diagnostic(.warning, file: Path.join(place, file), message)
    }
    var remarks = demands.map { warning("task.toml", "needs more than the process sandbox: \($0)") }
    remarks += networkCommands.map {
      warning("task.toml", "looks as if it needed a network: \($0)")
    }
    if !hasSolution { remarks.append(warning("solution", "there is none that the oracle can run")) }
    for step in steps {
      guard let tree = step.tests.last(where: { $0.files.contains(step.testScript) }),
        let script = try? Files.readText(
          Path.join(tree.folder, step.testScript), limit: 1 << 20)
      else { continue }
      if script.contains("rewards.json") {
        remarks.append(
          warning(
            "tests/\(step.testScript)", "writes rewards.json, which is not read; use reward.json"))
      }
    }
    return remarks
  }
}
