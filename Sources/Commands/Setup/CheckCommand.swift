internal import Base
internal import Console
internal import Experiment
internal import Harness
internal import Layout
internal import Model
internal import Platform
internal import Suite

enum CheckCommand {
  static let paths = Argument(
    repeated: .path("PATH"), atLeast: 1,
    "Harness, suite, task or experiment folders, or their .toml files")

  static let command = Command(
    "check", in: .setup,
    "Read harnesses, suites, tasks, experiments and models, and report every fault at once",
    discussion: "Ends with 2 when there is an error; warnings alone end with 0.",
    takes: [paths],
    examples: [
      Example("belay check benchmarks/shell", "a suite with all its tasks"),
      Example("belay check harnesses/*", "every harness"),
    ],
    output: .page("check", compact: ["severity", "file", "line", "message"])
  ) { call in
    var found: [Diagnostic] = []
    var read: [String] = []
    for path in call[paths] {
      let (what, diagnostics) = try diagnose(path)
      found += diagnostics
      read.append("\(path): \(what)")
    }
    let errors = found.count { $0.severity == .error }
    let page = Page(
      items: found.map(\.json),
      counts: ["paths": read.count, "errors": errors, "warnings": found.count - errors],
      fields: ["checked": .array(read.map(JSON.string))])
    try call.output.page(page) { _ in
      let lines = found.map(\.description)
      let end =
        found.isEmpty
        ? read.map { "\($0), no fault" }
        : [
          "",
          "\(Figure.plural(errors, "error")), \(Figure.plural(found.count - errors, "warning"))",
        ]
      return (lines + end).joined(separator: "\n")
    }
    return errors == 0 ? .ok : ExitCode(.usage)
  }

  private static func diagnose(_ path: String) throws -> (what: String, [Diagnostic]) {
    if isModels(path) {
      let (models, diagnostics) = try ModelsFile.check(path)
      return (models == nil ? "models (not usable)" : "models", diagnostics)
    }
    if isExperiment(path) {
      let (experiment, diagnostics) = try Experiment.read(path)
      return ("experiment \(experiment?.name ?? "(not usable)")", diagnostics)
    }
    let folder = Files.isFile(path) && path.hasSuffix(".toml") ? Path.parent(path) : path
    guard Files.isDirectory(folder) else {
      throw BelayError(
        .notFound, Files.kind(path) == nil ? "there is nothing" : "expected a folder", place: path,
        hint: "belay check benchmarks/shell")
    }
    if Files.kind(Path.join(folder, "harness.toml")) != nil {
      let (harness, diagnostics) = try Harness.check(folder)
      let native = harness?.native.map { ", \($0.summary)" } ?? ""
      return ("harness \(harness?.id ?? "(not usable)")\(native)", diagnostics)
    }
    let (suite, diagnostics) = try Suite.check(folder)
    guard let suite else { return ("suite (not usable)", diagnostics) }
    if Files.kind(Path.join(folder, "task.toml")) != nil {
      return ("task \(suite.tasks.first?.name ?? suite.invalid.first?.name ?? "")", diagnostics)
    }
    guard !suite.tasks.isEmpty || !suite.invalid.isEmpty else {
      throw BelayError(
        .usage,
        "no harness (harness.toml), suite or task (suite.toml, task.toml) and no experiment (experiment.toml)",
        place: path, hint: "belay help harness")
    }
    return ("suite \(suite.name)@\(suite.digest.short), \(suite.tasks.count) tasks", diagnostics)
  }

  // Files of models and experiments may have any name: their schema tells them.
  private static func isModels(_ path: String) -> Bool {
    Path.last(path) == "models.toml" && Files.isFile(path) || schema(path) == ModelsFile.schema
  }

  private static func isExperiment(_ path: String) -> Bool {
    if Files.isDirectory(path) { return Files.isFile(Path.join(path, "experiment.toml")) }
    return Path.last(path) == "experiment.toml" && Files.isFile(path)
      || schema(path) == Experiment.schema
  }

  private static func schema(_ path: String) -> String? {
    guard Files.isFile(path), path.hasSuffix(".toml"), let text = try? Files.readText(path),
      let toml = try? TOML.parse(text, file: path)
    else { return nil }
    return toml.json["schema"].string
  }
}
