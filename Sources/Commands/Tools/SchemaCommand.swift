internal import Base
internal import Console

enum SchemaCommand {
  static let words = Argument(
    repeated: .command("WORDS"), "A command or noun; all of them if left out")

  static let command = Command(
    "schema", in: .tools, "Print the command tree as JSON, for agents and scripts",
    takes: [words],
    examples: [
      Example("belay schema", "every command with its options"),
      Example("belay schema suite list", "one command"),
    ],
    output: .page("schema", compact: ["command", "summary", "usage"]),
    reading: .plain
  ) { call in
    let page = try call.program.schema(of: call[words])
    try call.output.page(page) { _ in
      JSON.object(page.fields.merging(["items": .array(page.items)]) { $1 }).text(pretty: true)
    }
    return .ok
  }
}
