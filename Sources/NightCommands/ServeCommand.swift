internal import Base
package import Console
internal import Http
internal import Ledger
internal import Platform
internal import Web
internal import Workbench

/// `belay serve`: the pages of a lab in a browser, live.
package enum ServeCommand {
  static let usual: UInt16 = 8378

  static let port = Option(
    "port", .whole("PORT", 0...65_535), "The port; else \(usual), or a free one where that is taken"
  )
  static let host = Option(
    "host", .text("ADDRESS"), "The address to listen on; else this machine's loopback alone")
  static let tokenFile = Option(
    "token-file", .path("FILE"),
    "The token that clients must know; else one is made for --host and --control")
  static let open = Flag("open", "Open it in the browser")
  static let control = Flag("control", "Let the page pause, hint, veto and approve")

  package static let command = Command(
    "serve", in: .inspect, "Show the lab in a browser, live",
    discussion: """
      The same pages as in the terminal, from the same ledger, which is only read. Nothing is loaded from \
      elsewhere. Other machines reach it with --host alone, and then only with the token that stands at the end \
      of the address; the connection itself is not encrypted. Ctrl-C ends it. 'belay export --site' writes the \
      same as files.
      """,
    takes: [port, host, tokenFile, open, control],
    examples: [
      Example("belay serve", "and open the address that it says"),
      Example("belay serve --control --open", "with buttons to steer a night"),
    ],
    output: .job("serve", compact: ["url", "port"])
  ) { call in try await serve(call) }

  private static func serve(_ call: Call) async throws -> ExitCode {
    let lab = try LabWord.resolve(call)
    var address: NetworkAddress?
    if let named = call[host] { address = try numeric(named) }
    var options = WebOptions(address: address)
    options.token = try token(call, isNeeded: address.map { !$0.isLoopback } ?? false)
    // Where the lab lies on this machine is nothing for others.
    if call.output.labOption != nil, address.map(\.isLoopback) ?? true {
      options.labToName = lab.path
    }
    var steering: WebSteering?
    if call[control] { steering = { try await SteeringCommands.tell($0, lab: lab, call) } }
    let server = try start(lab, options, call, steering)
    let name = address.map { $0.isLong ? "[\($0)]" : "\($0)" } ?? "127.0.0.1"
    let url = "http://\(name):\(server.port)/" + (options.token.map { "#token=\($0)" } ?? "")
    try call.output.event(
      "launch",
      [
        "url": .string(url), "port": .int(Int(server.port)), "lab": .string(lab.path),
        "pid": .int(Int(ProcessIdentity.pid)), "control": .bool(call[control]),
      ])
    if call.output.mode == .text { _ = try call.output.stream("\(url)\n") }
    call.output.note(
      "reads \(lab.path)" + (call[control] ? " and steers its night" : " and changes nothing")
        + "; Ctrl-C ends it")
    if call[open] { show(url, call) }
    for await _ in InterruptSignals.stream() { break }
    await server.stop()
    try call.output.done(success: true, ["port": .int(Int(server.port))]) { _ in "" }
    return .ok
  }

  // The usual port, so that an address that was kept holds tomorrow; another where somebody has it.
  private static func start(
    _ lab: Lab, _ options: WebOptions, _ call: Call, _ steering: WebSteering?
  ) throws -> WebServer {
    var options = options
    let clock = call.surroundings.clock
    options.port = call[port].map { UInt16(clamping: $0) } ?? usual
    do {
      return try WebServer(lab, options, clock: clock, steering: steering)
    } catch let error as BelayError where error.kind == .busy && call[port] == nil {
      options.port = 0
      return try WebServer(lab, options, clock: clock, steering: steering)
    }
  }

  private static func numeric(_ text: String) throws(BelayError) -> NetworkAddress {
    guard let address = NetworkAddress(text) else {
      throw BelayError(
        .usage, "'\(text.printable())' is no address of a machine in digits",
        hint: "--host 0.0.0.0 for every address of this machine")
    }
    return address
  }

  private static func token(_ call: Call, isNeeded: Bool) throws -> String? {
    if let file = call[tokenFile] {
      let path = Path.absolute(file, from: call.surroundings.workingDirectory)
      let text = try Files.readText(path, limit: 4096).filter { !$0.isWhitespace }
      guard text.utf8.count >= 16,
        text.utf8.allSatisfy({
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || $0 == 0x2D || $0 == 0x5F
        })
      else {
        throw BelayError(
          .usage, "a token has 16 letters, digits, - or _ and more", place: path,
          hint: "openssl rand -hex 24 > \(path)")
      }
      return text
    }
    return isNeeded || call[control] ? Hex.text(Files.randomBytes(24)) : nil
  }

  private static func show(_ url: String, _ call: Call) {
    let environment = call.surroundings.environment
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    guard
      let program = folders.map({ Path.join($0, "xdg-open") }).first(where: { Files.isFile($0) }),
      (try? Child.spawn(program, [program, url], environment: environment)) != nil
    else { return call.output.warn("no browser could be opened; the address is above") }
  }
}
