internal import Base

/// What was typed, taken apart: the command, and the texts of each parameter by its name.
struct ParsedLine: Sendable {
  var located: Located?
  var texts: [String: [String]] = [:]

  func has(_ flag: Flag) -> Bool { texts[flag.declaration.spelled] != nil }
}

/// Takes a command line apart; knows nothing of what the values mean.
struct CommandLineParser {
  let program: Program
  private var line = ParsedLine()
  private var level: [Command]
  private var positionals: [String] = []

  static func parse(_ words: [String], program: Program) throws(BelayError) -> ParsedLine {
    var parser = CommandLineParser(program: program)
    return try parser.parse(words)
  }

  private init(program: Program) {
    self.program = program
    level = program.commands
  }

  private mutating func parse(_ words: [String]) throws(BelayError) -> ParsedLine {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        for word in rest { try take(word) }
        break
      }
      if word.hasPrefix("--") {
        try long(word.dropFirst(2), &rest)
      } else if word.hasPrefix("-"), word != "-" {
        try short(word.dropFirst(), &rest)
      } else {
        try take(word)
      }
    }
    if line.has(Globals.help) || line.has(Globals.version) { return line }
    if let noun = line.located, let fallback = noun.command.fallback, noun.command.body == nil {
      line.located = try program.locate(noun.words + [fallback])
    }
    try assign()
    return line
  }

  // A word that is no option: the next word of the command, or an argument.
  private mutating func take(_ word: String) throws(BelayError) {
    guard line.located?.command.body == nil else { return positionals.append(word) }
    let path = line.located?.words ?? []
    guard let next = level.first(where: { $0.name == word }) else {
      throw program.unknown(word, after: path, among: level)
    }
    line.located = Located(words: path + [word], command: next)
    level = next.commands
  }

  private var known: [Declaration] {
    Globals.everywhere.map(\.declaration)
      + (effective?.ownParameters.map(\.declaration) ?? []).filter { $0.form != .argument }
  }

  // A bare noun stands for one of its verbs: its options are known from the start.
  private var effective: Located? {
    guard let located = line.located, let fallback = located.command.fallback else {
      return line.located
    }
    return try? program.locate(located.words + [fallback])
  }

  private mutating func long(_ word: Substring, _ rest: inout ArraySlice<String>)
    throws(BelayError)
  {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts.first ?? "")
    guard let option = known.first(where: { $0.name == name }) else {
      throw unknownOption("--\(name)")
    }
    let attached = parts.count == 2 ? String(parts[1]) : nil
    if option.form == .flag {
      if let attached {
        throw BelayError(
          .usage, "--\(name) takes no value, got '\(attached)'", hint: helpLine)
      }
      return record(option, "")
    }
    try value(of: option, attached: attached, &rest)
  }

  private mutating func short(_ letters: Substring, _ rest: inout ArraySlice<String>)
    throws(BelayError)
  {
    var letters = letters
    while let letter = letters.popFirst() {
      guard let option = known.first(where: { $0.short == letter }) else {
        throw unknownOption("-\(letter)")
      }
      if option.form == .flag {
        // -h is the short help, --help the long one; the texts keep which it was.
        record(option, "short")
        continue
      }
      let attached = letters.first == "=" ? letters.dropFirst() : letters
      return try value(
        of: option, attached: letters.isEmpty ? nil : String(attached), &rest)
    }
  }

  private mutating func value(
    of option: Declaration, attached: String?, _ rest: inout ArraySlice<String>
  ) throws(BelayError) {
    guard let text = attached ?? rest.popFirst() else {
      throw BelayError(
        .usage, "\(option.spelled) needs a value: \(option.spelled) \(option.value)",
        hint: helpLine)
    }
    let isGlobal = Globals.everywhere.contains { $0.declaration.name == option.name }
    if line.texts[option.spelled] != nil, !option.isRepeated, !isGlobal {
      throw BelayError(.usage, "\(option.spelled) is given twice", hint: helpLine)
    }
    record(option, text)
  }

  private mutating func record(_ option: Declaration, _ text: String) {
    line.texts[option.spelled, default: []].append(text)
  }

  private func unknownOption(_ spelled: String) -> BelayError {
    let said = ([program.name] + (line.located?.words ?? [])).joined(separator: " ")
    let near = Spelling.suggestion(for: spelled, in: known.map(\.spelled))
    let elsewhere = program.leaves.filter { leaf in
      leaf.ownParameters.contains { $0.declaration.spelled == spelled }
    }
    let owner =
      near.isEmpty && line.located?.command.body == nil && !elsewhere.isEmpty
      ? "; it belongs behind the command, as in '\(program.name) \(elsewhere[0].path) \(spelled)'"
      : near
    return BelayError(.usage, "'\(said)' has no option \(spelled)\(owner)", hint: helpLine)
  }

  private var helpLine: String {
    ([program.name] + (line.located?.words ?? []) + ["--help"]).joined(separator: " ")
  }

  private mutating func assign() throws(BelayError) {
    guard let located = line.located, located.command.body != nil else { return }
    var rest = positionals[...]
    for argument in located.command.arguments {
      if argument.isRepeated {
        line.texts[argument.spelled] = rest.isEmpty ? nil : Array(rest)
        rest = []
      } else if let text = rest.popFirst() {
        line.texts[argument.spelled] = [text]
      }
    }
    if let extra = rest.first {
      throw BelayError(
        .usage, "'\(program.name) \(located.path)' takes no further argument, got '\(extra)'",
        hint: helpLine)
    }
    let missing = located.ownParameters.map(\.declaration).filter {
      $0.isRequired && line.texts[$0.spelled] == nil
    }
    guard missing.isEmpty else {
      let names = missing.map { $0.form == .argument ? $0.name : "\($0.spelled) \($0.value)" }
      throw BelayError(
        .usage, "'\(program.name) \(located.path)' needs \(names.joined(separator: " and "))",
        hint: helpLine)
    }
  }
}
