internal import Base
internal import Console
internal import NightCommands
internal import Platform
internal import ScreenCommands
internal import Workbench

/// The program `belay`: its commands in the order of work.
public enum BelayProgram {
  /// Runs the command line that this process was started with and answers the exit code.
  ///
  /// A job takes over the signals before it begins; every other command just ends at Ctrl-C.
  public static func main(_ arguments: [String]) async -> Int32 {
    Terminal.useUTF8()
    let words = Array(arguments.dropFirst())
    if program.startsJob(words) { InterruptSignals.take() }
    return await program.run(words, in: .system()).rawValue
  }

  static let program = Program(
    "belay", version: BelayVersion.current,
    "Makes an agent's harness measurably better, and never says so when it is not.",
    commands: [
      InitCommand.command, DoctorCommand.command, CheckCommand.command, SuiteCommands.command,
      ModelsCommands.command, EvalCommand.command, PlanCommand.command,
      RunCommand.command, WatchCommand.command,
    ] + SteeringCommands.all + [
      ProposerCommands.command, NotifyCommands.command, RehearseCommands.command,
      StatusCommand.command,
      TreeCommand.command,
      HypothesesCommand.command, LessonsCommand.command, GateCommands.command,
      LeaderboardCommand.command,
      MatrixCommand.command, PlotCommand.command, ShowCommand.command, DiffCommand.command,
      TraceCommand.command, LogCommand.command, SearchCommand.command, SQLCommand.command,
      ReportCommand.command, ServeCommand.command, VerifyCommand.command, CompareCommand.command,
      AuditCommand.command,
      PromoteCommands.promote, PromoteCommands.revert, CheckoutCommand.command,
      SelftestCommand.command,
      ImportCommands.command, ExportCommand.command, BundleCommands.command,
      DatabaseCommands.command,
      CollectCommand.command, CompletionCommand.command, ManCommand.command,
      SchemaCommand.command, AgentCommand.command, HelpCommand.command,
    ],
    examples: [
      Example("belay doctor", "can trials run on this machine?"),
      Example("belay suite audit benchmarks/shell", "can this suite be trusted?"),
      Example("belay eval oracle --suite benchmarks/shell", "run its own solutions"),
      Example("belay leaderboard", "compare what was run"),
    ],
    topics: Topics.all)
}
