internal import Console

/// The noun `suite`; each verb has a file of its own.
enum SuiteCommands {
  static let command = Command(
    "suite", in: .setup, "Suites of tasks", otherwise: "list",
    commands: [
      SuiteListCommand.command, SuiteShowCommand.command, SuiteAuditCommand.command,
      SuiteSplitCommand.command,
    ])
}
