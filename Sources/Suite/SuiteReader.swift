internal import Base
internal import Platform

/// Reads a suite: `suite.toml` strictly, every task, the splits, the digest.
enum SuiteReader {
  /// The seed of the split that a folder without `suite.toml` gets.
  static let standardSeed: UInt64 = 1

  static func load(_ path: String) throws(BelayError) -> Suite {
    let (suite, diagnostics) = try read(path)
    if let suite { return suite }
    let errors = diagnostics.filter { $0.severity == .error }
    let first = errors.first
    let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
    throw BelayError(
      .usage,
      "\(first?.key.map { "\($0): " } ?? "")\(first?.message ?? "is not a suite")\(more)",
      place: first.map { shown in shown.line.map { "\(shown.file):\($0)" } ?? shown.file } ?? path,
      hint: "belay check \(path)")
  }

  /// The suite, or nil with its faults; throws only when there is no folder.
  static func read(_ path: String) throws(BelayError) -> (suite: Suite?, diagnostics: [Diagnostic])
  {
    guard Files.isDirectory(path) else {
      throw BelayError(
        .notFound, Files.kind(path) == nil ? "there is no such folder" : "expected a folder",
        place: path, hint: "belay suite list")
    }
    let diagnostics = Diagnostics()
    do throws(BelayError) {
      return (try suite(path, diagnostics), diagnostics.all)
    } catch {
      diagnostics.add(Diagnostic(error, file: path))
      return (nil, diagnostics.all)
    }
  }

  private static func suite(_ path: String, _ diagnostics: Diagnostics) throws(BelayError) -> Suite?
  {
    let folder = try Files.real(path)
    let settingsPath = Path.join(folder, "suite.toml")
    let hasSettings = Files.kind(settingsPath) != nil
    var source: [UInt8] = []
    var settings = SuiteSettings()
    if hasSettings {
      source = try Files.read(settingsPath, limit: 4 << 20)
      let shown = Path.join(path, "suite.toml")
      guard let text = String(validating: source, as: UTF8.self) else {
        throw BelayError(.usage, "not valid UTF-8", place: shown)
      }
      settings = SuiteSettings.read(
        try TOML.parse(text, file: shown), file: shown, diagnostics: diagnostics)
    }
    let folders = try taskFolders(
      folder, shown: path, below: hasSettings ? settings.tasks : nil, diagnostics)
    var tasks: [Task] = []
    var invalid: [InvalidTask] = []
    for entry in folders {
      let (task, found) = TaskReader.read(entry.folder, shown: entry.shown)
      found.forEach { diagnostics.add($0) }
      if var task {
        task.environment.fill(settings)
        for index in task.steps.indices {
          task.steps[index].verifier.environment?.fill(settings)
        }
        tasks.append(task)
      } else {
        invalid.append(
          InvalidTask(
            name: Path.last(entry.folder), folder: entry.folder, shown: entry.shown,
            diagnostics: found))
      }
    }
    tasks.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let shown = Dictionary(folders.map { ($0.folder, $0.shown) }, uniquingKeysWith: { $1 })
    func refuse(_ task: Task, key: String?, _ message: String) {
      let place = shown[task.folder] ?? task.folder
      let file = key == nil ? place : Path.join(place, "task.toml")
      let fault = Diagnostic(.error, file: file, key: key, message)
      diagnostics.add(fault)
      invalid.append(
        InvalidTask(
          name: Path.last(task.folder), folder: task.folder, shown: place, diagnostics: [fault]))
    }
    refuseNamesakes(&tasks, refuse)
    refuseTwins(&tasks, refuse)
    let splitSource = settings.assign(
      to: &tasks, invalid: invalid, file: hasSettings ? Path.join(path, "suite.toml") : path,
      isSingle: folders.count == 1 && !hasSettings, diagnostics)
    if settings.isFaulty { return nil }
    return Suite(
      name: settings.name ?? Path.last(folder), folder: folder,
      description: settings.description, digest: digest(tasks, source), tasks: tasks,
      invalid: invalid, reward: settings.reward, requires: settings.requires,
      trials: settings.trials, splitSource: splitSource, diagnostics: diagnostics.all,
      definition: settings.definition)
  }

