public import Base

/// Something that an agent can call: what it is told of it, and what happens.
public struct Tool: Sendable {
  /// What the agent calls.
  public let name: String
  let title: String
  let description: String
  let inputSchema: JSON
  let run: @Sendable (JSON) async -> ToolAnswer

  /// A tool that only reads; `inputSchema` is a JSON schema of an object, `run` is given such an object.
  ///
  /// `run` is cancelled when the agent takes the call back or it lasts too long.
  public init(
    name: String, title: String, description: String, inputSchema: JSON,
    run: @escaping @Sendable (JSON) async -> ToolAnswer
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.inputSchema = inputSchema
    self.run = run
  }

  var json: JSON {
    [
      "name": .string(name), "title": .string(title), "description": .string(description),
      "inputSchema": inputSchema,
      "annotations": [
        "title": .string(title), "readOnlyHint": true, "destructiveHint": false,
        "idempotentHint": true, "openWorldHint": false,
      ],
    ]
  }
}

/// What a tool says: one JSON object, which is its result or says why there is none.
public struct ToolAnswer: Sendable, Equatable {
  let value: JSON
  let isError: Bool

  /// A result, or with `isError` what went wrong.
  public init(_ value: JSON, isError: Bool = false) {
    self.value = value
    self.isError = isError
  }

  /// What went wrong, in the form in which commands say it.
  public init(_ error: BelayError) {
    self.init(["error": error.json], isError: true)
  }

  var json: [String: JSON] {
    let text: JSON = ["type": "text", "text": .string(value.text())]
    return ["content": [text], "structuredContent": value, "isError": .bool(isError)]
  }
}

/// Who the server is and what an agent is told of it before anything else.
public struct ServerIdentity: Sendable {
  let name: String
  let version: String
  let instructions: String

  /// An identity.
  public init(name: String, version: String, instructions: String) {
    self.name = name
    self.version = version
    self.instructions = instructions
  }

  var json: JSON { ["name": .string(name), "version": .string(version)] }
}
