public import Base

/// What a command says to the shell; the codes stay the same for ever.
public struct ExitCode: Sendable, Hashable {
  /// The number that the shell sees.
  public let rawValue: Int32

  /// The code with this number.
  public init(_ rawValue: Int32) { self.rawValue = rawValue }

  /// The code that stands for a kind of error.
  public init(_ kind: ErrorKind) { rawValue = kind.exitCode }

  /// Done, and the answer is good.
  public static let ok = ExitCode(0)

  /// Every code with its meaning, as `belay help exit-codes` shows it.
  public static let meanings: [(code: Int32, meaning: String)] = [
    (0, "done"),
    (1, "Belay itself failed, or somebody else holds the lab"),
    (2, "the command line, a file or a value is not valid"),
    (3, "no such run, candidate, trial, harness, suite, task, lab or file"),
    (4, "a key or a permission is missing"),
    (5, "a provider or a proposer failed after its retries"),
    (6, "the command ended, but a gate or an assertion that you asked for said no"),
    (7, "a rate limit or a quota is used up for now"),
    (8, "a budget or a deadline was reached; the results are saved"),
    (9, "no sandbox can be had here, or not the environment that a task asks for"),
    (130, "interrupted (Ctrl-C); what was recorded is saved"),
    (143, "terminated (SIGTERM); what was recorded is saved"),
  ]
}
