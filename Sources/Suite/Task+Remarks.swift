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
    remarks += hostVariables.map {
      warning("task.toml", "needs the variable \($0.printable()) of the host")
    }
    remarks += windowsLineEnds.map {
      warning($0, "has Windows line ends, which a shell takes for part of its words")
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

  /// Scripts for a shell whose first line ends as on Windows, as paths below the task.
  private var windowsLineEnds: [String] {
    guard environment.system == .linux else { return [] }
    var found: [String] = []
    for step in steps {
      for (tree, script) in step.tests.map({ ($0, step.testScript) })
        + (step.solution.map { [($0, step.solutionScript)] } ?? [])
      {
        let path = Path.join(tree.folder, script)
        guard let start = try? Files.prefix(path, count: 4096),
          let end = start.firstIndex(of: 0x0A), end > 0, start[end - 1] == 0x0D
        else { continue }
        let shown =
          path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.utf8.count + 1)) : path
        if !found.contains(shown) { found.append(shown) }
      }
    }
    return found
  }
}
