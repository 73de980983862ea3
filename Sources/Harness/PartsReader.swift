internal import Base
internal import Platform

/// Reads the files that a native harness is made of beside `harness.toml`: prompts, tools, skills.
struct PartsReader {
  let files: [HarnessFile]
  /// The harness's folder as the user named it.
  let shown: String
  let diagnostics: Diagnostics

  func prompts() -> [Prompt] {
    var prompts: [Prompt] = []
    for file in files where file.path.hasPrefix("prompts/") {
      guard file.path.hasSuffix(".md") else {
        warn(file.path, "is no prompt; expected a name that ends in .md")
        continue
      }
      guard let text = text(file) else { continue }
      let prompt = Prompt(path: file.path, text: text)
      var lines: [String: Int] = [:]
      for section in prompt.sections {
        if section.title.isEmpty { fault(file.path, section.line, "expected a title after '## '") }
        if let line = lines.updateValue(section.line, forKey: section.title) {
          fault(
            file.path, section.line,
            "a section '\(section.title.printable())' is at line \(line) already; expected another title"
          )
        }
      }
      if prompt.text.isEmpty { fault(file.path, 1, "is empty; expected a prompt") }
      prompts.append(prompt)
    }
    return prompts
  }

  func tools() -> [OwnTool] { folders("tools").compactMap(tool) }

  func skills() -> [Skill] { folders("skills").compactMap(skill) }

  private func tool(_ name: String) -> OwnTool? {
    let path = "tools/\(name)/tool.toml"
    guard let file = file(path) else {
      fault("tools/\(name)", nil, "there is no tool.toml; expected name, description and input")
      return nil
    }
    let toml: TOML
    do throws(BelayError) {
      toml = try TOML.parse(text(file) ?? "", file: Path.join(shown, path))
    } catch {
      let line = error.place.flatMap { Int($0.split(separator: ":").last ?? "") }
      fault(path, line, error.message)
      return nil
    }
    let table = ConfigTable(root: toml, file: Path.join(shown, path), diagnostics: diagnostics)
    let own = table.requiredString("name")
    if table.has("name") { checkName(own, name, "a tool", table) }
    if BuiltInTool(rawValue: name) != nil || name == "delegate" {
      table.fault("name", "'\(name)' is a tool of every harness; expected another name")
    }
    let description = table.requiredString("description")
    if table.has("description"), description.isEmpty {
      table.fault("description", "expected what the tool does and when to use it")
    }
    var input: JSON = ["type": "object", "properties": [:], "additionalProperties": false]
    if let schema = table.any("input") {
      SchemaCheck(file: Path.join(shown, path), diagnostics: diagnostics)
        .check(schema, "input", isRoot: true)
      input = schema.json
    }
    let timeout = table.double("timeout_sec", in: 0.001...86_400)
    table.finish()
    switch self.file("tools/\(name)/run") {
    case nil: fault("tools/\(name)", nil, "there is no file 'run'; expected an executable")
    case let run? where !run.isExecutable: fault(run.path, nil, "is not executable")
    default: break
    }
    return OwnTool(
      name: name, description: description, input: input, timeout: .seconds(timeout ?? 120))
  }

  private func skill(_ name: String) -> Skill? {
    let path = "skills/\(name)/SKILL.md"
    guard let file = file(path) else {
      fault("skills/\(name)", nil, "there is no SKILL.md")
      return nil
    }
    let front = FrontMatter(text(file) ?? "")
    if let wrong = front.fault {
      fault(path, wrong.line, wrong.message)
      return nil
    }
    let known = ["name", "description", "license", "compatibility", "metadata", "allowed-tools"]
    for (key, field) in front.fields.sorted(by: { $0.value.line < $1.value.line })
    where !known.contains(key) {
      // Skills are written for several programs: what another one reads is no fault.
      diagnostics.add(
        Diagnostic(
          .warning, file: Path.join(shown, path), line: field.line, key: key,
          "is not read; expected one of \(known.joined(separator: ", "))"
            + Spelling.suggestion(for: key, in: known)))
    }
    for key in ["name", "description"] where front.fields[key]?.text?.isEmpty ?? true {
      fault(path, front.fields[key]?.line ?? 1, key: key, "missing; expected a text")
    }
    if let own = front.fields["name"], let text = own.text, !text.isEmpty, text != name {
      fault(
        path, own.line, key: "name",
        "'\(text.printable())' is not its folder's name; expected '\(name.printable())'")
    }
    if !Self.isToolName(name) {
      fault("skills/\(name)", nil, "expected a name of letters, digits, '_' and '-', at most 64")
    }
    if front.body.isEmpty { fault(path, nil, "has no body; expected what to do") }
    return Skill(
      name: name, description: front.fields["description"]?.text ?? "", body: front.body)
  }

  /// What all providers take as the name of a tool.
  static func isToolName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
      }
  }

  private func checkName(_ own: String, _ folder: String, _ what: String, _ table: ConfigTable) {
    if own != folder {
      table.fault(
        "name", "'\(own.printable())' is not its folder's name; expected '\(folder.printable())'")
    } else if !Self.isToolName(own) {
      table.fault("name", "expected letters, digits, '_' and '-', at most 64")
    } else if own.contains("__") {
      table.fault("name", "two '_' in a row are kept for the tools of servers")
    }
  }

  private func folders(_ parent: String) -> [String] {
    var names: Set<String> = []
    for file in files where file.path.hasPrefix(parent + "/") {
      let parts = file.path.split(separator: "/")
      if parts.count > 2 { names.insert(String(parts[1])) }
    }
    return names.sorted()
  }

  private func file(_ path: String) -> HarnessFile? { files.first { $0.path == path } }

  private func text(_ file: HarnessFile) -> String? {
    guard let text = String(validating: file.content, as: UTF8.self) else {
      fault(file.path, nil, "is not valid UTF-8")
      return nil
    }
    return text
  }

  private func fault(_ path: String, _ line: Int?, key: String? = nil, _ message: String) {
    diagnostics.add(
      Diagnostic(.error, file: Path.join(shown, path), line: line, key: key, message))
  }

  private func warn(_ path: String, _ message: String) {
    diagnostics.add(Diagnostic(.warning, file: Path.join(shown, path), message))
  }
}
