internal import Base

/// A task's name in a list of `suite.toml`.
struct ListedName {
  let name: String
  let line: Int
}

/// `suite.toml`, read strictly.
struct SuiteSettings {
  var name: String?
  var description = ""
  var tasks = "tasks"
  var trials = 1
  var reward = RewardRule.standard
  var requires: [Requirement] = []
  var cpus: Double?
  var memoryMB: Int?
  var storageMB: Int?
  var lists: [Split: [ListedName]]?
  /// Where `[splits]` begins.
  var splitsLine: Int?
  var seed: UInt64?
  var strataKeys = ["category", "difficulty"]
  var fractions = SplitFractions.standard
  var definition: JSON = [:]
  /// Whether `suite.toml` has errors of its own, as against those of tasks.
  var isFaulty = false

  static func read(_ toml: TOML, file: String, diagnostics: Diagnostics) -> SuiteSettings {
    let own = Diagnostics()
    let root = ConfigTable(root: toml, file: file, diagnostics: own)
    var settings = SuiteSettings()
    settings.definition = toml.json
    if let schema = root.string("schema"), schema != "belay.suite/1" {
      root.fault("schema", "'\(schema.printable())' is not known; expected 'belay.suite/1'")
    }
    settings.name = root.string("name")
    if settings.name?.isEmpty == true { root.fault("name", "must not be empty") }
    settings.description = root.string("description") ?? ""
    if let tasks = root.string("tasks") {
      if tasks.isEmpty || tasks.hasPrefix("/") || tasks.split(separator: "/").contains("..") {
        root.fault("tasks", "expected a folder inside the suite")
      } else {
        settings.tasks = tasks
      }
    }
    settings.trials = root.int("trials", in: 1...100_000) ?? 1
    for text in root.strings("requires") ?? [] {
      if let requirement = Requirement(text) {
        settings.requires.append(requirement)
      } else {
        root.fault(
          "requires",
          "'\(text.printable())' is not of the form 'program' or 'program>=1.2'")
      }
    }
    settings.readReward(root)
    settings.readEnvironment(root)
    settings.readSplits(root)
    root.finish()
    settings.isFaulty = own.hasErrors
    own.all.forEach { diagnostics.add($0) }
    return settings
  }

  private mutating func readReward(_ root: ConfigTable) {
    guard let table = root.table("reward") else { return }
    let key = table.string("key") ?? "reward"
    let all = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    let low = table.double("min", in: all) ?? 0
    let high = table.double("max", in: all) ?? 1
    if key.isEmpty { table.fault("key", "must not be empty") }
    if low < high, (high - low).isFinite {
      reward = RewardRule(key: key, min: low, max: high)
    } else {
      table.fault("max", "must be above min")
    }
    table.finish()
  }

  private mutating func readEnvironment(_ root: ConfigTable) {
    guard let table = root.table("environment") else { return }
    cpus = table.double("cpus", in: 0.001...100_000)
    memoryMB = table.int("memory_mb", in: 1...(1 << 30))
    storageMB = table.int("storage_mb", in: 1...(1 << 30))
    table.finish()
  }

  private mutating func readSplits(_ root: ConfigTable) {
    guard let table = root.table("splits") else { return }
    var found: [Split: [ListedName]] = [:]
    for split in Split.allCases {
      guard let names = table.strings(split.rawValue),
        case .array(let elements) = table.any(split.rawValue)?.value
      else { continue }
      found[split] = zip(names, elements).map { ListedName(name: $0, line: $1.line) }
    }
    splitsLine = table.line
    if !found.isEmpty { lists = found }
    if let number = table.int("seed") { seed = UInt64(number) }
    if let keys = table.strings("by") { strataKeys = keys }
    if let shares = table.table("fractions") {
      fractions = SplitFractions(
        dev: shares.double("dev", in: 0...1) ?? 0, gate: shares.double("gate", in: 0...1) ?? 0,
        vault: shares.double("vault", in: 0...1) ?? 0)
      shares.finish()
      let sum = fractions.dev + fractions.gate + fractions.vault
      if fractions.dev <= 0 || abs(sum - 1) > 0.011 {
        table.fault("fractions", "must sum to 1, with some of it for dev")
      }
    }
    if lists != nil {
      for key in ["seed", "by", "fractions"] where table.has(key) {
        table.fault(key, "contradicts the lists of tasks")
      }
    }
    table.finish()
  }
}
