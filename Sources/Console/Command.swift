internal import Base

/// The groups of the help, in the order of work.
public enum CommandGroup: String, Sendable, CaseIterable {
  /// Before the first run.
  case setup = "Set up"
  /// Running trials.
  case run = "Run"
  /// Reading what was recorded.
  case inspect = "Inspect"
  /// Deciding by it.
  case decide = "Decide"
  /// Taking results elsewhere, or in.
  case share = "Share"
  /// Keeping the lab healthy.
  case upkeep = "Upkeep"
  /// Shells, scripts and agents.
  case tools = "Shells and agents"
}

/// One line that can be pasted, with what it does.
public struct Example: Sendable {
  let line: String
  let meaning: String

  /// A whole command line and what it does, in a few words.
  public init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// What a command writes to stdout, and so what `--json` makes of it.
public enum OutputForm: Sendable {
  /// One envelope with schema `belay.NAME/1`; `compact` are the fields that `--compact` keeps.
  case page(String, compact: [String] = [])
  /// A page of many items: takes `--limit` and `--all` as well.
  case list(String, compact: [String] = [])
  /// JSON lines with `event`, then one last record with schema `belay.NAME/1`.
  case job(String, compact: [String] = [])
  /// Text for people, shells or other programs; JSON only when it is asked for.
  case text(String)

  /// The schema that a record of it names.
  public var schema: String {
    switch self {
    case .page(let name, _), .list(let name, _), .job(let name, _), .text(let name):
      "belay.\(name)/1"
    }
  }

  var compact: [String] {
    switch self {
    case .page(_, let fields), .list(_, let fields), .job(_, let fields): fields
    case .text: []
    }
  }

  var word: String {
    switch self {
    case .page: "page"
    case .list: "list"
    case .job: "job"
    case .text: "text"
    }
  }

  var isList: Bool { if case .list = self { true } else { false } }
  var isText: Bool { if case .text = self { true } else { false } }
  var isJob: Bool { if case .job = self { true } else { false } }
}

/// One command, declared once: parsing, help, completion, man page and schema all read this.
///
///     enum EvalCommand {
///       static let harness = Argument(.path("HARNESS", suggestions: ["oracle", "nop"]), "What to run")
///       static let trials = Option("trials", .whole("K", 1...1000), default: 1, "Trials per task")
///       static let seed = Option("seed", .whole("S"), "Where seeds start")     // Int?: may be absent
///       static let resume = Flag("resume", "Go on where the last run stopped")
///
///       static let command = Command(
///         "eval", in: .run, "Run a harness on a suite and score it",
///         takes: [harness, trials, seed, resume],
///         examples: [Example("belay eval oracle --suite benchmarks/shell", "its own solutions")],
///         output: .job("eval", compact: ["run", "score", "verdict"])
///       ) { call in
///         try call.output.event("launch", ["run": "r1"])      // one JSON line; nothing in text mode
///         call.output.progress("\(done)/\(call[trials])")     // stderr, on a terminal only
///         try call.output.done(success: true, ["score": …]) { width in summary.text(width: width) }
///         return .ok                                          // or ExitCode(.interrupted); errors are thrown
///       }
///     }
///
/// Add it to `BelayProgram.program`. Shared pieces (the lab, HARNESS, SUITE) are in `Commands`.
public struct Command: Sendable {
  /// What a command does when it is called.
  public typealias Body = @Sendable (Call) async throws -> ExitCode

  let name: String
  let group: CommandGroup
  let summary: String
  let discussion: String
  let parameters: [any Parameter]
  let examples: [Example]
  let form: OutputForm
  let commands: [Command]
  let fallback: String?
  let body: Body?
  let reading: Reading?

  /// A command that does something; the summary has no full stop, arguments stand in their order.
  ///
  /// `reading` is for a command that changes nothing: agents may call it.
  public init(
    _ name: String, in group: CommandGroup, _ summary: String, discussion: String = "",
    takes parameters: [any Parameter] = [], examples: [Example], output form: OutputForm,
    reading: Reading? = nil, run body: @escaping Body
  ) {
    self.name = name
    self.group = group
    self.summary = summary
    self.discussion = discussion
    self.parameters = parameters
    self.examples = examples
    self.form = form
    self.body = body
    self.reading = reading
    commands = []
    fallback = nil
  }

  /// A noun with verbs below it; `otherwise` names the verb that the bare noun stands for.
  public init(
    _ name: String, in group: CommandGroup, _ summary: String, otherwise fallback: String? = nil,
    commands: [Command]
  ) {
    self.name = name
    self.group = group
    self.summary = summary
    self.commands = commands
    self.fallback = fallback
    discussion = ""
    parameters = []
    examples = []
    form = .text("help")
    body = nil
    reading = nil
  }

  var arguments: [Declaration] {
    parameters.map(\.declaration).filter { $0.form == .argument }
  }

  var options: [Declaration] {
    parameters.map(\.declaration).filter { $0.form != .argument }
  }
}