  private static func digest(_ tasks: [Task], _ settings: [UInt8]) -> Digest {
    var hasher = Hasher256()
    for digest in tasks.map(\.digest).sorted() { hasher.update("\(digest.hex)\n") }
    hasher.update(settings)
    return hasher.finish()
  }

  private static func taskFolders(
    _ folder: String, shown: String, below: String?, _ diagnostics: Diagnostics
  ) throws(BelayError) -> [(folder: String, shown: String)] {
    if below == nil, Files.isFile(Path.join(folder, "task.toml")) { return [(folder, shown)] }
    if below == nil, try !holdsTasks(folder), try holdsTasks(Path.join(folder, "tasks")) {
      return try taskFolders(folder, shown: shown, below: "tasks", diagnostics)
    }
    let base = below.map { Path.join(folder, $0) } ?? folder
    let shownBase = below.map { Path.join(shown, $0) } ?? shown
    guard Files.isDirectory(base) else {
      throw BelayError(.notFound, "there is no folder of tasks", place: shownBase)
    }
    var found: [(folder: String, shown: String)] = []
    for name in try Files.names(in: base) where !name.hasPrefix(".") {
      let path = Path.join(base, name)
      let shownPath = Path.join(shownBase, name)
      guard Files.isDirectory(path) else {
        if Files.kind(path) == .link {
          diagnostics.add(
            Diagnostic(.warning, file: shownPath, "is a link that leads to no folder"))
        }
        continue
      }
      guard below != nil || looksLikeTask(path) else {
        diagnostics.add(Diagnostic(.warning, file: shownPath, "is not a task: it has no task.toml"))
        continue
      }
      let real = try Files.real(path)
      guard real.hasPrefix(folder + "/") else {
        diagnostics.add(
          Diagnostic(.warning, file: shownPath, "is a link that leads out of the suite; left out"))
        continue
      }
      found.append((real, shownPath))
    }
    return found
  }

  private static func holdsTasks(_ folder: String) throws(BelayError) -> Bool {
    guard Files.isDirectory(folder) else { return false }
    return try Files.names(in: folder).contains { name in
      !name.hasPrefix(".") && looksLikeTask(Path.join(folder, name))
    }
  }

  private static func looksLikeTask(_ path: String) -> Bool {
    ["task.toml", "instruction.md", "environment", "tests", "steps"].contains {
      Files.kind(Path.join(path, $0)) != nil
    }
  }

  /// Two tasks of one name cannot both be meant: all of them are reported.
  private static func refuseNamesakes(
    _ tasks: inout [Task], _ refuse: (Task, _ key: String?, _ message: String) -> Void
  ) {
    let groups = Dictionary(grouping: tasks, by: \.name)
    for task in tasks {
      guard let twins = groups[task.name], twins.count > 1 else { continue }
      let others = twins.filter { $0.folder != task.folder }.map { Path.last($0.folder) }
      refuse(
        task, "task.name", "'\(task.name)' is also the name of \(others.joined(separator: ", "))")
    }
    tasks.removeAll { (groups[$0.name]?.count ?? 0) > 1 }
  }

  /// A second task with the same content is the same task under another name: counted twice it would
  /// weigh double, and in two splits it would leak from one into the other. The first one stays.
  private static func refuseTwins(
    _ tasks: inout [Task], _ refuse: (Task, _ key: String?, _ message: String) -> Void
  ) {
    var first: [Digest: Task] = [:]
    for task in tasks {
      if let twin = first[task.digest] {
        refuse(
          task, nil, "has the same content as '\(twin.name)', byte for byte; only that one is run")
      } else {
        first[task.digest] = task
      }
    }
    tasks.removeAll { first[$0.digest]?.folder != $0.folder }
  }
}

extension TaskEnvironment {
  /// Takes the suite's limits where the task has none.
  mutating func fill(_ settings: SuiteSettings) {
    cpus = cpus ?? settings.cpus
    memoryMB = memoryMB ?? settings.memoryMB
    storageMB = storageMB ?? settings.storageMB
  }
}
