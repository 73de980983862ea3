public import Base

/// One request to a model, in words that belong to no provider.
public struct ModelRequest: Sendable, Hashable {
  /// The model as its provider calls it, without the provider's name in front.
  public var model: String
  /// What stands above the conversation; nil when there is nothing.
  public var system: String?
  /// The conversation, oldest first.
  public var turns: [Turn]
  /// What the model may ask for.
  public var tools: [ToolDeclaration]
  /// Whether it may, must or must not ask for a tool.
  public var toolChoice: ToolChoice
  /// Whether several calls in one answer are welcome; nil leaves it to the provider.
  public var allowsParallelCalls: Bool?
  /// How the answer is drawn.
  public var sampling: Sampling
  /// The most tokens of the answer, reasoning included; nil leaves it to the provider.
  public var maxOutputTokens: Int?
  /// How hard the model thinks: `none`, `minimal`, `low`, `medium`, `high`, …; nil leaves it to the provider.
  public var reasoning: String?
  /// A JSON schema that the answer's text must satisfy.
  public var answerSchema: JSON?
  /// Whether the provider is asked to cache the prefix, where that has to be asked for.
  public var cachesPrefix: Bool
  /// Whether the answer comes piece by piece.
  public var streams: Bool

  /// A request with the usual settings.
  public init(
    model: String, system: String? = nil, turns: [Turn] = [], tools: [ToolDeclaration] = []
  ) {
    self.model = model
    self.system = system
    self.turns = turns
    self.tools = tools
    toolChoice = .auto
    allowsParallelCalls = nil
    sampling = Sampling()
    maxOutputTokens = nil
    reasoning = nil
    answerSchema = nil
    cachesPrefix = false
    streams = false
  }
}

/// How an answer is drawn; nil leaves it to the provider.
public struct Sampling: Sendable, Hashable {
  /// The temperature.
  public var temperature: Double?
  /// Nucleus sampling.
  public var topP: Double?
  /// Texts that end the answer.
  public var stop: [String] = []
  /// A seed, for providers that take one.
  public var seed: Int?

  /// The provider's own settings.
  public init() {}
}

/// Whether a model may, must or must not ask for a tool.
public enum ToolChoice: Sendable, Hashable {
  /// As it likes.
  case auto
  /// Not at all.
  case none
  /// Some tool.
  case required
  /// This one.
  case named(String)
}

/// A tool as a model is told of it.
public struct ToolDeclaration: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// What it does and when to use it.
  public var description: String
  /// A JSON schema of its arguments.
  public var parameters: JSON

  /// A tool with these arguments.
  public init(name: String, description: String, parameters: JSON) {
    self.name = name
    self.description = description
    self.parameters = parameters
  }
}

/// What one side said.
public struct Turn: Sendable, Hashable {
  /// Who speaks.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    /// The one who asks; also brings the results of tools.
    case user
    /// The model.
    case assistant
  }

  /// Who speaks.
  public var role: Role
  /// What was said, in order.
  public var parts: [Part]

  /// A turn of these parts.
  public init(_ role: Role, _ parts: [Part]) {
    self.role = role
    self.parts = parts
  }

  /// A turn of the one who asks.
  public static func user(_ text: String) -> Turn { Turn(.user, [.text(text)]) }
  /// A turn of the model.
  public static func assistant(_ text: String) -> Turn { Turn(.assistant, [.text(text)]) }

  /// Its text, without tools and reasoning.
  public var text: String {
    parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
  }

  /// The calls of tools in it.
  public var toolUses: [ToolUse] {
    parts.compactMap { if case .toolUse(let use) = $0 { use } else { nil } }
  }
}

/// One part of a turn.
public enum Part: Sendable, Hashable {
  /// Words.
  case text(String)
  /// A picture: its media type and its bytes in base 64.
  case image(mediaType: String, base64: String)
  /// The model asks for a tool.
  case toolUse(ToolUse)
  /// What a tool answered.
  case toolAnswer(ToolAnswer)
  /// What the model thought, to be given back unchanged.
  case reasoning(Reasoning)
}

/// A call of a tool.
public struct ToolUse: Sendable, Hashable {
  /// The id that its answer refers to; made up where the provider gives none.
  public var id: String
  /// The tool.
  public var name: String
  /// The arguments as they came: a text that may be no JSON. An empty text means no arguments.
  public var arguments: String
  /// What the provider wants back with it (Gemini's thought signature); nil when nothing.
  public var signature: String?

  /// A call.
  public init(id: String, name: String, arguments: String, signature: String? = nil) {
    self.id = id
    self.name = name
    self.arguments = arguments
    self.signature = signature
  }
}

/// What a tool answered.
public struct ToolAnswer: Sendable, Hashable {
  /// The call that it answers.
  public var callID: String
  /// The tool; some providers ask for it.
  public var name: String
  /// What it said.
  public var text: String
  /// Whether it failed.
  public var isError: Bool

  /// An answer.
  public init(callID: String, name: String, text: String, isError: Bool = false) {
    self.callID = callID
    self.name = name
    self.text = text
    self.isError = isError
  }
}

/// What a model thought.
public struct Reasoning: Sendable, Hashable {
  /// The words of it that may be read; empty when the provider hides them.
  public var text: String
  /// The provider's own block, which it wants back unchanged, in its dialect; nil when it wants nothing back.
  public var block: JSON?
  /// The dialect of the block: a block is never sent in another one.
  public var dialect: WireDialect

  /// A thought.
  public init(text: String, block: JSON? = nil, dialect: WireDialect) {
    self.text = text
    self.block = block
    self.dialect = dialect
  }
}

/// The four forms in which requests and answers go over the wire.
public enum WireDialect: String, Sendable, Hashable, CaseIterable {
  /// OpenAI's chat completions, spoken by most servers.
  case chat = "openai-chat"
  /// OpenAI's responses.
  case responses = "openai-responses"
  /// Anthropic's messages.
  case messages = "anthropic-messages"
  /// Gemini's generateContent.
  case gemini
}
