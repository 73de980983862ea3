/// A tool that every native harness can have.
public enum BuiltInTool: String, Sendable, Hashable, CaseIterable {
  /// Runs commands in a shell that keeps its state.
  case shell
  /// Shows a file or a part of it.
  case read
  /// Writes a whole file.
  case write
  /// Replaces a text in a file.
  case edit
  /// Finds lines in files.
  case search
  /// Shows a skill.
  case skill
  /// Ends the agent's work.
  case submit
}

/// One entry of a list of tools.
public enum ToolSelection: Sendable, Hashable {
  /// `shell`, `read`, …
  case builtIn(BuiltInTool)
  /// A tool below `tools/`, by its name.
  case own(String)
  /// `mcp:SERVER` for all tools of a server, `mcp:SERVER/TOOL` for one.
  case server(String, tool: String?)
  /// `delegate:ROLE` for sub-agents that follow the step of that role, `delegate` for such as the caller itself.
  case delegate(role: String?)

  /// The entry as it is written.
  public var text: String {
    switch self {
    case .builtIn(let tool): tool.rawValue
    case .own(let name): name
    case .server(let server, let tool): "mcp:\(server)\(tool.map { "/\($0)" } ?? "")"
    case .delegate(let role): "delegate\(role.map { ":\($0)" } ?? "")"
    }
  }

  /// What an entry means; whether such a tool exists is not asked here.
  public init(_ text: String) {
    if let tool = BuiltInTool(rawValue: text) {
      self = .builtIn(tool)
    } else if text == "delegate" {
      self = .delegate(role: nil)
    } else if text.hasPrefix("delegate:") {
      self = .delegate(role: String(text.dropFirst(9)))
    } else if text.hasPrefix("mcp:") {
      let parts = text.dropFirst(4).split(
        separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      self = .server(String(parts[0]), tool: parts.count > 1 ? String(parts[1]) : nil)
    } else {
      self = .own(text)
    }
  }
}
