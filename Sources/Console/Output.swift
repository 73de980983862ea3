public import Base
public import Layout
internal import Platform

/// How results are written.
public enum OutputMode: Sendable {
  /// For people.
  case text
  /// For programs: an envelope, or JSON lines.
  case json
}

/// Where a command says things: results to stdout, everything else to stderr.
///
/// A page or list calls `page` once. A job calls `event` as it goes and `done` once. A command whose
/// form is text calls `text`. `note`, `warn`, `detail` and `progress` go to stderr in every mode.
public final class Output: Sendable {
  /// How results are written, so that a command can skip work for the other form.
  public let mode: OutputMode
  /// The columns that text may use.
  public let width: Int
  /// What may be drawn there.
  public let ink: Ink
  let form: OutputForm
  let selection: Selection?
  let isStrict: Bool
  let isQuiet: Bool
  let isVerbose: Bool
  let style: Style
  let errorStyle: Style
  let surroundings: Surroundings
  let answers: Answers
  let state = Locked(State())

  enum Answers: Sendable { case ask, yes, never }

  struct State: Sendable {
    var isDone = false
    var isPipeGone = false
    var lab: String?
    var shownProgress = false
    var lastProgress: Int64 = 0
  }

  init(
    mode: OutputMode, form: OutputForm, selection: Selection?, isStrict: Bool, isQuiet: Bool,
    isVerbose: Bool, style: Style, errorStyle: Style, surroundings: Surroundings, answers: Answers
  ) {
    self.mode = mode
    self.form = form
    self.selection = selection
    self.isStrict = isStrict
    self.isQuiet = isQuiet
    self.isVerbose = isVerbose
    self.style = style
    self.errorStyle = errorStyle
    self.surroundings = surroundings
    self.answers = answers
    width = min(max(surroundings.output.columns ?? 100, 40), 200)
    // Boxes are for terminals: what is piped or kept is plain.
    var ink = Ink.of(surroundings.environment, isColoured: style.isColoured)
    ink.isUnicode = ink.isUnicode && surroundings.output.isTerminal
    self.ink = ink
  }

  /// Has every command that is said from here on name this lab: without `--lab` it would be another, or none.
  public func sends(commandsTo lab: String) {
    state.withLock { $0.lab = CommandPlace.option(lab) }
  }

  /// What commands that are said have to be given to find the lab; nil where they find it.
  public var labOption: String? { state.withLock(\.lab) }

  /// Does something while every command that is drawn names the lab where it has to.
  public func placing<Value, Failure: Error>(_ draw: () throws(Failure) -> Value) throws(Failure)
    -> Value
  {
    let result: Result<Value, Failure> = CommandPlace.$lab.withValue(labOption) {
      do throws(Failure) { return .success(try draw()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Writes a page: the envelope, or what `text` makes of it for this width.
  ///
  /// `schema` stands in for the form's where a command has pages of several kinds; `asJSON` is for a command
  /// with a `--format` of its own.
  public func page(
    _ page: Page, schema: String? = nil, asJSON: Bool = false, text: (_ width: Int) -> String
  ) throws {
    guard mode == .json || asJSON else {
      var shown = placing { text(width) }
      if !shown.isEmpty, !shown.hasSuffix("\n") { shown += "\n" }
      return try put(ink.finished(shown))
    }
    var page = page
    if let selection {
      if isStrict, !page.items.isEmpty, let (path, known) = selection.missing(in: page.items) {
        throw BelayError(
          .usage,
          "no item has the field '\(path)'\(Spelling.suggestion(for: path, in: known))",
          hint: "--select with some of: \(known.prefix(40).joined(separator: ","))")
      }
      page.items = page.items.map { selection.apply(to: $0) }
    }
    if page.hints.isEmpty, let narrowing = page.narrowing { page.hints = [narrowing] }
    page.hints = page.hints.map { CommandPlace.placed($0, lab: labOption) }
    try putJSON(page.envelope(schema: schema ?? form.schema, asOf: surroundings.clock.now))
  }

  /// Writes text that is the result itself: a script, a page of help, an export to stdout.
  public func text(_ text: String) throws {
    guard mode == .json else { return try put(text) }
    try page(Page(items: [["text": .string(text)]])) { _ in "" }
  }

  /// Writes a piece of a result that is too long to hold; false when nobody reads any more.
  public func stream(_ piece: String) throws -> Bool {
    try put(surroundings.output.isTerminal ? piece.printable(keepingLines: true) : piece)
    return !state.withLock { $0.isPipeGone }
  }

  /// Writes one JSON line of a job, `{"event": name, …}`; nothing in text mode or with `--quiet`.
  public func event(_ name: String, _ fields: [String: JSON]) throws {
    guard mode == .json, !isQuiet else { return }
    try putJSON(.object(fields.merging(["event": .string(name)]) { $1 }), onOneLine: true)
  }

  /// Ends a job: the last JSON record with the result at its top level, or `text` for people.
  public func done(
    success: Bool, _ fields: [String: JSON], text: (_ width: Int) -> String
  ) throws {
    state.withLock { $0.isDone = true }
    endProgress()
    guard mode == .json else {
      var shown = CommandPlace.placed(placing { text(width) }, lab: labOption)
      if !shown.isEmpty, !shown.hasSuffix("\n") { shown += "\n" }
      return try put(shown.printable(keepingLines: true))
    }
    let frame: [String: JSON] = [
      "schema": .string(form.schema), "event": "done", "success": .bool(success),
    ]
    var members = fields
    for key in ["next", "hints"] {
      guard let commands = members[key]?.array else { continue }
      members[key] = .array(
        commands.map { one in
          one.string.map { .string(CommandPlace.placed($0, lab: labOption)) } ?? one
        })
    }
    if let selection {
      if isStrict, let (path, known) = selection.missing(in: [.object(fields)]) {
        warn("the result has no field '\(path)'\(Spelling.suggestion(for: path, in: known))")
      }
      members = selection.apply(to: .object(fields)).object ?? [:]
    }
    try putJSON(.object(members.merging(frame) { $1 }), onOneLine: true)
  }

  func putJSON(_ value: JSON, onOneLine: Bool = false) throws {
    let isTerminal = surroundings.output.isTerminal
    let text = value.text(pretty: isTerminal && !onOneLine)
    try put((isTerminal ? Self.harmless(text) : text) + "\n")
  }

  // A reader that went away ends a page; a job goes on, because its results are recorded anyway.
  func put(_ text: String) throws {
    guard !state.withLock({ $0.isPipeGone }) else { return }
    hideProgress()
    do {
      try surroundings.output.write(text)
    } catch {
      guard error.kind == .interrupted else { throw error }
      state.withLock { $0.isPipeGone = true }
    }
  }

  // JSON may hold any character; on a terminal those that act on it are written as escapes.
  private static func harmless(_ json: String) -> String {
    if json.utf8.allSatisfy({ $0 == 0x0A || (0x20..<0x7F).contains($0) }) { return json }
    var out = ""
    for scalar in json.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar.value != 0x0A, .format, .privateUse, .unassigned,
        .lineSeparator, .paragraphSeparator, .surrogate:
        for unit in String(scalar).utf16 {
          let hex = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
