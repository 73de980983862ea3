internal import Base
internal import Notation
internal import Platform

extension TaskTables {
  /// An `[environment]` table; `folder` is the build context below the task, if it has one.
  func environment(_ parent: ConfigTable, _ key: String, folder: String?) -> TaskEnvironment {
    let context = folder.map { self.context($0) }
    guard let table = parent.table(key) else {
      return TaskEnvironment(
        network: nil, buildTimeout: .seconds(600), image: nil, system: .linux, cpus: nil,
        memoryMB: nil, storageMB: nil, gpus: 0, gpuTypes: [], tpu: nil, variables: [:],
        workdir: nil, skillsFolder: nil, mcpServers: [], healthcheck: nil,
        folder: context?.folder, definitions: context?.definitions ?? [],
        dockerfile: context?.dockerfile)
    }
    let environment = TaskEnvironment(
      network: baseline(table), buildTimeout: seconds(table, "build_timeout_sec") ?? .seconds(600),
      image: nonempty(table, "docker_image"), system: system(table),
      cpus: table.double("cpus", in: 0.001...100_000),
      memoryMB: megabytes(table, "memory"), storageMB: megabytes(table, "storage"),
      gpus: table.int("gpus", in: 0...1024) ?? 0, gpuTypes: table.strings("gpu_types") ?? [],
      tpu: tpu(table), variables: variables(table), workdir: workdir(table),
      skillsFolder: nonempty(table, "skills_dir"), mcpServers: servers(table),
      healthcheck: healthcheck(table), folder: context?.folder,
      definitions: context?.definitions ?? [], dockerfile: context?.dockerfile)
    table.finish(unknown: .warning)
    return environment
  }

  /// What a folder of the task could be built from.
  func context(_ folder: String) -> BuildContext {
    let path = Path.join(files.folder, folder)
    guard Files.isDirectory(path) else {
      return BuildContext(folder: nil, definitions: [], dockerfile: nil)
    }
    let known = [
      "Dockerfile", "docker-compose.yaml", "docker-compose.yml", "singularity-compose.yaml",
    ]
    let found = known.filter { files.has("\(folder)/\($0)") }
    var dockerfile: Dockerfile?
    if found.contains("Dockerfile") {
      dockerfile = (try? Files.readText(Path.join(path, "Dockerfile"), limit: 1 << 20))
        .map { Dockerfile.parse($0) }
    }
    return BuildContext(folder: path, definitions: found, dockerfile: dockerfile)
  }

  /// The network of a phase; nil when it keeps the environment's.
  func network(_ table: ConfigTable, isBaseline: Bool = false) -> NetworkPolicy? {
    let mode: NetworkPolicy.Mode? = table.choice("network_mode")
    let hosts = hosts(table)
    guard let mode else {
      if hosts?.isEmpty == false || hosts != nil && !isBaseline {
        table.fault("allowed_hosts", "needs network_mode = \"allowlist\"")
      }
      return nil
    }
    if mode != .allowlist, hosts?.isEmpty == false {
      table.fault("allowed_hosts", "needs network_mode = \"allowlist\"")
    }
    return NetworkPolicy(mode, hosts: hosts ?? [])
  }

  private func baseline(_ table: ConfigTable) -> NetworkPolicy? {
    let legacy = table.bool("allow_internet")
    if legacy != nil { table.warn("allow_internet", "is deprecated; use network_mode") }
    let policy = network(table, isBaseline: true)
    guard policy == nil, !table.has("allowed_hosts"), let legacy else { return policy }
    return NetworkPolicy(legacy ? .open : .none)
  }

  private func hosts(_ table: ConfigTable) -> [String]? {
    guard let hosts = table.strings("allowed_hosts") else { return nil }
    return hosts.map { host in
      let (normal, reason) = HostPattern.normal(host)
      if let reason { table.fault("allowed_hosts", "'\(host.printable())': \(reason)") }
      return normal
    }
  }

