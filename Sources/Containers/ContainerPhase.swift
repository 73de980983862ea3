internal import Base
internal import Platform
internal import Sandbox

/// One container while it runs: the launcher is its first process and serves one phase.
///
/// The engine's own process stays attached for as long as the container lives. When this process dies,
/// the launcher reads the end of its input and ends the container with everything in it.
final class ContainerPhase: Sendable {
  let name: String
  private let engine: ContainerEngine
  private let child: Child
  private let channel: LauncherChannel
  private let socket: StreamSocket
  private let errors: ChildText
  private let held = Locked<[UInt16: SharedDescriptor]>([:])

  /// The sockets that listen inside; let go of with the phase.
  var listeners: [UInt16: SharedDescriptor] {
    get { held.withLock { $0 } }
    set { held.withLock { $0 = newValue } }
  }

  private init(
    name: String, engine: ContainerEngine, child: Child, socket: StreamSocket, errors: ChildText
  ) {
    self.name = name
    self.engine = engine
    self.child = child
    self.socket = socket
    self.errors = errors
    channel = LauncherChannel(StreamLink(socket))
  }

  /// How long an engine may take to make a container.
  private static let startLimit = Duration.seconds(120)

  /// Starts a container and answers when its first process has done what `request` asks for.
  static func start(
    name: String, engine: ContainerEngine, arguments: [String], begin request: WireWriter,
    id: UInt32
  ) async throws -> (phase: ContainerPhase, answer: WireMessage) {
    let errors = try ChildText(last: 16 << 10)
    let (child, socket) = try attach(engine, arguments, errors)
    let phase = ContainerPhase(
      name: name, engine: engine, child: child, socket: socket, errors: errors)
    phase.channel.open()
    let hurry = Reactor.shared.after(startLimit) { child.signal(9) }
    defer { Reactor.shared.cancel(hurry) }
    do {
      let answer = try await phase.channel.ask(request, id: id)
      return (phase, try checked(answer.message, "begin a phase"))
    } catch {
      let reason = await phase.lastWords(error)
      await phase.finish()
      throw BelayError(
        .sandbox, "\(engine.kind.rawValue) cannot start a container: \(reason)",
        hint: "belay doctor says what this machine can do")
    }
  }

  // Of the far end nothing is left here when this returns: the end of the container is then the end of
  // the stream.
  private static func attach(
    _ engine: ContainerEngine, _ arguments: [String], _ errors: ChildText
  ) throws(BelayError) -> (Child, StreamSocket) {
    let (own, far) = try StreamSocket.pair()
    let child = try engine.spawn(
      arguments, descriptors: [0: far.raw, 1: far.raw, 2: errors.far.raw])
    return (child, own)
  }

  private static func checked(_ message: WireMessage, _ what: String) throws(BelayError)
    -> WireMessage
  {
    guard message.kind == .failed else { return message }
    let reason = message.first(.text).map { WireMessage.text($0) } ?? "no reason given"
    throw BelayError(.sandbox, "cannot \(what): \(reason.printable())")
  }

  private func lastWords(_ error: any Error) async -> String {
    channel.close()
    _ = await child.end(wall: .seconds(10))
    let said = String(decoding: errors.finish(), as: UTF8.self).printable(keepingLines: true)
    let lines = said.split(separator: "\n").filter { !$0.isEmpty }
    return lines.last.map(String.init) ?? "\(error)"
  }

  /// Runs a command; nil when the container is gone before it is over.
  func run(_ command: CommandSpec, user: String?) async throws -> CommandResult? {
    let id = channel.nextID()
    let request = Self.request(command, user: user, id: id)
    // The launcher keeps the time; a container that does not even answer is ended from here.
    let limit = command.wall.map { wall in
      Reactor.shared.after(wall + .seconds(60)) { [socket] in socket.shut() }
    }
    defer { if let limit { Reactor.shared.cancel(limit) } }
    let answer: WireMessage
    do {
      answer = try await channel.ask(request, id: id) { [channel] in
        channel.tell(WireWriter(.kill, id: id))
      }.message
    } catch is BelayError {
      return nil
    }
    return CommandResult(
      try Self.checked(answer, "run a command"), splitsError: command.splitsError)
  }

  /// Starts a command that is talked to.
  func start(_ command: CommandSpec, user: String?) throws -> LiveCommand {
    let id = channel.nextID()
    try channel.begin(Self.request(command, user: user, id: id, flags: Wire.execLive), id: id)
    return LiveCommand(id: id, channel: channel, splitsError: command.splitsError)
  }

  /// Kills all that the phase started and waits until it is dead; nil when the container is gone already.
  func end() async -> WireMessage? {
    let id = channel.nextID()
    let hurry = Reactor.shared.after(.seconds(20)) { [socket] in socket.shut() }
    let answer = try? await channel.ask(WireWriter(.end, id: id), id: id).message
    Reactor.shared.cancel(hurry)
    await finish()
    return answer?.kind == .done ? answer : nil
  }

  /// Ends the container, whatever state it is in, and waits for that. May be called more than once.
  func finish() async {
    listeners = [:]
    socket.endWriting()
    // The first process reads the end of its input and goes, and the kernel takes the rest with it.
    let backstop = Reactor.shared.after(.seconds(10)) { [engine, name, child] in
      Task.detached {
        _ = try? await engine.call(["kill", "--signal", "KILL", name], wall: .seconds(20))
        child.signal(9)
      }
    }
    _ = await child.wait()
    Reactor.shared.cancel(backstop)
    channel.close()
  }

  private static func request(
    _ command: CommandSpec, user: String?, id: UInt32, flags more: UInt32 = 0
  ) -> WireWriter {
    var request = WireWriter(.exec, id: id)
    request.field(.argv) { for argument in command.arguments { $0.put(argument) } }
    request.field(.env) { writer in
      for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) {
        writer.put("\(name)=\(value)")
      }
    }
    request.field(.cwd, command.directory)
    if let user { request.field(.user, user) }
    if let input = command.input {
      request.field(.input) { writer in for byte in input { writer.put(byte) } }
    }
    if let wall = command.wall { request.field(.wall, [max(1, wall.nanoseconds / 1_000_000)]) }
    request.field(.keep, [UInt64(command.headBytes), UInt64(command.tailBytes)])
    var flags: UInt32 = more | (command.splitsError ? Wire.execSplit : 0)
    if command.atLimit == .endsPhase { flags |= Wire.execKillPhase }
    request.field(.execFlags, flags)
    return request
  }
}
