internal import Console

/// The noun `models`: who can be asked, at what price, and whether they answer.
enum ModelsCommands {
  static let command = Command(
    "models", in: .setup, "Providers, keys and prices of models", otherwise: "list",
    commands: [ModelsListCommand.command, ModelsPriceCommand.command, ModelsPingCommand.command])
}
