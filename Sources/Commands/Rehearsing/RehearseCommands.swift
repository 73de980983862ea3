internal import Console

/// The noun `rehearse`; each verb has a file of its own.
enum RehearseCommands {
  static let command = Command(
    "rehearse", in: .run, "Simulated models: what they are, and what is true of them",
    otherwise: "truth", commands: [RehearseTruthCommand.command, RehearseServeCommand.command])
}
