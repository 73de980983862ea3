internal import Base
internal import Console
internal import Harness
internal import Layout
internal import Model
internal import Platform
internal import Suite

enum CheckCommand {
  static let paths = Argument(
    repeated: .path("PATH"), atLeast: 1, "Harness, suite or task folders, or their .toml files")

  static let command = Command(
    "check", in: .setup, "Read harnesses, suites, tasks and models, and report every fault at once",
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
        .usage, "neither a harness (harness.toml) nor a suite or task (suite.toml, task.toml)",
        place: path, hint: "belay help harness")
    }
    return ("suite \(suite.name)@\(suite.digest.short), \(suite.tasks.count) tasks", diagnostics)
  }

  // A file of models has any name: its schema tells it.
  private static func isModels(_ path: String) -> Bool {
    guard Files.isFile(path), path.hasSuffix(".toml") else { return false }
    guard Path.last(path) != "models.toml" else { return true }
    guard let text = try? Files.readText(path), let toml = try? TOML.parse(text, file: path),
      case .table(let members) = toml.value
    else { return false }
    return members["schema"]?.value == .string(ModelsFile.schema)
  }
}
