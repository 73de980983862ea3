internal import Base
internal import Climb
internal import Model
internal import Platform

/// Reads `experiment.toml` strictly.
struct ExperimentReader {
  static let proposers = ["model", "knobs", "merge", "rehearsal", "panel"]

  let root: ConfigTable
  let folder: String

  static func read(_ path: String) throws(BelayError) -> (Experiment?, [Diagnostic]) {
    let file = Files.isDirectory(path) ? Path.join(path, "experiment.toml") : path
    guard Files.isFile(file) else {
      throw BelayError(
        .notFound, "there is no such experiment", place: path,
        hint: "give an experiment.toml, or the folder of one")
    }
    let diagnostics = Diagnostics()
    let toml: TOML
    do throws(BelayError) {
      toml = try TOML.parse(Files.readText(file, limit: 1 << 20), file: file)
    } catch {
      diagnostics.add(Diagnostic(.error, file: file, line: nil, error.message))
      return (nil, diagnostics.all)
    }
    let root = ConfigTable(root: toml, file: file, diagnostics: diagnostics)
    let real = try Files.real(Path.parent(Path.absolute(file, from: Files.workingDirectory())))
    let experiment = ExperimentReader(root: root, folder: real).experiment(toml.json)
    return (diagnostics.hasErrors ? nil : experiment, diagnostics.all)
  }

  private func experiment(_ definition: JSON) -> Experiment {
    if let schema = root.string("schema") {
      if schema != Experiment.schema {
        root.fault(
          "schema", "'\(schema.printable())' is not known; expected '\(Experiment.schema)'")
      }
    } else if !root.has("schema") {
      root.fault("schema", "missing; expected '\(Experiment.schema)'")
    }
    var experiment = Experiment(
      name: root.requiredString("name"), folder: folder, harness: place("harness"),
      suite: place("suite"),
      definition: definition)
    if let file = root.string("program") { experiment.direction = text(of: file) }
    experiment.autonomy = root.choice("autonomy") ?? .auto
    if let table = root.table("models") { experiment.models = models(table) }
    if let table = root.table("proposers") {
      experiment.proposers = panel(table)
      experiment.proposerRuntime = runtime(table)
      table.finish()
    }
    if let table = root.table("stop") { experiment.stop = stop(table) }
    if let table = root.table("gates") {
      experiment.mode = table.choice("mode") ?? .standard
      experiment.target = table.double("target", in: 0.001...1)
      table.finish()
    }
    if let table = root.table("fleet") {
      let engine = table.string("engine") ?? "local"
      if engine != "local" {
        table.fault("engine", "'\(engine.printable())' is not known; expected 'local'")
      }
      experiment.slots = table.int("slots", in: 1...10_000)
      table.finish()
    }
    experiment.seed = root.int("seed").map { UInt64($0) }
    if let table = root.table("notify") { experiment.notify = Notify.read(table) }
    root.finish()
    return experiment
  }

  /// A folder beside the file, or one of the built-in words.
  private func place(_ key: String) -> String {
    let word = root.requiredString(key)
    guard !word.isEmpty else { return word }
    let path = Path.absolute(word, from: folder)
    if !Files.isDirectory(path) { root.fault(key, "there is no folder '\(word.printable())'") }
    return path
  }

  private func text(of file: String) -> String {
    do throws(BelayError) {
      return try Files.readText(Path.absolute(file, from: folder), limit: 256 << 10)
    } catch {
      root.fault("program", "cannot be read: \(error.message)")
      return ""
    }
  }

  private func models(_ table: ConfigTable) -> [String: ModelName] {
    var models: [String: ModelName] = [:]
    for alias in table.keys {
      guard let word = table.string(alias) else { continue }
      guard let model = ModelName(word) else {
        table.fault(alias, "'\(word.printable())' is no model; expected PROVIDER/MODEL")
        continue
      }
      models[alias] = model
    }
    table.finish()
    return models
  }

  private func panel(_ table: ConfigTable) -> [String] {
    let words = table.strings("panel") ?? ["model"]
    if words.isEmpty { table.fault("panel", "expected at least one proposer") }
    for word in words
    where !Self.proposers.contains(word) && !(word.hasPrefix("command:") && word.count > 8) {
      table.fault(
        "panel",
        "'\(word.printable())' is not known; expected command:PROGRAM"
          + Spelling.suggestion(for: word, in: Self.proposers))
    }
    if Set(words).count != words.count { table.fault("panel", "names a proposer twice") }
    return words
  }

  private func runtime(_ table: ConfigTable) -> String? {
    guard let word = table.string("runtime") else { return nil }
    let path = Path.absolute(word, from: folder)
    if !Files.isDirectory(path) {
      table.fault("runtime", "there is no folder '\(word.printable())'")
    }
    return path
  }

  private func stop(_ table: ConfigTable) -> Experiment.Stop {
    var stop = Experiment.Stop()
    stop.trials = table.int("trials", in: 1...100_000_000)
    stop.candidates = table.int("candidates", in: 1...1_000_000)
    stop.noGainFor = table.int("no_gain_for", in: 1...1_000_000)
    stop.costUSD = table.double("cost_usd", in: 0...1e9)
    stop.tokens = table.int("tokens", in: 1...Int.max)
    if let text = table.string("deadline") {
      stop.deadline = Deadline(text)
      if stop.deadline == nil {
        table.fault("deadline", "'\(text.printable())' is no time; expected 07:00, 8h or 90m")
      }
    }
    table.finish()
    return stop
  }
}
