package import Console

/// The noun `proposer`; each verb has a file of its own.
package enum ProposerCommands {
  package static let command = Command(
    "proposer", in: .run, "Who proposes edits in a night: which there are, and one tried out",
    commands: [ProposerListCommand.command, ProposerTestCommand.command])
}
