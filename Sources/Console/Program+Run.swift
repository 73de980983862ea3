internal import Base
public import Platform

extension Program {
  /// Does what a command line asks for and answers the exit code; the words are without the program's name.
  @concurrent
  public func run(_ words: [String], in surroundings: Surroundings) async -> ExitCode {
    var output = early(words, surroundings)
    do {
      let line = try CommandLineParser.parse(words, program: self)
      if line.has(Globals.version) {
        try output.text("\(name) \(version)\n")
        return .ok
      }
      if let help = line.texts[Globals.help.declaration.spelled] {
        let isShort = help.first == "short"
        try output.text(
          line.located.map { helpText($0, isShort: isShort, output) } ?? helpText(output))
        return .ok
      }
      guard let located = line.located else {
        try output.text(helpText(output))
        return .ok
      }
      guard let body = located.command.body else {
        output.say(helpText(located, isShort: true, output))
        return ExitCode(.usage)
      }
      output = try self.output(line, located.command, surroundings)
      let call = try Call(
        line: line, located: located, program: self, output: output, surroundings: surroundings,
        words: words)
      let code = try await body(call)
      output.endProgress()
      return code
    } catch {
      let known = Self.known(error)
      output.fail(known)
      return ExitCode(known.kind)
    }
  }

  /// Whether these words start a job: something that runs long and can be stopped in good order.
  public func startsJob(_ words: [String]) -> Bool {
    (try? CommandLineParser.parse(words, program: self))?.located?.command.form.isJob ?? false
  }

  private static func known(_ error: any Error) -> BelayError {
    if let error = error as? BelayError { return error }
    if error is CancellationError { return BelayError(.interrupted, "cancelled") }
    return BelayError(
      .internal, "an error that no part of Belay expected", cause: error)
  }

  // Before the line is understood, its form must be guessed: help and errors are written by this.
  private func early(_ words: [String], _ surroundings: Surroundings) -> Output {
    let wantsJSON = words.contains { $0 == "--json" || $0 == "--compact" || $0 == "--select" }
    let first = words.first { !$0.hasPrefix("-") }
    let located = commands.first { $0.name == first }
    let isData = located.map { !$0.form.isText || !$0.commands.isEmpty } ?? (first != nil)
    let asksHelp = words.contains { ["--help", "-h", "--version", "-V"].contains($0) }
    let isPiped = !surroundings.output.isTerminal && isData && !words.contains("--text")
    var color = words.last { $0.hasPrefix("--color=") }.map { String($0.dropFirst(8)) }
    if let at = words.lastIndex(of: "--color"), at + 1 < words.count { color = words[at + 1] }
    return Output(
      mode: wantsJSON || (isPiped && !asksHelp) ? .json : .text,
      form: .text(asksHelp ? "help" : "error"), selection: nil, isStrict: false, isQuiet: false,
      isVerbose: false, color: color ?? "auto", surroundings: surroundings, answers: .never)
  }

  private func output(
    _ line: ParsedLine, _ command: Command, _ surroundings: Surroundings
  ) throws(BelayError) -> Output {
    let form = command.form
    let fields = try Globals.select.read(line.texts[Globals.select.declaration.spelled] ?? [])
    let isCompact = line.has(Globals.compact)
    let wantsJSON = line.has(Globals.json) || fields != nil || isCompact
    if wantsJSON, line.has(Globals.text) {
      throw BelayError(.usage, "--text and JSON (--json, --select, --compact) exclude each other")
    }
    // What has a format of its own, and what is text by nature, never switches by itself.
    let staysText = line.has(Globals.text) || form.isText || line.texts["--format"] != nil
    let isText = !wantsJSON && (staysText || surroundings.output.isTerminal)
    return Output(
      mode: isText ? .text : .json, form: form,
      selection: (fields ?? (isCompact && !form.compact.isEmpty ? form.compact : nil))
        .map(Selection.init),
      isStrict: fields != nil, isQuiet: line.has(Globals.quiet),
      isVerbose: line.has(Globals.verbose),
      color: try Globals.color.read(line.texts[Globals.color.declaration.spelled] ?? []),
      surroundings: surroundings,
      answers: line.has(Globals.yes) ? .yes : line.has(Globals.noInput) ? .never : .ask)
  }
}

extension Output {
  convenience init(
    mode: OutputMode, form: OutputForm, selection: Selection?, isStrict: Bool, isQuiet: Bool,
    isVerbose: Bool, color: String, surroundings: Surroundings, answers: Answers
  ) {
    func style(_ stream: TextStream) -> Style {
      Style.decide(
        when: color, environment: surroundings.environment, isTerminal: stream.isTerminal)
    }
    self.init(
      mode: mode, form: form, selection: selection, isStrict: isStrict, isQuiet: isQuiet,
      isVerbose: isVerbose, style: style(surroundings.output),
      errorStyle: style(surroundings.errors), surroundings: surroundings, answers: answers)
  }
}
