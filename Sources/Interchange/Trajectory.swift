public import Base

/// What an agent did, step by step, whichever tool wrote it down; every text in it is untrusted.
public struct Trajectory: Sendable, Hashable {
  /// The format that it was read from, such as `ATIF-v1.7`.
  public var format: String
  /// The run that it belongs to.
  public var sessionID: String?
  /// The document's own id.
  public var trajectoryID: String?
  /// The agent's name.
  public var agentName: String
  /// The agent's version.
  public var agentVersion: String
  /// The model, where a step names no other.
  public var model: String?
  /// The tools that the agent was given, as it declared them.
  public var tools: [JSON]
  /// The steps, in order.
  public var steps: [TrajectoryStep]
  /// Free words on the whole.
  public var notes: String?
  /// Tokens and money of the whole, where the document says so.
  public var declaredUsage: TokenUsage?
  /// Trajectories of agents that this one called.
  public var subagents: [Trajectory]
  /// The file where it goes on.
  public var continuation: String?

  /// A trajectory without steps, to be written as `format`.
  public init(
    format: String = Atif.written, sessionID: String? = nil, trajectoryID: String? = nil,
    agentName: String, agentVersion: String, model: String? = nil, tools: [JSON] = []
  ) {
    self.format = format
    self.sessionID = sessionID
    self.trajectoryID = trajectoryID
    self.agentName = agentName
    self.agentVersion = agentVersion
    self.model = model
    self.tools = tools
    steps = []
    notes = nil
    declaredUsage = nil
    subagents = []
    continuation = nil
  }

  /// Tokens and money: as declared, else the sum over the steps that were not copied.
  public var usage: TokenUsage {
    if let declaredUsage, !declaredUsage.isEmpty { return declaredUsage }
    return steps.reduce(into: TokenUsage()) { sum, step in
      if !step.isCopied, let usage = step.usage { sum.add(usage) }
    }
  }

  /// Answers that a model gave; a step of an agent counts once where nobody counted.
  public var modelCalls: Int {
    steps.reduce(0) { sum, step in
      step.source == .agent && !step.isCopied ? sum + (step.modelCalls ?? 1) : sum
    }
  }
}

/// One step of a trajectory.
public struct TrajectoryStep: Sendable, Hashable {
  /// Who speaks.
  public enum Source: String, Sendable, Hashable, CaseIterable {
    /// The harness.
    case system
    /// The one who asks.
    case user
    /// The agent.
    case agent
  }

  /// Its number, from 1.
  public var number: Int
  /// When it happened.
  public var at: Timestamp?
  /// Who speaks.
  public var source: Source
  /// The model, where it differs from the trajectory's.
  public var model: String?
  /// What is said; media stand as `[image: path]`.
  public var text: String
  /// What the model thought, where it was given.
  public var reasoning: String?
  /// What the agent asked tools to do.
  public var calls: [ToolCall]
  /// What came back.
  public var results: [ToolResult]
  /// Tokens and money of this step.
  public var usage: TokenUsage?
  /// Whether it was taken over from an earlier trajectory.
  public var isCopied: Bool
  /// How many answers of a model it stands for; nil where nobody counted.
  public var modelCalls: Int?
  /// How hard the model was asked to think.
  public var reasoningEffort: String?
  /// What its writer added; null when nothing.
  public var extra: JSON

  /// A step that says this.
  public init(number: Int, at: Timestamp? = nil, source: Source, text: String, extra: JSON = .null)
  {
    self.number = number
    self.at = at
    self.source = source
    self.text = text
    self.extra = extra
    model = nil
    reasoning = nil
    calls = []
    results = []
    usage = nil
    isCopied = false
    modelCalls = nil
    reasoningEffort = nil
  }
}

/// One call of a tool.
public struct ToolCall: Sendable, Hashable {
  /// The id that its result refers to.
  public var id: String
  /// The tool.
  public var name: String
  /// What it was given.
  public var arguments: JSON
  /// What its writer added; null when nothing.
  public var extra: JSON

  /// A call.
  public init(id: String, name: String, arguments: JSON, extra: JSON = .null) {
    self.id = id
    self.name = name
    self.arguments = arguments
    self.extra = extra
  }
}

/// What came back from a tool or the environment.
public struct ToolResult: Sendable, Hashable {
  /// The call that it answers; nil where it answers none.
  public var callID: String?
  /// The content; media stand as `[image: path]`.
  public var text: String
  /// Trajectories of sub-agents that did the work, by id or path.
  public var subagents: [String]
  /// What its writer added; null when nothing.
  public var extra: JSON

  /// What came back from a call.
  public init(callID: String?, text: String, subagents: [String] = [], extra: JSON = .null) {
    self.callID = callID
    self.text = text
    self.subagents = subagents
    self.extra = extra
  }
}

/// Tokens and money; nil is unknown, never 0.
public struct TokenUsage: Sendable, Hashable {
  /// Tokens read, cached ones included.
  public var input: Int?
  /// Tokens read from a cache.
  public var cached: Int?
  /// Tokens written.
  public var output: Int?
  /// Dollars.
  public var costUSD: Double?

  /// Nothing known.
  public init(input: Int? = nil, cached: Int? = nil, output: Int? = nil, costUSD: Double? = nil) {
    self.input = input
    self.cached = cached
    self.output = output
    self.costUSD = costUSD
  }

  /// Whether nothing is known.
  public var isEmpty: Bool { input == nil && cached == nil && output == nil && costUSD == nil }

  /// Adds what is known of another; a sum that does not fit stays at the largest number.
  public mutating func add(_ other: TokenUsage) {
    input = Self.sum(input, other.input)
    cached = Self.sum(cached, other.cached)
    output = Self.sum(output, other.output)
    if let cost = other.costUSD { costUSD = (costUSD ?? 0) + cost }
  }

  private static func sum(_ left: Int?, _ right: Int?) -> Int? {
    guard let left, let right else { return left ?? right }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? Int.max : sum
  }
}
