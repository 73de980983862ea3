internal import Base
package import Console
internal import Experiment
internal import Facts
internal import Ledger
internal import NightReading
internal import Notices
internal import Platform
internal import Workbench

/// `belay notify`: tries what tells people of a night, and waits beside one.
package enum NotifyCommands {
  static let experiment = Argument(
    ValueKind<String>.path("EXPERIMENT"), "An experiment.toml with [notify], or the folder of one")
  static let which = Argument(ValueKind<String>.text("RUN"), "The night, r12")

  package static let command = Command(
    "notify", in: .run, "Tell people what happens in a night",
    commands: [test, watch])

  static let test = Command(
    "test", in: .run, "Run the program of an experiment once, with a notice that says so",
    discussion: """
      An experiment names a program in its table [notify]. It is run as you, outside of every sandbox, with \
      one JSON object on its standard input: belay.notice/1 with event, level, title, text and detail. Events \
      are adopted, waiting, budget, stall, provider, paused, done and crashed.
      """,
    takes: [experiment],
    examples: [Example("belay notify test my/experiment.toml", "does my phone ring?")],
    output: .page("notify-test", compact: ["told"])
  ) { call in
    let path = call[experiment]
    let experiment = try Experiment.load(path)
    guard let notify = experiment.notify else {
      throw BelayError(
        .usage, "the experiment has no table [notify]", place: path,
        hint: "[notify] command = [\"PROGRAM\"]")
    }
    let program = NoticeProgram(
      notify, environment: call.surroundings.environment, folder: experiment.folder)
    let notice = Notice(
      .done, .info, "this is a test of [notify]: no night is meant",
      detail: ["test": true], at: call.surroundings.clock.now)
    let origin = NoticeOrigin(run: RunID(0), name: "test", lab: "", rehearsal: nil)
    if let why = await program.tell(origin.json(of: notice)) {
      throw BelayError(
        .provider, "the program was not content: \(why)", place: path,
        hint: "it gets one JSON object on its standard input and has to exit with 0")
    }
    try call.output.page(Page(items: [["told": true]])) { _ in "the program took it\n" }
    return .ok
  }

  static let watch = Command(
    "guard", in: .run, "Wait until standard input ends, and tell if a night died by then",
    discussion: "A night with [notify] starts this beside itself; there is no need to call it.",
    takes: [which],
    examples: [Example("belay notify guard r12 < PIPE", "as a night does")],
    output: .page("notify-guard", compact: ["run", "died"])
  ) { call in
    _ = try call.surroundings.input()
    let lab = try LabWord.resolve(call)
    let reader = try lab.reader()
    let run = try NightWord.run(call[which], reader)
    let hasEnded = run.head.hasEnded(try reader.events(run: run.id, limit: .max))
    if !hasEnded, let path = run.fact.settings["experiment"].string,
      case let experiment = try Experiment.load(path), let notify = experiment.notify
    {
      let notice = Notice(
        .crashed, .error, "the process of \(run.id) is gone: belay run --resume \(run.id) goes on",
        at: call.surroundings.clock.now)
      let why = await NoticeProgram(
        notify, environment: call.surroundings.environment, folder: experiment.folder
      ).tell(NoticeOrigin(run, in: lab).json(of: notice))
      if let why { throw BelayError(.provider, "nobody was told: \(why)", place: "\(run.id)") }
    }
    try call.output.page(
      Page(items: [["run": .string("\(run.id)"), "died": .bool(!hasEnded)]])
    ) { _ in hasEnded ? "\(run.id) ended by itself\n" : "\(run.id) died, and somebody was told\n" }
    return .ok
  }
}
