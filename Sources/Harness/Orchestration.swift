/// `[orchestration]`: who works on a task, one after the other, and what each of them sees.
public struct Orchestration: Sendable, Hashable {
  /// The preset's name, or `steps`.
  public let pattern: String
  /// Every step in the order of the file, those that are only called by others included.
  public let steps: [OrchestrationStep]

  /// Steps.
  public init(pattern: String, steps: [OrchestrationStep]) {
    self.pattern = pattern
    self.steps = steps
  }

  /// The roles that other steps hand pieces to (`delegate:ROLE`).
  public var calledRoles: Set<String> {
    var roles: Set<String> = []
    for step in steps {
      for case .delegate(let role?) in step.tools { roles.insert(role) }
    }
    return roles
  }

  /// The steps that run one after the other; the others run only when they are called.
  public var sequence: [OrchestrationStep] {
    let called = calledRoles
    return steps.filter { !called.contains($0.role) }
  }

  /// The roles whose word decides something, and who therefore end with a verdict.
  public var judges: Set<String> {
    var judges = Set(steps.compactMap(\.repeatUntil?.role))
    for step in steps where step.pick == .firstPass { judges.insert(step.role) }
    return judges
  }

  /// The step of a role.
  public func step(_ role: String) -> OrchestrationStep? { steps.first { $0.role == role } }
}

/// One step: a role with a prompt, a model and tools, that sees no more than is named.
public struct OrchestrationStep: Sendable, Hashable {
  /// The name that other steps know it by; no two steps have the same.
  public var role: String
  /// The path of its prompt.
  public var prompt: String
  /// Aliases of models: the first, or with a fan-out one after the other, from the start again.
  public var models: [String]
  /// What it may use.
  public var tools: [ToolSelection]
  /// What it is shown; nothing else of the others reaches it.
  public var sees: [Sight]
  /// Whether each round starts with an empty context; else it goes on in its own.
  public var freshContext: Bool
  /// From here to the step of this role is done again until it passes.
  public var repeatUntil: Passing?
  /// The most rounds.
  public var maxRounds: Int
  /// What is done when a round brought no progress.
  public var pivot: Pivot
  /// How many do it side by side, each in a copy of the workspace when there are more than one.
  public var fanOut: Int
  /// Whose workspace is kept after a fan-out; nil keeps what was before, and all outputs.
  public var pick: Pick?

  /// What a step may be shown.
  public enum Sight: Sendable, Hashable {
    /// The task's instruction.
    case instruction
    /// The file of notes that survives a fresh context.
    case notes
    /// What another role handed over at its end, of its last round: never what it thought or did.
    case output(role: String)

    /// The word for it in the file.
    public var text: String {
      switch self {
      case .instruction: "instruction"
      case .notes: "notes"
      case .output(let role): "\(role).output"
      }
    }
  }

  /// `ROLE.pass`: a role's verdict is `pass`.
  public struct Passing: Sendable, Hashable {
    /// The role.
    public var role: String

    /// A role's `pass`.
    public init(role: String) { self.role = role }

    /// The word for it in the file.
    public var text: String { "\(role).pass" }
  }

  /// What is done when a round brought no progress.
  public enum Pivot: String, Sendable, Hashable, CaseIterable {
    /// The rounds go on.
    case none
    /// The attempt is thrown away: context and workspace are as they were before the first round.
    case restart
  }

  /// How one of several is chosen.
  public enum Pick: String, Sendable, Hashable, CaseIterable {
    /// The output that most agree in.
    case vote
    /// The one that a model finds the best.
    case judge
    /// The first whose verdict is `pass`.
    case firstPass = "first-pass"
  }

  /// A step that sees the instruction and is done once.
  public init(
    role: String, prompt: String, models: [String] = ["task"], tools: [ToolSelection] = [],
    sees: [Sight] = [.instruction], freshContext: Bool = false, repeatUntil: Passing? = nil,
    maxRounds: Int = 1, pivot: Pivot = .none, fanOut: Int = 1, pick: Pick? = nil
  ) {
    self.role = role
    self.prompt = prompt
    self.models = models
    self.tools = tools
    self.sees = sees
    self.freshContext = freshContext
    self.repeatUntil = repeatUntil
    self.maxRounds = maxRounds
    self.pivot = pivot
    self.fanOut = fanOut
    self.pick = pick
  }

  /// The alias of one of those that work side by side, counted from 0.
  public func model(ofBranch branch: Int = 0) -> String {
    models.isEmpty ? "task" : models[branch % models.count]
  }
}
