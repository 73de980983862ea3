internal import Base

/// A command that is talked to while it runs; it ends with its phase at the latest.
///
/// What it says is untrusted bytes: where one word ends and the next begins is for the caller to find.
public final class LiveCommand: Sendable {
  private let id: UInt32
  private let channel: LauncherChannel
  private let splitsError: Bool

  package init(id: UInt32, channel: LauncherChannel, splitsError: Bool) {
    self.id = id
    self.channel = channel
    self.splitsError = splitsError
  }

  /// What a command says.
  public struct Word: Sendable {
    /// The bytes that came since the last time; none when the time was over.
    public let bytes: [UInt8]
    /// What it wrote to its standard error before it said this, where that was asked for.
    public let output: CapturedOutput?
    /// Whether nothing came in time.
    public let isLate: Bool
    /// Whether it will say nothing more.
    public let isLast: Bool
  }

  /// How a talk is done.
  public struct Manner: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt32

    /// Bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// What it wrote to its standard error since the last time comes along.
    public static let takesOutput = Manner(rawValue: Wire.talkTake)
    /// The answer is what is there now.
    public static let doesNotWait = Manner(rawValue: Wire.talkNow)
    /// Nothing more will be told: the command reads the end of its input.
    public static let endsInput = Manner(rawValue: Wire.talkEnd)
    /// Its process group is sent SIGINT first.
    public static let interrupts = Manner(rawValue: Wire.talkInterrupt)
  }

  /// Tells it something, and waits until it has said something itself, is over, or the time is.
  ///
  /// One talk at a time: an earlier one that still waits ends as if it were late.
  public func talk(_ input: [UInt8] = [], wall: Duration? = nil, _ manner: Manner = [])
    async throws -> Word
  {
    let id = channel.nextID()
    var request = WireWriter(.talk, id: id)
    request.field(.target, self.id)
    request.field(.talkFlags, manner.rawValue)
    if !input.isEmpty { request.field(.input, bytes: input) }
    if let wall { request.field(.wall, [wall.milliseconds]) }
    let message = try await channel.ask(request, id: id) {}.message
    guard message.kind == .done else {
      let reason = message.first(.text).map { WireMessage.text($0) } ?? "no reason given"
      throw BelayError(.sandbox, "cannot talk to a command: \(reason)")
    }
    let flags: UInt32 = message.first(.resultFlags).map { WireMessage.number($0, 0) } ?? 0
    return Word(
      bytes: message.first(.piece).map(Array.init) ?? [],
      output: message.first(.total) == nil
        ? nil : CommandResult(message, splitsError: splitsError).output,
      isLate: flags & Wire.resultTimedOut != 0, isLast: flags & Wire.resultClosed != 0)
  }

  /// Kills its process group.
  public func kill() { channel.tell(WireWriter(.kill, id: id)) }

  /// How it ended, with the output that no talk has taken; waits for its end, and may be asked for once.
  public func result() async throws -> CommandResult {
    let message = try await channel.answer(to: id).message
    guard message.kind != .failed else {
      let reason = message.first(.text).map { WireMessage.text($0) } ?? "no reason given"
      throw BelayError(.sandbox, "cannot run a command: \(reason)")
    }
    return CommandResult(message, splitsError: splitsError)
  }
}

extension Duration {
  /// Whole milliseconds, at least one.
  fileprivate var milliseconds: UInt64 {
    let (seconds, rest) = components
    return UInt64(max(1, seconds * 1000 + rest / 1_000_000_000_000_000))
  }
}
