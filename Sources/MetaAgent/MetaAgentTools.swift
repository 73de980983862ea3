internal import Base
internal import Dialect
internal import Evidence

extension MetaAgentDesk {
  /// The tools as a model is told of them.
  static let tools: [ToolDeclaration] = [
    tool(
      "list_trials", "Lists scored dev trials, newest first.",
      [
        "task": text("Only of this task"), "candidate": text("Only of this candidate, such as c3"),
        "passed": ["type": "boolean", "description": "Only passed ones, or only failed ones"],
        "limit": number("How many at most (40)"),
      ]),
    tool(
      "open_trial",
      "Shows what a dev trial's verifier printed and what its agent did, step by step.",
      [
        "trial": text("The trial, such as t12"), "from_step": number("The first step to show (1)"),
        "steps": number("How many steps (12)"),
      ], required: ["trial"]),
    tool(
      "compare_trials",
      "Shows where a passed and a failed trial of one task first do different things.",
      ["passed": text("The one that passed"), "failed": text("The one that failed")],
      required: ["passed", "failed"]),
    tool(
      "search", "Finds lines in the logs and traces of dev trials.",
      ["text": text("What to look for; capitals do not matter")], required: ["text"]),
    tool(
      "sql", "Runs one SELECT (SQLite) over the dev trials and the pool:\n\(DevTables.schema)",
      ["statement": text("The statement")], required: ["statement"]),
    tool(
      "pool", "Lists every edit that was tried, what it is worth on dev, and the gates' words.", [:]
    ),
    tool("candidates", "Lists earlier candidates with the gates' words.", [:]),
    tool(
      "read_task", "Shows what the agent is told in a dev task.",
      ["task": text("The task's name")], required: ["task"]),
    tool(
      "read_harness", "Lists the harness's components, or shows one of them.",
      ["component": text("A component's name, such as prompts/system.md#Verify")]),
    tool("submit", submitWords, submitShape, required: ["edits"]),
  ]

  private static let submitWords = """
    Hands edits in. Each bets on one mechanism. A change names a component with its whole new content (null \
    takes it away; a new section of a prompt comes behind `after`, or last), or a file with its whole content \
    (for new tools and skills), or a knob with its value.
    """

  private static let submitShape: JSON = [
    "edits": [
      "type": "array",
      "items": [
        "type": "object", "additionalProperties": false,
        "required": ["summary", "hypothesis", "changes"],
        "properties": [
          "summary": text("What it is, in one line"),
          "hypothesis": [
            "type": "object", "additionalProperties": false, "required": ["cause", "mechanism"],
            "properties": [
              "evidence": list("Trials that it rests on"), "cause": text("Why trials fail"),
              "mechanism": text("What the edit does about it"),
              "fixes": list("Dev tasks that it should fix"),
              "risks": list("Dev tasks that it may break"),
              "gain": [
                "type": "number",
                "description": "Share of tasks that it should solve more, -1 to 1",
              ],
            ],
          ],
          "changes": [
            "type": "array",
            "items": [
              "type": "object", "additionalProperties": false,
              "properties": [
                "component": text("A component's name"), "file": text("A file's path"),
                "knob": text("A knob's name"),
                "content": ["type": ["string", "null"], "description": "The whole new content"],
                "after": text("The section that a new one comes behind"),
                "executable": ["type": "boolean", "description": "Whether the file can be run"],
                "value": ["description": "The knob's value"],
              ],
            ],
          ],
        ],
      ],
    ],
    "done": ["type": "boolean", "description": "Whether that is all (true)"],
  ]

  private static func tool(
    _ name: String, _ description: String, _ properties: JSON, required: [String] = []
  ) -> ToolDeclaration {
    ToolDeclaration(
      name: name, description: description,
      parameters: [
        "type": "object", "additionalProperties": false, "properties": properties,
        "required": .array(required.map(JSON.string)),
      ])
  }

  private static func text(_ description: String) -> JSON {
    ["type": "string", "description": .string(description)]
  }

  private static func number(_ description: String) -> JSON {
    ["type": "integer", "description": .string(description)]
  }

  private static func list(_ description: String) -> JSON {
    ["type": "array", "items": ["type": "string"], "description": .string(description)]
  }
}
