internal import Base

/// Reads the tables of a native harness and checks them against each other and the files.
struct NativeReader {
  static let keys = ["model", "context", "tools", "mcp", "orchestration", "knobs"]

  let root: ConfigTable
  let files: [HarnessFile]
  let limits: HarnessLimits
  let shown: String
  let diagnostics: Diagnostics

  func read() -> NativeHarness {
    let parts = PartsReader(files: files, shown: shown, diagnostics: diagnostics)
    let ownTools = parts.tools()
    let skills = parts.skills()
    let prompts = parts.prompts()
    let model = model()
    let context = context()
    let servers = servers()
    let shelf = ToolShelf(own: ownTools.map(\.name), servers: servers.map(\.name))
    let tools = tools(shelf)
    let reader = OrchestrationReader(
      root: root, shelf: shelf, enabled: tools, model: model.alias, context: context,
      prompts: prompts.map(\.path))
    let orchestration = reader.read()
    let knobs = KnobReader(
      root: root, model: model, context: context, limits: limits, orchestration: orchestration,
      tools: tools, skills: skills.map(\.name), prompts: prompts
    ).read()
    let harness = NativeHarness(
      model: model, context: context, tools: tools, orchestration: orchestration, prompts: prompts,
      ownTools: ownTools, skills: skills, servers: servers, knobs: knobs)
    remark(harness)
    return harness.withoutWhatIsOff()
  }

  private func model() -> ModelSettings {
    var settings = ModelSettings()
    guard let table = root.table("model") else { return settings }
    if let alias = table.string("alias") {
      settings.alias = alias
      if !PartsReader.isToolName(alias) {
        table.fault(
          "alias",
          alias.contains("/")
            ? "expected an alias such as 'task': which model that is, is said by '--model' or an experiment"
            : "expected letters, digits, '_' and '-'")
      }
    }
    settings.temperature = table.double("temperature", in: 0...2)
    settings.topP = table.double("top_p", in: 0...1)
    settings.maxOutputTokens = table.int("max_output_tokens", in: 1...Int.max)
    settings.reasoning = table.choice("reasoning")
    table.finish()
    return settings
  }

  private func context() -> ContextPolicy {
    var policy = ContextPolicy()
    guard let table = root.table("context") else { return policy }
    policy.compaction = table.choice("compaction") ?? policy.compaction
    policy.compactAt = table.double("compact_at", in: 0.05...1) ?? policy.compactAt
    policy.memory = table.choice("memory") ?? policy.memory
    table.finish()
    return policy
  }

  private func servers() -> [ToolServer] {
    var servers: [ToolServer] = []
    for table in root.tables("mcp") ?? [] {
      let name = table.requiredString("name")
      if table.has("name"), !PartsReader.isToolName(name) || name.contains("__") {
        table.fault("name", "expected letters, digits, '-' and single '_', at most 64")
      }
      if servers.contains(where: { $0.name == name }) {
        table.fault("name", "another server is called '\(name.printable())'; expected another name")
      }
      let command = table.strings("command") ?? []
      if !table.has("command") {
        table.fault("command", "missing; expected a list such as [\"python3\", \"server.py\"]")
      } else if command.first?.isEmpty ?? true || command.contains(where: { $0.contains("\0") }) {
        table.fault("command", "expected a program and its arguments")
      } else {
        HarnessReader.checkCommand(command, files, table)
      }
      let variables = table.stringTable("env") ?? [:]
      HarnessReader.checkVariables(variables, table)
      let timeout = table.double("timeout_sec", in: 0.001...86_400) ?? 120
      table.finish()
      servers.append(
        ToolServer(
          name: name, command: command, variables: variables, timeout: .seconds(timeout)))
    }
    return servers
  }

  private func tools(_ shelf: ToolShelf) -> [ToolSelection] {
    let usual: [ToolSelection] = [.shell, .read, .write, .edit, .search, .submit].map {
      .builtIn($0)
    }
    guard let table = root.table("tools") else { return usual }
    defer { table.finish() }
    guard let words = table.strings("enabled") else {
      if !table.has("enabled") { table.fault("enabled", "missing; expected a list of tools") }
      return usual
    }
    return shelf.read(words, "enabled", of: table, allowsRoles: false)
  }

