internal import Base
internal import Platform

/// A trial's place made of processes of this machine: one supervisor, and the phases below it.
final class ProcessBox: SandboxBox {
  private struct State {
    var fresh: [String: SharedDescriptor] = [:]
    var listeners: [UInt16: SharedDescriptor] = [:]
    var displaced: [String] = []
    var stopped = false
  }

  private let channel: LauncherChannel
  private let supervisor: Child
  private let groups: TrialGroups
  private let state = Locked(State())

  init(channel: LauncherChannel, supervisor: Child, groups: TrialGroups) {
    self.channel = channel
    self.supervisor = supervisor
    self.groups = groups
  }

  /// The supervisor's process id, for tests and for the record of owners.
  var processID: Int32 { supervisor.pid }

  func setUp(_ request: WireWriter, id: UInt32) async throws {
    _ = try await checked(channel.ask(request, id: id), "set up the sandbox")
  }

  func begin(_ phase: PhaseSpec) async throws {
    let (request, id) = try message(phase)
    began(phase, try await checked(channel.ask(request, id: id), "begin a phase"))
    try checkFresh(of: phase)
  }

  func run(_ command: CommandSpec) async throws -> CommandResult {
    let (request, id, input) = try message(command)
    let answer = try await checked(
      channel.ask(request, id: id, descriptors: input.map { [$0.raw] } ?? []) { [channel] in
        channel.tell(WireWriter(.kill, id: id))
      }, "run a command")
    return CommandResult(answer.message, splitsError: command.splitsError)
  }

  func start(_ command: CommandSpec) async throws -> LiveCommand {
    let (request, id, _) = try message(command, flags: Wire.execLive)
    try channel.begin(request, id: id)
    return LiveCommand(id: id, channel: channel, splitsError: command.splitsError)
  }

  func end() async throws -> PhaseUsage {
    let id = channel.nextID()
    state.withLock { $0.listeners = [:] }
    return usage(try await checked(channel.ask(WireWriter(.end, id: id), id: id), "end a phase"))
  }

  // The same three requests, the first two as one packet.
  func perform(_ phase: PhaseSpec, _ command: CommandSpec) async throws
    -> (command: CommandResult, usage: PhaseUsage)
  {
    let (beginning, first) = try message(phase)
    let (running, second, input) = try message(command)
    let answers = try await channel.ask(
      beginning, first, then: running, second, descriptors: input.map { [$0.raw] } ?? []
    ) { [channel] in channel.tell(WireWriter(.kill, id: second)) }
    began(phase, try checked(answers.first, "begin a phase"))
    try checkFresh(of: phase)
    let ended = try checked(answers.second, "run a command")
    return (CommandResult(ended.message, splitsError: command.splitsError), try await end())
  }

  private func message(_ phase: PhaseSpec) throws(BelayError) -> (WireWriter, UInt32) {
    guard !phase.hasNetwork else {
      throw BelayError(.sandbox, "the process sandbox has no network", hint: "--sandbox container")
    }
    let id = channel.nextID()
    var request = WireWriter(.begin, id: id)
    for cover in phase.covers { request.field(.layer, cover) }
    for bind in phase.binds { request.bind(bind, flags: Wire.bindIdmap) }
    for fresh in phase.fresh {
      request.field(.fresh) { writer in
        writer.put(UInt64(fresh.bytes))
        writer.put(UInt64(fresh.inodes))
        writer.put(UInt32(0o755))
        writer.put(fresh.target)
      }
    }
    for port in phase.listens { request.field(.listen, UInt32(port)) }
    if let hostname = phase.hostname { request.field(.hostname, hostname) }
    return (request, id)
  }

