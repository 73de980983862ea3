public import Base
internal import Platform

extension Program {
  /// The first page: groups in the order of work.
  func helpText(_ output: Output) -> String {
    var layout = HelpLayout(width: helpWidth(output), style: output.style)
    layout.paragraph(summary)
    layout.blank()
    layout.paragraph("\(output.style.bold("Usage:")) \(name) COMMAND [OPTIONS]")
    layout.heading("Start here")
    layout.rows(examples.map { ($0.line, $0.meaning) })
    let column = commands.map(\.name.count).max()
    for group in CommandGroup.allCases {
      let members = commands.filter { $0.group == group }
      guard !members.isEmpty else { continue }
      layout.heading(group.rawValue)
      layout.rows(members.map { ($0.name, $0.listed) }, column: column)
    }
    layout.heading("Global options")
    layout.rows(Globals.everywhere.map { ($0.declaration.label, $0.declaration.explained) })
    layout.blank()
    layout.paragraph(
      "Use '\(name) help COMMAND' for more of a command, or '\(name) help TOPIC': "
        + topics.map(\.name).joined(separator: ", ") + ".")
    return layout.text
  }

  /// The page of one command or noun.
  func helpText(_ located: Located, isShort: Bool, _ output: Output) -> String {
    var layout = HelpLayout(width: helpWidth(output), style: output.style)
    let command = located.command
    layout.paragraph(command.summary)
    layout.blank()
    layout.paragraph("\(output.style.bold("Usage:")) \(located.usage(name))")
    if !command.examples.isEmpty, !isShort {
      layout.heading("Examples")
      layout.rows(command.examples.map { ($0.line, $0.meaning) })
    }
    if !command.discussion.isEmpty, !isShort {
      layout.blank()
      layout.paragraph(command.discussion)
    }
    if !command.commands.isEmpty {
      layout.heading("Commands")
      layout.rows(
        command.commands.map {
          ($0.name, $0.summary + ($0.name == command.fallback ? " [default]" : ""))
        })
    }
    if !command.arguments.isEmpty {
      layout.heading("Arguments")
      layout.rows(command.arguments.map { ($0.name, $0.explained) })
    }
    let options = located.ownParameters.map(\.declaration).filter { $0.form != .argument }
    var headings: [String] = []
    for option in options where !headings.contains(option.heading ?? "Options") {
      headings.append(option.heading ?? "Options")
    }
    for heading in headings {
      layout.heading(heading)
      layout.rows(
        options.filter { ($0.heading ?? "Options") == heading }.map { ($0.label, $0.explained) })
    }
    if isShort {
      layout.blank()
      layout.paragraph("Use --help for examples and global options.")
    } else {
      layout.heading("Global options")
      layout.rows(Globals.everywhere.map { ($0.declaration.label, $0.declaration.explained) })
    }
    return layout.text
  }

  /// What `help WORDS…` shows: a command, a noun, a topic, or the first page.
  public func help(on words: [String], _ output: Output) throws(BelayError) -> String {
    guard let first = words.first else { return helpText(output) }
    if words.count == 1, let topic = topics.first(where: { $0.name == first }) {
      return topic.text.hasSuffix("\n") ? topic.text : topic.text + "\n"
    }
    guard commands.contains(where: { $0.name == first }) else {
      let known = commands.map(\.name) + topics.map(\.name)
      throw BelayError(
        .notFound,
        "no command or topic '\(first)'\(Spelling.suggestion(for: first, in: known))",
        hint: "\(name) help")
    }
    return helpText(try locate(words), isShort: false, output)
  }

  private func helpWidth(_ output: Output) -> Int {
    output.surroundings.output.isTerminal ? output.width : 80
  }
}

extension Command {
  /// The summary in a list; a noun names its verbs.
  var listed: String {
    commands.isEmpty
      ? summary : summary + ": " + commands.map(\.name).joined(separator: ", ")
  }
}