  private func system(_ table: ConfigTable) -> TaskSystem {
    guard let word = table.string("os") else { return .linux }
    if let system = TaskSystem(rawValue: word.lowercased()) { return system }
    table.fault("os", "'\(word.printable())' is not known; expected 'linux' or 'windows'")
    return .linux
  }

  private func nonempty(_ table: ConfigTable, _ key: String) -> String? {
    let text = table.string(key)
    return text?.isEmpty == true ? nil : text
  }

  private func workdir(_ table: ConfigTable) -> String? {
    guard let path = nonempty(table, "workdir") else { return nil }
    if !path.hasPrefix("/"), !path.dropFirst().hasPrefix(":") {
      table.fault("workdir", "expected an absolute path")
    }
    return path
  }

  /// `memory_mb` or the older `memory = "2G"`.
  private func megabytes(_ table: ConfigTable, _ stem: String) -> Int? {
    let number = table.int("\(stem)_mb", in: 1...(1 << 30))
    guard table.has(stem) else { return number }
    table.warn(stem, "is deprecated; use \(stem)_mb")
    guard let text = table.string(stem) else { return number }
    guard let size = Self.size(text) else {
      table.fault(stem, "'\(text.printable())' is not a size; expected one like 2G, 512M or 65536K")
      return number
    }
    if let number, number != size {
      table.fault(stem, "\(text) contradicts \(stem)_mb = \(number)")
    }
    return size
  }

  // Rounded down as Harbor does, but never to nothing.
  static func size(_ text: String) -> Int? {
    var word = text.filter { !$0.isWhitespace }.uppercased()
    guard let unit = word.popLast(),
      word.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }),
      let number = Double(word), number > 0
    else { return nil }
    let factor: Double
    switch unit {
    case "G": factor = 1024
    case "M": factor = 1
    case "K": factor = 1 / 1024
    default: return nil
    }
    return Int(exactly: max(1, (number * factor).rounded(.down)))
  }

  private func tpu(_ parent: ConfigTable) -> TensorSlice? {
    guard let table = parent.table("tpu") else { return nil }
    let slice = TensorSlice(
      type: table.requiredString("type"), topology: table.requiredString("topology"))
    if table.has("type"), slice.type.isEmpty { table.fault("type", "must not be empty") }
    let axes = slice.topology.split(separator: "x", omittingEmptySubsequences: false)
    if table.has("topology"),
      axes.count < 2 || !axes.allSatisfy({ (Int($0) ?? 0) > 0 && $0.first != "0" })
    {
      table.fault("topology", "'\(slice.topology.printable())' is not of the form 2x4 or 2x2x1")
    }
    table.finish(unknown: .warning)
    return slice
  }

  private func servers(_ parent: ConfigTable) -> [McpServer] {
    (parent.tables("mcp_servers") ?? []).map { table in
      let name = table.requiredString("name")
      let word = table.string("transport") ?? "sse"
      let transport = McpServer.Transport(rawValue: word == "http" ? "streamable-http" : word)
      if transport == nil {
        table.fault(
          "transport",
          "'\(word.printable())' is not known; expected 'stdio', 'sse', 'streamable-http'")
      }
      let url = nonempty(table, "url")
      let command = nonempty(table, "command")
      let words = table.strings("args") ?? []
      let headers = table.stringTable("headers") ?? [:]
      if transport == .stdio {
        if command == nil { table.fault("command", "missing; stdio needs a command") }
        if !headers.isEmpty { table.fault("headers", "are for HTTP transports only") }
      } else if transport != nil, url == nil {
        table.fault("url", "missing; \(word.printable()) needs an address")
      }
      for (header, value) in headers.sorted(by: { $0.key < $1.key }) {
        guard let reason = McpHeader.fault(header, value) else { continue }
        table.fault("headers", "'\(header.printable())' \(reason)")
      }
      table.finish(unknown: .warning)
      return McpServer(
        name: name, transport: transport ?? .sse, url: url,
        command: command.map { [$0] + words } ?? [], headers: headers)
    }
  }
}
