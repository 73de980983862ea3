internal import Base
internal import Console

enum HelpCommand {
  static let words = Argument(
    repeated: .command("WORDS"), "A command such as 'suite list', or a topic such as exit-codes")

  static let command = Command(
    "help", in: .tools, "Explain a command or a topic",
    takes: [words],
    examples: [
      Example("belay help suite audit", "one command"),
      Example("belay help exit-codes", "a topic"),
    ],
    output: .text("help")
  ) { call in
    try call.output.text(call.program.help(on: call[words], call.output))
    return .ok
  }
}