  /// What is there and never used is worth a word: most often it is a slip.
  private func remark(_ harness: NativeHarness) {
    let file = shown + "/harness.toml"
    func warn(_ key: String, _ message: String) {
      diagnostics.add(Diagnostic(.warning, file: file, key: key, message))
    }
    let steps = harness.orchestration.steps
    for tool in harness.ownTools where !harness.tools.contains(.own(tool.name)) {
      warn("tools.enabled", "'\(tool.name)' is in tools/, and nobody may use it")
    }
    for server in harness.servers
    where !harness.tools.contains(where: {
      if case .server(server.name, _) = $0 { true } else { false }
    }) {
      warn(
        "tools.enabled", "nobody may use the server '\(server.name)'; expected 'mcp:\(server.name)'"
      )
    }
    if !harness.skills.isEmpty, !harness.tools.contains(.builtIn(.skill)) {
      warn("tools.enabled", "there are skills, and nobody may ask for them; expected 'skill'")
    }
    if harness.skills.isEmpty, harness.tools.contains(.builtIn(.skill)) {
      warn("tools.enabled", "'skill' is enabled, and there is no skill")
    }
    for prompt in harness.prompts where !steps.contains(where: { $0.prompt == prompt.path }) {
      diagnostics.add(
        Diagnostic(
          .warning, file: "\(shown)/\(prompt.path)",
          "no step has this prompt; the steps' are "
            + Set(steps.map(\.prompt)).sorted().joined(separator: ", ")))
    }
  }
}

/// The tools that a harness has.
struct ToolShelf {
  let own: [String]
  let servers: [String]

  /// Reads a list of tools; what is not there is a fault.
  func read(
    _ words: [String], _ key: String, of table: ConfigTable, allowsRoles: Bool,
    within enabled: [ToolSelection]? = nil
  ) -> [ToolSelection] {
    var tools: [ToolSelection] = []
    for word in words {
      let tool = ToolSelection(word)
      if let reason = fault(tool, word, allowsRoles: allowsRoles) {
        table.fault(key, reason)
      } else if tools.contains(tool) {
        table.fault(key, "'\(word.printable())' is there twice")
      } else if let enabled, !Self.covers(enabled, tool) {
        table.fault(key, "'\(word.printable())' is not among 'tools.enabled'")
      } else {
        tools.append(tool)
      }
    }
    return tools
  }

  private static func covers(_ enabled: [ToolSelection], _ tool: ToolSelection) -> Bool {
    switch tool {
    case .delegate: true
    case .server(let name, _):
      enabled.contains(tool) || enabled.contains(.server(name, tool: nil))
    default: enabled.contains(tool)
    }
  }

  private func fault(_ tool: ToolSelection, _ word: String, allowsRoles: Bool) -> String? {
    switch tool {
    case .builtIn, .delegate(nil): return nil
    case .delegate(.some):
      return allowsRoles ? nil : "'\(word.printable())' belongs to a step; expected 'delegate'"
    case .server(let name, let tool):
      if tool?.isEmpty ?? false { return "expected 'mcp:SERVER' or 'mcp:SERVER/TOOL'" }
      return servers.contains(name)
        ? nil
        : "there is no server '\(name.printable())' ([[mcp]])"
          + Spelling.suggestion(for: name, in: servers)
    case .own(let name):
      guard !own.contains(name) else { return nil }
      let known =
        BuiltInTool.allCases.map(\.rawValue) + ["delegate"] + own + servers.map { "mcp:\($0)" }
      return
        "there is no tool '\(name.printable())' in tools/; expected one of \(known.joined(separator: ", "))"
        + Spelling.suggestion(for: name, in: known)
    }
  }
}

extension NativeHarness {
  /// What knobs have switched off is not there for whoever runs the harness.
  func withoutWhatIsOff() -> NativeHarness {
    let off = Set(
      knobs.compactMap { if case .toggle(isOn: false) = $0.range { $0.target } else { nil } })
    guard !off.isEmpty else { return self }
    func isOn(_ tool: ToolSelection) -> Bool { !off.contains("tools.\(tool.text)") }
    var steps = orchestration.steps
    for index in steps.indices { steps[index].tools.removeAll { !isOn($0) } }
    var prompts = prompts
    for index in prompts.indices {
      for section in prompts[index].sections.indices {
        let title = prompts[index].sections[section].title
        prompts[index].sections[section].isOn = !off.contains("\(prompts[index].path)#\(title)")
      }
    }
    return NativeHarness(
      model: model, context: context, tools: tools.filter(isOn),
      orchestration: Orchestration(pattern: orchestration.pattern, steps: steps),
      prompts: prompts, ownTools: ownTools,
      skills: skills.filter { !off.contains("skills.\($0.name)") }, servers: servers, knobs: knobs)
  }
}