  private func message(_ command: CommandSpec, flags more: UInt32 = 0) throws -> (
    WireWriter, UInt32, SharedDescriptor?
  ) {
    let id = channel.nextID()
    let input = try command.input.map { try MemoryFile.make($0) }
    var request = WireWriter(.exec, id: id, descriptors: input == nil ? 0 : 1)
    request.field(.argv) { for argument in command.arguments { $0.put(argument) } }
    request.field(.env) { writer in
      for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) {
        writer.put("\(name)=\(value)")
      }
    }
    request.field(.cwd, command.directory)
    if let wall = command.wall { request.field(.wall, [max(1, wall.nanoseconds / 1_000_000)]) }
    request.field(.keep, [UInt64(command.headBytes), UInt64(command.tailBytes)])
    var flags = more | (command.splitsError ? Wire.execSplit : 0)
    if command.atLimit == .endsPhase { flags |= Wire.execKillPhase }
    request.field(.execFlags, flags)
    return (request, id, input)
  }

  private func began(_ phase: PhaseSpec, _ answer: LauncherChannel.Answer) {
    let displaced = answer.message.first(.displaced).map { WireMessage.text($0) }
    state.withLock { state in
      state.fresh = Dictionary(
        zip(phase.fresh.map(\.target), answer.descriptors), uniquingKeysWith: { $1 })
      state.listeners = Dictionary(
        zip(phase.listens, answer.descriptors.dropFirst(phase.fresh.count)),
        uniquingKeysWith: { $1 })
      state.displaced = displaced.map { [$0] } ?? []
    }
  }

  private func checkFresh(of phase: PhaseSpec) throws {
    guard state.withLock({ $0.fresh.count }) == Set(phase.fresh.map(\.target)).count else {
      throw BelayError(.sandbox, "a phase began without its fresh folders")
    }
  }

  private func usage(_ answer: LauncherChannel.Answer) -> PhaseUsage {
    var usage = PhaseUsage()
    usage.displaced = state.withLock { $0.displaced }
    answer.message.forEach { tag, value in
      switch tag {
      case .cpu: usage.cpu = WireMessage.cpu(value)
      case .cgroupText:
        let index = Int(WireMessage.number(value, 0) as UInt32)
        if index < groups.readings.count {
          groups.readings[index].read(WireMessage.text(value.dropFirst(4)), into: &usage)
        }
      default: break
      }
    }
    return usage
  }

  func fresh(_ target: String) throws -> SandboxFolder {
    guard let descriptor = state.withLock({ $0.fresh[target] }) else {
      throw BelayError(.internal, "the last phase has no fresh folder", place: target)
    }
    return SandboxFolder(descriptor: descriptor, name: target)
  }

  func listener(_ port: UInt16) throws -> SharedDescriptor {
    guard let descriptor = state.withLock({ $0.listeners[port] }) else {
      throw BelayError(.internal, "the phase does not listen on this port", place: "\(port)")
    }
    return descriptor
  }

  func root() async throws -> SandboxFolder {
    let id = channel.nextID()
    let answer = try await checked(
      channel.ask(WireWriter(.root, id: id), id: id), "open the trial's files")
    guard let descriptor = answer.descriptors.first else {
      throw BelayError(.sandbox, "the supervisor sent no descriptor of the root")
    }
    return SandboxFolder(descriptor: descriptor, name: "/")
  }

  func stop() async {
    let first = state.withLock { state in
      defer { state.stopped = true }
      state.fresh = [:]
      state.listeners = [:]
      return !state.stopped
    }
    if first {
      channel.tell(WireWriter(.quit, id: 0))
      // Its own end comes next; if it hangs in the kernel, the rest must not wait for ever.
      let hurry = Reactor.shared.after(.seconds(20)) { [supervisor] in
        supervisor.signal(9)
      }
      let exit = await supervisor.wait()
      Reactor.shared.cancel(hurry)
      channel.close()
      // It removes its groups itself, unless it was killed.
      if exit.code != 0 { await SandboxSweep().empty(groups.folders) }
    } else {
      _ = await supervisor.wait()
    }
  }

  private func checked(_ answer: LauncherChannel.Answer, _ what: String) throws
    -> LauncherChannel.Answer
  {
    guard answer.message.kind == .failed else { return answer }
    let reason = answer.message.first(.text).map { WireMessage.text($0) } ?? "no reason given"
    throw BelayError(
      .sandbox, "cannot \(what): \(reason)", hint: "belay doctor says what this machine can do")
  }
}

extension CommandResult {
  package init(_ message: WireMessage, splitsError: Bool) {
    var status: UInt32 = 0
    var flags: UInt32 = 0
    var failure: UInt32?
    var wall: UInt64 = 0
    var cpu = Duration.zero
    var rss: UInt64 = 0
    var streams = [CapturedOutput(), CapturedOutput()]
    message.forEach { tag, value in
      let stream = Int(WireMessage.number(value, 0) as UInt32) & 1
      switch tag {
      case .status: status = WireMessage.number(value, 0)
      case .resultFlags: flags = WireMessage.number(value, 0)
      case .execErrno: failure = WireMessage.number(value, 0)
      case .nanoseconds: wall = WireMessage.number(value, 0)
      case .cpu: cpu = WireMessage.cpu(value)
      case .maxRSS: rss = WireMessage.number(value, 0)
      case .total: streams[stream].totalBytes = Int(WireMessage.number(value, 8) as UInt64)
      case .head: streams[stream].head = Array(value.dropFirst(4))
      case .tail: streams[stream].tail = Array(value.dropFirst(4))
      default: break
      }
    }
    self.init(
      ending: Self.ending(status: status, flags: flags, failure: failure),
      wall: .nanoseconds(Int64(clamping: wall)), cpu: cpu, maxRSSBytes: Int(clamping: rss),
      output: streams[0], errors: splitsError ? streams[1] : nil)
  }

  private static func ending(status: UInt32, flags: UInt32, failure: UInt32?) -> CommandEnding {
    if let failure { return .notStarted(Int32(failure)) }
    if flags & Wire.resultTimedOut != 0 { return .timedOut }
    if flags & (Wire.resultPhaseDied | Wire.resultEnded) != 0 { return .phaseEnded }
    let signal = status & 0x7f
    return signal == 0 ? .exited(Int32((status >> 8) & 0xff)) : .signaled(Int32(signal))
  }
}
