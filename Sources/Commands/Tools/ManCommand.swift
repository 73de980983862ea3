internal import Console

enum ManCommand {
  static let command = Command(
    "man", in: .tools, "Print the manual page",
    examples: [
      Example("belay man | man -l -", "read it"),
      Example("belay man > belay.1", "keep it"),
    ],
    output: .text("man")
  ) { call in
    try call.output.text(call.program.manPage())
    return .ok
  }
}
