internal import Console

enum CompletionCommand {
  static let shell = Argument(ValueKind<Shell>.choice("SHELL"), "The shell")

  static let command = Command(
    "completion", in: .tools, "Print a script that completes commands, options and paths",
    discussion: """
      To have it in every shell:
      - bash: put 'source <(belay completion bash)' into ~/.bashrc
      - zsh: put 'source <(belay completion zsh)' into ~/.zshrc, behind compinit
      - fish: belay completion fish > ~/.config/fish/completions/belay.fish
      """,
    takes: [shell],
    examples: [
      Example("source <(belay completion bash)", "for this shell"),
      Example("belay completion fish | source", "in fish"),
    ],
    output: .text("completion")
  ) { call in
    try call.output.text(call.program.completionScript(for: call[shell]))
    return .ok
  }
}
