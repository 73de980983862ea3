internal import Base

/// The shells that Belay can complete in.
public enum Shell: String, Sendable, CaseIterable {
  /// GNU bash, without any further package.
  case bash
  /// Z shell.
  case zsh
  /// Friendly interactive shell.
  case fish
}

extension Program {
  /// The script that teaches a shell to complete the whole command tree.
  public func completionScript(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletion()
    case .zsh: zshCompletion()
    case .fish: fishCompletion()
    }
  }

  /// Every path that leads to a command or noun, as words parted by blanks; the root is empty.
  var nodes: [Located] {
    commands.flatMap { command in
      [Located(words: [command.name], command: command)]
        + command.commands.map { Located(words: [command.name, $0.name], command: $0) }
    }
  }

  /// The options at a node: its own, those of the verb that a bare noun stands for, the global ones.
  func options(at node: Located) -> [Declaration] {
    let verb = node.command.fallback.flatMap { name in
      node.command.commands.first { $0.name == name }.map {
        Located(words: node.words + [name], command: $0)
      }
    }
    return (verb ?? node).ownParameters.map(\.declaration).filter { $0.form != .argument }
  }

  /// The words that a shell may offer for a value.
  func offered(for declaration: Declaration) -> [String] {
    let names = declaration.completion == .command ? commands.map(\.name) + topics.map(\.name) : []
    return declaration.choices + declaration.suggestions + names
  }

  var globalOptions: [Declaration] { Globals.everywhere.map(\.declaration) }

  /// Every option anywhere that takes a value, as it is typed; needed to tell a value from a command.
  var valueOptions: [String] {
    let all = nodes.flatMap { options(at: $0) } + globalOptions
    let spelled = all.filter { $0.form == .option }.flatMap { option in
      [option.spelled] + (option.short.map { ["-\($0)"] } ?? [])
    }
    return Set(spelled).sorted()
  }
}

extension Declaration {
  var spellings: [String] { [spelled] + (short.map { ["-\($0)"] } ?? []) }
}
