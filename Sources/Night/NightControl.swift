public import Base
public import Climb
internal import Http
public import Ledger
internal import NightLog
internal import Platform

/// Where a night can be spoken to while it goes on: a socket in its lab, for its user alone.
public final class NightControl: Sendable {
  private static let name = "control.sock"

  /// The socket.
  public let path: String
  private let server: HTTPServer

  /// Listens in a lab.
  public convenience init(_ steering: NightSteering, lab: Lab) throws {
    try self.init(run: steering.run, lab: lab) { word throws(BelayError) in
      try await steering.say(word)
    }
  }

  init(
    run: RunID, lab: Lab, say: @escaping @Sendable (Steering) async throws(BelayError) -> Bool
  ) throws {
    path = Path.join(lab.path, Self.name)
    server = try HTTPServer()
    let socket = try LocalSocket.listen(Self.name, in: lab.path)
    _ = try server.serve(listener: socket.raw) { request in
      await Self.answer(request, run, say)
    }
  }

  /// Listens no more.
  public func close() async {
    await server.stop()
    try? Files.removeTree(path)
  }

  private static func answer(
    _ request: HTTPServerRequest, _ run: RunID,
    _ say: (Steering) async throws(BelayError) -> Bool
  ) async -> HTTPServerResponse {
    guard request.method == "POST", request.path.hasPrefix("/steer/") else {
      return .text(404, "POST /steer/RUN")
    }
    guard request.path == "/steer/\(run)" else {
      return reply(200, ["running": .string("\(run)")])
    }
    do {
      let word: Steering = try JSON.parse(request.body).decode()
      let changed = try await say(word)
      return reply(200, ["changed": .bool(changed)])
    } catch {
      return reply(
        400,
        [
          "kind": .string(error.kind.rawValue), "message": .string(error.message),
          "hint": .optional(error.hint),
        ])
    }
  }

  private static func reply(_ status: Int, _ json: JSON) -> HTTPServerResponse {
    HTTPServerResponse(
      status: status, headers: [("content-type", "application/json"), ("connection", "close")],
      json.utf8())
  }

  /// Says something to a night that goes on in a lab; nil when this one does not. True when it changed
  /// something.
  public static func say(_ word: Steering, to run: RunID, lab: Lab) async throws -> Bool? {
    let body = try JSON.encoding(word).utf8()
    let head =
      "POST /steer/\(run) HTTP/1.1\r\nhost: belay\r\nconnection: close\r\ncontent-type: application/json\r\n"
      + "content-length: \(body.count)\r\n\r\n"
    let answer = try await BlockingWork.run {
      try LocalSocket.ask(name, in: lab.path, Array(head.utf8) + body)
    }
    guard let answer else { return nil }
    let text = String(decoding: answer, as: UTF8.self)
    guard let split = text.firstRange(of: "\r\n\r\n"),
      let json = try? JSON.parse(String(text[split.upperBound...]))
    else {
      throw BelayError(
        .internal, "the night gave no answer", place: lab.path, hint: "belay status")
    }
    if let changed = json["changed"].bool { return changed }
    // A word to one night is nothing to another.
    if json["running"].string != nil { return nil }
    throw BelayError(
      json["kind"].string.flatMap(ErrorKind.init(rawValue:)) ?? .internal,
      json["message"].string ?? "the night did not take it", hint: json["hint"].string)
  }

  /// Writes a word down for a night that does not go on at the moment: it is taken in when it does.
  public static func note(_ word: Steering, for run: RunID, in lab: Lab, clock: WallClock)
    async throws
    -> Bool
  {
    let reader = try lab.reader()
    guard let (world, facts) = try reader.nightWorld(run), world.phase != .over else {
      throw BelayError(.usage, "the night is over", place: "\(run)", hint: word.order.afterwards)
    }
    guard try word.order.changes(world) else { return false }
    let ledger = try await lab.open()
    do {
      try await ledger.append(
        [NightRecord(.steered(word), number: facts + 1, at: clock.now)], to: run)
    } catch {
      try? await ledger.close()
      throw error
    }
    try await ledger.close()
    return true
  }
}
