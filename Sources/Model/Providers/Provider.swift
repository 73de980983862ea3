public import Dialect

/// Somebody who answers for models: where, in which dialect, with which key.
public struct Provider: Sendable, Hashable {
  /// The name in front of its models.
  public var name: String
  /// Where it answers, without a slash at the end.
  public var baseURL: String
  /// What it speaks.
  public var dialect: WireDialect
  /// The names of its key, the first that is set is taken; none when it wants no key.
  public var keyNames: [String]
  /// Whether it answers nobody without a key.
  public var needsKey: Bool

  /// A provider.
  public init(
    name: String, baseURL: String, dialect: WireDialect, keyNames: [String] = [],
    needsKey: Bool = false
  ) {
    self.name = name
    self.baseURL = baseURL
    self.dialect = dialect
    self.keyNames = keyNames
    self.needsKey = needsKey
  }

  /// Those that need no line in a file. The last four are programs of the user's own at their usual ports.
  public static let known: [Provider] = [
    Provider(
      name: "openai", baseURL: "https://api.openai.com/v1", dialect: .responses,
      keyNames: ["OPENAI_API_KEY"], needsKey: true),
    Provider(
      name: "anthropic", baseURL: "https://api.anthropic.com", dialect: .messages,
      keyNames: ["ANTHROPIC_API_KEY"], needsKey: true),
    Provider(
      name: "gemini", baseURL: "https://generativelanguage.googleapis.com/v1beta",
      dialect: .gemini, keyNames: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], needsKey: true),
    Provider(
      name: "openrouter", baseURL: "https://openrouter.ai/api/v1", dialect: .chat,
      keyNames: ["OPENROUTER_API_KEY"], needsKey: true),
    Provider(
      name: "deepseek", baseURL: "https://api.deepseek.com/v1", dialect: .chat,
      keyNames: ["DEEPSEEK_API_KEY"],
      needsKey: true),
    Provider(
      name: "mistral", baseURL: "https://api.mistral.ai/v1", dialect: .chat,
      keyNames: ["MISTRAL_API_KEY"],
      needsKey: true),
    Provider(
      name: "xai", baseURL: "https://api.x.ai/v1", dialect: .chat, keyNames: ["XAI_API_KEY"],
      needsKey: true),
    Provider(
      name: "groq", baseURL: "https://api.groq.com/openai/v1", dialect: .chat,
      keyNames: ["GROQ_API_KEY"],
      needsKey: true),
    Provider(
      name: "ollama", baseURL: "http://127.0.0.1:11434/v1", dialect: .chat,
      keyNames: ["OLLAMA_API_KEY"]),
    Provider(
      name: "vllm", baseURL: "http://127.0.0.1:8000/v1", dialect: .chat,
      keyNames: ["VLLM_API_KEY"]),
    Provider(
      name: "llamacpp", baseURL: "http://127.0.0.1:8080/v1", dialect: .chat,
      keyNames: ["LLAMA_API_KEY"]),
    Provider(
      name: "litellm", baseURL: "http://127.0.0.1:4000/v1", dialect: .chat,
      keyNames: ["LITELLM_API_KEY"]),
  ]

  /// Its key, when the ring has one.
  public func key(in ring: KeyRing) -> SecretKey? {
    keyNames.lazy.compactMap { ring.key($0) }.first
  }
}
