/// One command of a phase.
public struct CommandSpec: Sendable {
  /// The program and its arguments; a name without a slash is looked for in the environment's PATH.
  public var arguments: [String]
  /// The whole environment.
  public var environment: [String: String]
  /// The working folder, inside.
  public var directory: String
  /// The user that it runs as, by name or number; nil for the place's own. Only places made of an image
  /// have users.
  public var user: String?
  /// After this it is killed; nil for no limit.
  public var wall: Duration?
  /// What dies at the wall limit.
  public var atLimit: AtLimit
  /// Bytes for its standard input; nil for /dev/null.
  public var input: [UInt8]?
  /// Bytes kept of the beginning of its output.
  public var headBytes: Int
  /// Bytes kept of the end of its output.
  public var tailBytes: Int
  /// Whether standard error is kept apart.
  public var splitsError: Bool

  /// What the wall limit ends.
  public enum AtLimit: Sendable, Hashable {
    /// The command's process group; what it put into the background lives on.
    case endsCommand
    /// Everything in the phase.
    case endsPhase
  }

  /// A command with the usual limits.
  public init(
    _ arguments: [String], environment: [String: String] = [:], directory: String = "/",
    user: String? = nil, wall: Duration? = nil, atLimit: AtLimit = .endsCommand,
    input: [UInt8]? = nil,
    headBytes: Int = 512 << 10, tailBytes: Int = 512 << 10, splitsError: Bool = false
  ) {
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.user = user
    self.wall = wall
    self.atLimit = atLimit
    self.input = input
    self.headBytes = headBytes
    self.tailBytes = tailBytes
    self.splitsError = splitsError
  }
}

/// How a command ended; none of these is an error of Belay.
public enum CommandEnding: Sendable, Hashable {
  /// By itself, with a code.
  case exited(Int32)
  /// By a signal.
  case signaled(Int32)
  /// By its wall limit.
  case timedOut
  /// With the phase, which ended or whose first process the kernel killed.
  case phaseEnded
  /// Never started: the errno of the system call that failed.
  case notStarted(Int32)
}

/// What a command did.
public struct CommandResult: Sendable {
  /// How it ended.
  public let ending: CommandEnding
  /// From its start to its own end, whatever its children do.
  public let wall: Duration
  /// CPU time of the command and of what it waited for.
  public let cpu: Duration
  /// The largest resident size of one of its processes.
  public let maxRSSBytes: Int
  /// Standard output, and standard error unless it was kept apart.
  public let output: CapturedOutput
  /// Standard error, where it was kept apart.
  public let errors: CapturedOutput?

  /// Of a command whose phase was over before it could say anything.
  package static let phaseEnded = CommandResult(
    ending: .phaseEnded, wall: .zero, cpu: .zero, maxRSSBytes: 0, output: CapturedOutput(),
    errors: nil)
}

/// The beginning and the end of what a command wrote.
public struct CapturedOutput: Sendable, Hashable {
  /// Its first bytes.
  public var head: [UInt8]
  /// Its last bytes, without those of the head.
  public var tail: [UInt8]
  /// How many bytes it wrote in all.
  public var totalBytes: Int

  /// Captured bytes.
  public init(head: [UInt8] = [], tail: [UInt8] = [], totalBytes: Int = 0) {
    self.head = head
    self.tail = tail
    self.totalBytes = totalBytes
  }

  /// Bytes that were not kept.
  public var cutBytes: Int { totalBytes - head.count - tail.count }

  /// All that was kept, with a line in between that says what was cut.
  public var bytes: [UInt8] {
    if cutBytes <= 0 { return head + tail }
    return head + Array("\n[… \(cutBytes) bytes cut …]\n".utf8) + tail
  }

  /// The same as text; bytes that are not UTF-8 are replaced.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}
