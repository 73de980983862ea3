public import Base

/// What a harness of kind `native` says: its model, context, tools, prompts and steps, checked against each other.
///
/// Its limits are the harness's own (`Harness.limits`).
public struct NativeHarness: Sendable, Hashable {
  /// `[model]`: which model, and how its answers are drawn.
  public let model: ModelSettings
  /// `[context]`: what happens when a conversation grows, and what outlives it.
  public let context: ContextPolicy
  /// `[tools] enabled`, without those that a knob has switched off.
  public let tools: [ToolSelection]
  /// The steps, of a preset or written out.
  public let orchestration: Orchestration
  /// Every file below `prompts/`, sorted by path.
  public let prompts: [Prompt]
  /// Every tool below `tools/`, sorted by name.
  public let ownTools: [OwnTool]
  /// Every skill below `skills/`, sorted by name, without those that a knob has switched off.
  public let skills: [Skill]
  /// `[[mcp]]`: servers of tools.
  public let servers: [ToolServer]
  /// `[knobs]`: what may be tuned without a model, sorted by target.
  public let knobs: [Knob]

  /// The prompt at a path of the harness.
  public func prompt(_ path: String) -> Prompt? { prompts.first { $0.path == path } }
}

/// `[model]`: which model a step asks, and how its answers are drawn; nil leaves it to the provider.
public struct ModelSettings: Sendable, Hashable {
  /// How hard a model thinks before it answers.
  public enum Reasoning: String, Sendable, Hashable, CaseIterable {
    /// Not at all.
    case none
    /// As little as the model can.
    case minimal
    /// A little.
    case low
    /// The usual.
    case medium
    /// Much.
    case high
    /// As much as the model can.
    case xhigh
  }

  /// The alias that the experiment or `--model` gives a model to.
  public var alias = "task"
  /// The temperature.
  public var temperature: Double?
  /// Nucleus sampling.
  public var topP: Double?
  /// The most tokens of one answer.
  public var maxOutputTokens: Int?
  /// How hard it thinks.
  public var reasoning: Reasoning?

  /// The usual settings.
  public init() {}
}

/// `[context]`: what happens when a conversation grows, and what outlives it.
public struct ContextPolicy: Sendable, Hashable {
  /// What is done with a conversation that fills its model's window.
  public enum Compaction: String, Sendable, Hashable, CaseIterable {
    /// Nothing: the trial ends.
    case none
    /// The oldest outputs of tools are cut out.
    case truncate
    /// The older part is replaced by a summary.
    case summarize
  }

  /// What survives a fresh context.
  public enum Memory: String, Sendable, Hashable, CaseIterable {
    /// Nothing but the workspace.
    case none
    /// A file of notes.
    case notes
  }

  /// What is done.
  public var compaction = Compaction.none
  /// At which share of the model's window.
  public var compactAt = 0.8
  /// What survives.
  public var memory = Memory.none

  /// No compaction and no memory.
  public init() {}
}

/// `[[mcp]]`: a program that offers tools over the Model Context Protocol, started inside the sandbox.
public struct ToolServer: Sendable, Hashable {
  /// Its name; its tools are called `mcp__NAME__TOOL` by models.
  public let name: String
  /// The argument vector; a relative file is looked up in `/harness`.
  public let command: [String]
  /// Its own environment.
  public let variables: [String: String]
  /// How long one call may take.
  public let timeout: Duration

  /// A server.
  public init(
    name: String, command: [String], variables: [String: String] = [:],
    timeout: Duration = .seconds(120)
  ) {
    self.name = name
    self.command = command
    self.variables = variables
    self.timeout = timeout
  }
}

/// A tool of the harness's own: an executable that reads JSON and prints text or JSON.
public struct OwnTool: Sendable, Hashable {
  /// Its name, which is its folder's.
  public let name: String
  /// What it does and when to use it.
  public let description: String
  /// A JSON schema of its input.
  public let input: JSON
  /// How long one call may take.
  public let timeout: Duration

  /// A tool.
  public init(
    name: String, description: String, input: JSON, timeout: Duration = .seconds(120)
  ) {
    self.name = name
    self.description = description
    self.input = input
    self.timeout = timeout
  }

  /// Its folder, below the harness's.
  public var folder: String { "tools/\(name)" }
}

/// A skill: what it is for is always shown, its body only when asked for.
public struct Skill: Sendable, Hashable {
  /// Its name, which is its folder's.
  public let name: String
  /// What it is for and when to ask for it.
  public let description: String
  /// What is shown when it is asked for.
  public let body: String

  /// A skill.
  public init(name: String, description: String, body: String) {
    self.name = name
    self.description = description
    self.body = body
  }

  /// Its folder, below the harness's.
  public var folder: String { "skills/\(name)" }
}
