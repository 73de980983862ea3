public import Base
internal import Layout
internal import Platform

extension Output {
  /// Says something in passing, unless `--quiet`.
  public func note(_ text: String) {
    if !isQuiet {
      say(CommandPlace.placed(text, lab: labOption).printable(keepingLines: true))
    }
  }

  /// Says something that only `--verbose` wants to hear.
  public func detail(_ text: String) {
    if isVerbose { say(errorStyle.dim(text.printable(keepingLines: true))) }
  }

  /// Warns; always said.
  public func warn(_ text: String) {
    say(
      errorStyle.yellow("warning:") + " "
        + CommandPlace.placed(text, lab: labOption).printable(keepingLines: true))
  }

  /// Whether a progress line is shown at all: stderr is a terminal, and nobody asked for silence.
  public var showsProgress: Bool { surroundings.errors.isTerminal && !isQuiet }

  /// Draws one line over the last one, at most ten times a second; nothing off a terminal.
  public func progress(_ line: @autoclosure () -> String) {
    guard showsProgress else { return }
    let now = surroundings.clock.now.milliseconds
    let isDue = state.withLock { state in
      guard now - state.lastProgress >= 100 || now < state.lastProgress else { return false }
      state.lastProgress = now
      state.shownProgress = true
      return true
    }
    guard isDue else { return }
    let columns = (surroundings.errors.columns ?? 80) - 1
    let shown = String(line().printable().prefix(columns))
    try? surroundings.errors.write("\r\u{1B}[K" + shown)
  }

  /// Takes the progress line away.
  public func endProgress() { hideProgress() }

  /// Asks before something that cannot be undone; `--yes` answers, and where nobody can be asked it is an error.
  public func confirm(_ question: String) throws(BelayError) {
    switch answers {
    case .yes: return
    case .never:
      throw BelayError(.usage, "needs a yes to: \(question)", hint: "add --yes")
    case .ask:
      guard let ask = surroundings.ask, surroundings.errors.isTerminal else {
        throw BelayError(.usage, "needs a yes to: \(question)", hint: "add --yes")
      }
      hideProgress()
      try surroundings.errors.write("\(question.printable()) [y/N] ")
      let answer = ask()?.lowercased()
      guard answer == "y" || answer == "yes" else {
        throw BelayError(.interrupted, "not confirmed; nothing was changed")
      }
    }
  }

  func say(_ text: String) {
    hideProgress()
    try? surroundings.errors.write(text + "\n")
  }

  func hideProgress() {
    let wasShown = state.withLock { state in
      defer { state.shownProgress = false }
      return state.shownProgress
    }
    if wasShown { try? surroundings.errors.write("\r\u{1B}[K") }
  }

  /// The one place that turns an error into text or JSON on stderr.
  func fail(_ error: BelayError) {
    let error = error.with(
      hint: error.hint.map { CommandPlace.placed($0, lab: labOption) })
    if mode == .json {
      if form.isJob, !state.withLock({ $0.isDone }) {
        let record: JSON = [
          "schema": .string(form.schema), "event": "done", "success": false, "error": error.json,
        ]
        try? putJSON(record, onOneLine: true)
      }
      return say(JSON.object(["error": error.json]).text())
    }
    let place = error.place.map { "\($0): " } ?? ""
    say(errorStyle.red("error:") + " " + (place + error.message).printable(keepingLines: true))
    if let cause = error.cause { say("  cause: " + cause.printable(keepingLines: true)) }
    if let hint = error.hint {
      say("  " + errorStyle.cyan("hint:") + " " + hint.printable(keepingLines: true))
    }
  }
}
