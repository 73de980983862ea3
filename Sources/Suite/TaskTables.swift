internal import Base
internal import Notation
internal import Platform

/// `[verifier]` as one level declares it, before levels are merged.
struct VerifierTable {
  enum Mode: String, CaseIterable { case shared, separate }

  var mode: Mode?
  var timeout: Duration
  var variables: [String: String]
  var user: String?
  var network: NetworkPolicy?
  var environment: TaskEnvironment?
  var collect: [CollectHook]
}

/// The tables of `task.toml`, each read once and completely.
struct TaskTables {
  let files: TaskFiles
  /// A year: what a number of seconds may be at most.
  static let longest = 31_536_000.0

  func package(_ root: ConfigTable) -> (name: String?, description: String, keywords: [String]) {
    guard let table = root.table("task") else { return (nil, "", []) }
    let name = table.requiredString("name")
    if !name.isEmpty, !Self.isPackageName(name) {
      table.fault("name", "'\(name.printable())' is not of the form org/name")
    }
    if let version = table.string("version"), version.isEmpty {
      table.fault("version", "must not be empty")
    }
    let description = table.string("description") ?? ""
    let keywords = table.strings("keywords") ?? []
    for author in table.tables("authors") ?? [] {
      _ = author.requiredString("name")
      _ = author.string("email")
      author.finish(unknown: .warning)
    }
    table.finish(unknown: .warning)
    return (name.isEmpty ? nil : name, description, keywords)
  }

  // The table is free: what Belay knows is taken where it has the type that it needs.
  func metadata(_ root: ConfigTable) -> TaskMetadata {
    let table = root.table("metadata")
    let all = root.any("metadata")?.json ?? [:]
    let live = table?.any("live")
    if let live, live.json.bool == nil { table?.warn("live", "expected true or false") }
    func text(_ key: String) -> String? {
      let value = all[key].string
      return value?.isEmpty == true ? nil : value
    }
    return TaskMetadata(
      category: text("category"), difficulty: text("difficulty"), family: text("family"),
      tags: (all["tags"].array ?? []).compactMap(\.string), isLive: all["live"].bool ?? false,
      all: all)
  }

  func agent(_ parent: ConfigTable) -> AgentSettings {
    guard let table = parent.table("agent") else {
      return AgentSettings(timeout: nil, user: nil, network: nil)
    }
    let settings = AgentSettings(
      timeout: seconds(table, "timeout_sec"), user: user(table), network: network(table))
    table.finish(unknown: .warning)
    return settings
  }

  func verifierTable(_ parent: ConfigTable) -> VerifierTable {
    guard let table = parent.table("verifier") else {
      return VerifierTable(timeout: .seconds(600), variables: [:], collect: [])
    }
    let timeout = seconds(table, "timeout_sec") ?? .seconds(600)
    let variables = variables(table)
    let mode: VerifierTable.Mode? = table.choice("environment_mode")
    var own: TaskEnvironment?
    if table.has("environment") {
      own = environment(table, "environment", folder: nil)
      if mode == .shared {
        table.fault("environment_mode", "'shared' contradicts [\(table.path).environment]")
      }
    }
    var collect: [CollectHook] = []
    for hook in table.tables("collect") ?? [] {
      collect.append(
        CollectHook(
          command: hook.requiredString("command"), service: service(hook) ?? "main",
          timeout: seconds(hook, "timeout_sec") ?? .seconds(60), user: user(hook)))
      hook.finish(unknown: .warning)
    }
    let result = VerifierTable(
      mode: mode ?? (own == nil ? nil : .separate), timeout: timeout, variables: variables,
      user: user(table), network: network(table), environment: own, collect: collect)
    table.finish(unknown: .warning)
    return result
  }

  func minimumRewards(_ table: ConfigTable) -> [String: Double] {
    guard let value = table.any("min_reward") else { return [:] }
    switch value.value {
    case .integer(let number): return ["reward": Double(number)]
    case .float(let number): return ["reward": number]
    case .table(let members):
      var rewards: [String: Double] = [:]
      for (key, member) in members {
        guard let number = member.json.double else {
          table.fault("min_reward", "'\(key.printable())': expected a number")
          continue
        }
        rewards[key] = number
      }
      return rewards
    default:
      table.fault("min_reward", "expected a number or a table of numbers, found \(value.typeName)")
      return [:]
    }
  }

  func healthcheck(_ parent: ConfigTable) -> Healthcheck? {
    guard let table = parent.table("healthcheck") else { return nil }
    let check = Healthcheck(
      command: table.requiredString("command"),
      interval: seconds(table, "interval_sec", least: 0) ?? .seconds(5),
      timeout: seconds(table, "timeout_sec") ?? .seconds(30),
      startPeriod: seconds(table, "start_period_sec", least: 0) ?? .zero,
      startInterval: seconds(table, "start_interval_sec", least: 0) ?? .seconds(5),
      retries: table.int("retries", in: 1...10_000) ?? 3)
    table.finish(unknown: .warning)
    return check
  }

  func seconds(_ table: ConfigTable, _ key: String, least: Double = 0.001) -> Duration? {
    guard let value = table.double(key, in: least...Double.greatestFiniteMagnitude) else {
      return nil
    }
    return .seconds(min(value, Self.longest))
  }

  func user(_ table: ConfigTable) -> String? {
    guard let value = table.any("user") else { return nil }
    switch value.value {
    case .string(let name) where !name.isEmpty && name.utf8.allSatisfy(Self.isUserByte):
      return name
    case .integer(let number) where number >= 0: return String(number)
    default:
      table.fault("user", "expected a user's name or number")
      return nil
    }
  }

  /// An environment; names that the system would not take are faults.
  func variables(_ table: ConfigTable) -> [String: String] {
    let variables = table.stringTable("env") ?? [:]
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
      if name.isEmpty || name.contains("=") || name.contains("\0") || value.contains("\0") {
        table.fault("env", "'\(name.printable())' cannot be an environment variable")
      } else if value.contains("${"), EnvTemplate.parse(value) == nil {
        table.warn(
          "env", "'\(name.printable())': ${…} inside of other text is kept as it is written")
      }
    }
    return variables
  }

  private static func isPackageName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !name.contains("..") else { return false }
    return parts.allSatisfy { part in
      part.first.map { $0.isASCII && ($0.isLetter || $0.isNumber) } == true
        && part.unicodeScalars.allSatisfy {
          $0.properties.isAlphabetic || $0.properties.numericType != nil
            || "_.-".unicodeScalars
              .contains($0)
        }
    }
  }

  private static func isUserByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != 0x3A
  }
}
