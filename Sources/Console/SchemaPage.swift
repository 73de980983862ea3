public import Base

extension Program {
  /// The command tree as data, for agents and scripts; all of it, or what is below some words.
  public func schema(of words: [String] = []) throws(BelayError) -> Page {
    if !words.isEmpty { _ = try locate(words) }
    let chosen = leaves.filter { $0.words.starts(with: words) }
    return Page(
      items: chosen.map { $0.json(in: self) }, counts: ["commands": chosen.count],
      fields: [
        "program": .string(name), "version": .string(version), "summary": .string(summary),
        "global_options": .array(globalOptions.map(\.json)),
        "exit_codes": .array(
          ExitCode.meanings.map { ["code": .int(Int($0)), "meaning": .string($1)] }),
        "topics": .array(
          topics.map { ["name": .string($0.name), "summary": .string($0.summary)] }),
      ])
  }
}

extension Located {
  func json(in program: Program) -> JSON {
    let own = ownParameters.map(\.declaration)
    return [
      "command": .string(path), "group": .string(command.group.rawValue),
      "summary": .string(command.summary), "discussion": .string(command.discussion),
      "usage": .string(usage(program.name)), "reads_only": .bool(command.reading != nil),
      "arguments": .array(own.filter { $0.form == .argument }.map(\.json)),
      "options": .array(own.filter { $0.form != .argument }.map(\.json)),
      "examples": .array(
        command.examples.map { ["line": .string($0.line), "meaning": .string($0.meaning)] }),
      "output": [
        "form": .string(command.form.word), "schema": .string(command.form.schema),
        "compact": .array(command.form.compact.map(JSON.string)),
      ],
    ]
  }
}

extension Declaration {
  var json: JSON {
    [
      "name": .string(spelled), "short": .optional(short.map { "-\($0)" }),
      "value": .optional(form == .flag ? nil : value), "type": .string(type),
      "help": .string(help), "choices": .array(choices.map(JSON.string)),
      "required": .bool(isRequired), "repeated": .bool(isRepeated),
      "default": .optional(defaultText), "environment": .optional(environment),
    ]
  }
}
