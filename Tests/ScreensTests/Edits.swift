import Base
import Components
import Harness
import Platform
import Screens
import Suite

/// Edits of shipped harnesses, as a proposer would hand them in.
enum Edits {
  /// One thing that an edit does.
  enum Deed {
    /// A new section of the prompt of `bash-agent`.
    case section(String)
    /// A new skill of `bash-agent`.
    case skill(String)
    /// A new tool of `bash-agent`.
    case tool(String)
    /// A text in `agent.py` of `single-file-loop`, replaced.
    case agent(String, String)
    /// A text in `harness.toml` of `bash-agent`, replaced.
    case toml(String, String)
    /// A file of `bash-agent`, whole.
    case file(String, String)
  }

  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  static func harness(_ name: String) throws -> Harness {
    try Harness.load("\(root)/harnesses/\(name)")
  }

  static let bash = Result { try harness("bash-agent") }
  static let program = Result { try harness("single-file-loop") }
  static let screens = Result {
    try StaticScreens(suite: try Suite.load("\(root)/benchmarks/shell"))
  }

  static func patch(_ deed: Deed) throws -> (base: Harness, patch: ComponentPatch?) {
    var files: [HarnessFile]
    let base: Harness
    func set(_ path: String, _ text: String, isExecutable: Bool = false) {
      files.removeAll { $0.path == path }
      files.append(
        HarnessFile(path: path, isExecutable: isExecutable, content: Array(text.utf8)))
    }
    func text(_ path: String) -> String {
      files.first { $0.path == path }.map { String(decoding: $0.content, as: UTF8.self) } ?? ""
    }
    func replace(_ path: String, _ old: String, _ new: String) throws {
      guard text(path).contains(old) else { throw BelayError(.internal, "no '\(old)' in \(path)") }
      set(path, text(path).replacing(old, with: new, maxReplacements: 1))
    }
    if case .agent = deed { base = try program.get() } else { base = try bash.get() }
    files = base.files
    switch deed {
    case .section(let body):
      set("prompts/system.md", text("prompts/system.md") + "\n## More\n\n\(body)\n")
    case .skill(let body):
      set(
        "skills/more/SKILL.md",
        "---\nname: more\ndescription: More to know.\n---\n# More\n\n\(body)\n")
    case .tool(let code):
      set("tools/more/tool.toml", "name = \"more\"\ndescription = \"Does more.\"\n")
      set("tools/more/run", code + "\n", isExecutable: true)
      try replace("harness.toml", "\"csv_peek\"]", "\"csv_peek\", \"more\"]")
    case .agent(let old, let new): try replace("agent.py", old, new)
    case .toml(let old, let new): try replace("harness.toml", old, new)
    case .file(let path, let new): set(path, new)
    }
    let tree = try ComponentTree(files: files.sorted { $0.path < $1.path })
    return (base, try ComponentTree(base).difference(to: tree))
  }
}
