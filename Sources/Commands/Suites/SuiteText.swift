internal import Base
internal import Console
internal import Layout
internal import Notation
internal import Suite

/// The text of `suite show`.
enum SuiteText {
  static func suite(
    _ suite: Suite, tasks: [Task], counts: [String: Int], page: Page, width: Int
  ) -> String {
    let splits = Split.allCases.compactMap { split in
      counts[split.rawValue].flatMap { $0 > 0 ? "\(split.rawValue) \($0)" : nil }
    }
    var lines = Prose.parts(
      [
        "\(suite.name)@\(suite.digest.short)", Figure.plural(suite.tasks.count, "task"),
        splits.isEmpty
          ? "no splits" : splits.joined(separator: ", ") + " (\(suite.splitSource.word))",
        "\(Figure.plural(suite.trials, "trial")) a task",
        suite.requires.isEmpty
          ? "" : "needs " + suite.requires.map(\.description).joined(separator: ", "),
      ], width: width, indent: 2)
    if !suite.description.isEmpty { lines += Prose.wrap(suite.description, width: width) }
    lines.append("")
    var table = TextTable([
      .init(title: "task", shrinksTo: 16), .init(title: "split"),
      .init(title: "category", leaves: 1), .init(title: "difficulty", leaves: 2),
      .init(title: "network"), .init(title: "needs", shrinksTo: 12, leaves: 3),
    ])
    for task in tasks {
      table.add([
        task.shortName, task.split?.rawValue ?? Figure.missing,
        task.metadata.category ?? Figure.missing, task.metadata.difficulty ?? Figure.missing,
        task.environment.network?.mode.rawValue ?? "none",
        Set(task.demands.map(\.kind.rawValue)).sorted().joined(separator: ", "),
      ])
    }
    lines += table.lines(width: width)
    if let narrowing = page.narrowing { lines.append(narrowing) }
    if !suite.invalid.isEmpty {
      lines += ["", "\(Figure.plural(suite.invalid.count, "task")) cannot be run:"]
      for task in suite.invalid {
        lines += Prose.wrap("  \(task.name): \(task.reason)", width: width, indent: 4)
      }
    }
    let warnings = suite.diagnostics.filter { $0.severity == .warning }
    if !warnings.isEmpty {
      lines += ["", "\(Figure.plural(warnings.count, "warning")): belay check \(suite.folder)"]
    }
    return Prose.text(lines)
  }

  static func task(_ task: Task, width: Int) -> String {
    let environment = task.environment
    var lines = Prose.parts(
      [
        task.name, "@\(task.digest.short)", task.split?.rawValue ?? "no split",
        task.metadata.category ?? "", task.metadata.difficulty ?? "",
        task.isMultiStep ? Figure.plural(task.steps.count, "step") : "",
        task.hasSolution ? "" : "no solution",
      ], width: width, indent: 2)
    if !task.description.isEmpty { lines += Prose.wrap(task.description, width: width) }
    lines += Prose.parts(
      [
        "network \(task.networkWord)", "folder \(environment.startFolder)",
        environment.dockerfile.map { "FROM \($0.base)" } ?? "",
        environment.cpus.map { "cpus \(Figure.fixed($0, 1))" } ?? "",
        environment.memoryMB.map { "memory \($0) MB" } ?? "",
      ], width: width, indent: 2)
    for demand in task.demands {
      lines += Prose.wrap("needs \(demand)", width: width, indent: 2)
    }
    for step in task.steps {
      lines.append("")
      if let name = step.name { lines.append("step \(name.printable())") }
      lines.append(
        "agent \(limit(step.agent.timeout))  verifier \(limit(step.verifier.timeout))"
          + (step.verifier.isSeparate ? "  verifier in a place of its own" : ""))
      lines.append("")
      lines.append(step.instruction.printable(keepingLines: true))
    }
    return Prose.text(lines)
  }

  private static func limit(_ time: Duration?) -> String {
    guard let time else { return "no limit" }
    let (seconds, attoseconds) = time.components
    return Figure.duration(
      milliseconds: Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
  }
}
