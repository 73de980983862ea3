/// What one model takes and what it rejects, where models of one dialect differ.
public struct ModelTraits: Sendable, Hashable {
  /// The name of the output limit in OpenAI's chat dialect.
  public enum OutputLimitField: String, Sendable, Hashable, CaseIterable {
    /// What most servers know.
    case maxTokens = "max_tokens"
    /// What OpenAI's newer models demand.
    case maxCompletionTokens = "max_completion_tokens"
  }

  /// Who the text above the conversation is from, in OpenAI's chat dialect.
  public enum SystemRole: String, Sendable, Hashable, CaseIterable {
    /// What most servers know.
    case system
    /// What OpenAI's newer models are told.
    case developer
  }

  /// How Anthropic's models are told to think.
  public enum Thinking: String, Sendable, Hashable, CaseIterable {
    /// Not at all: the model has no such mode.
    case none
    /// With a budget of tokens.
    case budget
    /// As much as it finds right, with an effort.
    case adaptive
  }

  /// The name of the output limit (chat).
  public var outputLimitField: OutputLimitField
  /// The role of the system text (chat).
  public var systemRole: SystemRole
  /// Whether temperature, nucleus sampling and seed may be set.
  public var supportsSampling: Bool
  /// Whether a conversation may end with words put into the model's mouth.
  public var supportsPrefill: Bool
  /// How it is told to think (Anthropic).
  public var thinking: Thinking
  /// Whether what it thought is given back to it in chat's own fields.
  public var returnsReasoning: Bool
  /// Whether what it thought is asked for in its sealed form, to be given back (responses).
  public var returnsEncryptedReasoning: Bool
  /// Whether a call without the signature of a thought is rejected (Gemini).
  public var needsSignatures: Bool
  /// Whether the last piece of a stream may be asked to hold the usage (chat).
  public var supportsStreamUsage: Bool
  /// The output limit for a request that names none, where the dialect demands one.
  public var maxOutputDefault: Int

  /// What most models of any server take.
  public init() {
    outputLimitField = .maxTokens
    systemRole = .system
    supportsSampling = true
    supportsPrefill = true
    thinking = .budget
    returnsReasoning = true
    returnsEncryptedReasoning = false
    needsSignatures = false
    supportsStreamUsage = true
    maxOutputDefault = 8192
  }

  /// What is known of a model by its name; flags of a price table or a user's file go over it.
  public static func usual(model: String, dialect: WireDialect) -> ModelTraits {
    var traits = ModelTraits()
    let name = model.split(separator: "/").last.map { $0.lowercased() } ?? ""
    if dialect == .chat || dialect == .responses {
      let reasons =
        ["o1", "o3", "o4", "gpt-5"].contains { name == $0 || name.hasPrefix($0 + "-") }
        || name.hasPrefix("gpt-5.") || name.hasPrefix("codex-")
      if reasons, !name.contains("-chat") { traits.supportsSampling = false }
      if reasons || name.hasPrefix("gpt-") || name.hasPrefix("chatgpt-") {
        traits.outputLimitField = name.hasPrefix("gpt-oss") ? .maxTokens : .maxCompletionTokens
      }
      if reasons { traits.systemRole = .developer }
      traits.returnsEncryptedReasoning = reasons
    }
    if dialect == .gemini, name.hasPrefix("gemini-") {
      let version = numbers(name).first ?? 3
      traits.thinking = name.hasPrefix("gemini-2.5") ? .budget : version < 3 ? .none : .adaptive
      traits.needsSignatures = version >= 3
    }
    if let version = claudeVersion(name) {
      // 3.7 was the first that thinks; from 4.6 on a budget and words in its mouth are refused.
      traits.thinking = version < 37 ? .none : version < 46 ? .budget : .adaptive
      traits.supportsPrefill = version < 46
      if dialect == .messages, version >= 47 { traits.supportsSampling = false }
    }
    return traits
  }

  // claude-3-5-haiku-… is 35, claude-sonnet-4-5-… is 45, claude-opus-4-… is 40.
  private static func claudeVersion(_ name: String) -> Int? {
    guard name.hasPrefix("claude-"), let major = numbers(name).first else { return nil }
    return major * 10 + min(9, numbers(name).dropFirst().first ?? 0)
  }

  private static func numbers(_ name: String) -> [Int] {
    name.split { $0 == "-" || $0 == "." || $0 == "@" || $0 == ":" }
      .compactMap { $0.count <= 2 ? Int($0) : nil }
  }
}
