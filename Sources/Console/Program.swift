internal import Base

/// A page of the help that belongs to no command.
public struct Topic: Sendable {
  let name: String
  let summary: String
  let text: String

  /// A topic: its name, a line about it, and its whole text, wrapped by hand at 80 columns.
  public init(_ name: String, _ summary: String, text: String) {
    self.name = name
    self.summary = summary
    self.text = text
  }
}

/// The whole command line: its name, commands and topics.
public struct Program: Sendable {
  let name: String
  let version: String
  let summary: String
  let commands: [Command]
  let examples: [Example]
  let topics: [Topic]

  /// Puts the commands together, in the order in which the help lists them within a group.
  public init(
    _ name: String, version: String, _ summary: String, commands: [Command], examples: [Example],
    topics: [Topic]
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
    self.examples = examples
    self.topics = topics
  }

  /// Every command that does something, with its words: `suite`, `list`.
  var leaves: [Located] {
    commands.flatMap { command in
      command.commands.isEmpty
        ? [Located(words: [command.name], command: command)]
        : command.commands.map { Located(words: [command.name, $0.name], command: $0) }
    }
  }

  /// The command or noun with these words.
  func locate(_ words: [String]) throws(BelayError) -> Located {
    var level = commands
    var found: Command?
    var path: [String] = []
    for word in words {
      guard let next = level.first(where: { $0.name == word }) else {
        throw unknown(word, after: path, among: level)
      }
      found = next
      level = next.commands
      path.append(word)
    }
    guard let found else { throw BelayError(.usage, "expected a command", hint: "\(name) help") }
    return Located(words: path, command: found)
  }

  func unknown(_ word: String, after path: [String], among level: [Command]) -> BelayError {
    let said = ([name] + path).joined(separator: " ")
    guard !level.isEmpty else {
      return BelayError(
        .usage, "'\(said)' has no commands below it, got '\(word)'", hint: "\(said) --help")
    }
    let near = Spelling.suggestion(for: word, in: level.map(\.name))
    let help = ([name, "help"] + path).joined(separator: " ")
    return BelayError(.usage, "'\(said)' has no command '\(word)'\(near)", hint: help)
  }
}

/// A command with the words that lead to it.
struct Located: Sendable {
  let words: [String]
  let command: Command

  var path: String { words.joined(separator: " ") }

  /// What this command takes beside the global options, in the order of the help.
  var ownParameters: [any Parameter] {
    command.parameters + (command.form.isList ? Globals.ofLists : [])
  }
}
