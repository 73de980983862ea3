internal import Base

/// A call of a tool that was asked for and has no answer yet.
struct ToolCall: Sendable, Equatable {
  let id: JSON
  let tool: String
  let arguments: JSON
  let era: Era
  let batch: Int?
}

/// What to do after a message came in or a call ended.
enum Step: Sendable, Equatable {
  case send(JSON)
  case start(ToolCall)
  case cancel(JSON)
}

/// The server's side of a conversation, as a machine: messages and ends of calls in, steps out.
struct Session {
  private let identity: ServerIdentity
  private let tools: [Tool]
  private let limits: ToolServer.Limits
  private var version: String?
  private var running: [JSON: ToolCall] = [:]
  private var waiting: [ToolCall] = []
  private var batches: [Int: Batch] = [:]
  private var batchCount = 0

  private struct Batch {
    var open: Int
    var answers: [JSON]
  }

  private enum Outcome {
    case nothing
    case answer(JSON)
    case call(ToolCall)
    case cancel(JSON)
  }

  init(_ identity: ServerIdentity, _ tools: [Tool], _ limits: ToolServer.Limits) {
    self.identity = identity
    self.tools = tools
    self.limits = limits
  }

  /// Whether nothing is under way.
  var isIdle: Bool { running.isEmpty && waiting.isEmpty }

  /// All calls that have no answer yet.
  var open: [JSON] { running.keys + waiting.map(\.id) }

  mutating func receive(_ line: LineSplitter.Line) -> [Step] {
    guard case .text(let bytes) = line else {
      return [
        .send(Rpc.answer(.null, .invalid("a message has at most \(limits.messageBytes) bytes")))
      ]
    }
    let message: JSON
    do {
      message = try JSON.parse(bytes, maxDepth: 64)
    } catch {
      return [.send(Rpc.answer(.null, .parse("no JSON: \(error.message.printable())")))]
    }
    if let messages = message.array { return receive(batch: messages) }
    return steps(handle(message, batch: nil))
  }

  /// What follows from the end of a call.
  mutating func finish(_ call: ToolCall, _ answer: ToolAnswer) -> [Step] {
    guard running.removeValue(forKey: call.id) != nil else { return next() }
    return settle(call, Rpc.answer(call.id, call.era.framed(answer.json))) + next()
  }

  /// What follows from a call that was taken back: it gets no answer.
  mutating func drop(_ call: ToolCall) -> [Step] {
    guard running.removeValue(forKey: call.id) != nil else { return next() }
    return settle(call, nil) + next()
  }

  // Calls that waited for their turn begin when others have ended.
  private mutating func next() -> [Step] {
    var steps: [Step] = []
    while running.count < limits.calls, !waiting.isEmpty {
      let call = waiting.removeFirst()
      running[call.id] = call
      steps.append(.start(call))
    }
    return steps
  }

  private mutating func settle(_ call: ToolCall, _ answer: JSON?) -> [Step] {
    guard let number = call.batch, var batch = batches[number] else {
      return answer.map { [.send($0)] } ?? []
    }
    batch.open -= 1
    if let answer { batch.answers.append(answer) }
    guard batch.open == 0 else {
      batches[number] = batch
      return []
    }
    batches[number] = nil
    return batch.answers.isEmpty ? [] : [.send(.array(batch.answers))]
  }

  private mutating func steps(_ outcome: Outcome) -> [Step] {
    switch outcome {
    case .nothing: return []
    case .answer(let answer): return [.send(answer)]
    case .call(let call):
      waiting.append(call)
      return next()
    case .cancel(let id):
      if running[id] != nil { return [.cancel(id)] }
      guard let place = waiting.firstIndex(where: { $0.id == id }) else { return [] }
      return settle(waiting.remove(at: place), nil)
    }
  }

  private mutating func receive(batch messages: [JSON]) -> [Step] {
    guard let version, Era.batchVersions.contains(version) else {
      return [.send(Rpc.answer(.null, .invalid("this version of the protocol has no batches")))]
    }
    guard (1...limits.waiting).contains(messages.count) else {
      return [.send(Rpc.answer(.null, .invalid("a batch has 1 to \(limits.waiting) messages")))]
    }
    batchCount += 1
    let number = batchCount
    // One is held open by the reading itself, so that no answer ends the batch before all was read.
    batches[number] = Batch(open: 1, answers: [])
    var steps: [Step] = []
    for message in messages {
      let outcome = handle(message, batch: number)
      switch outcome {
      case .answer(let answer): batches[number]?.answers.append(answer)
      case .call:
        batches[number]?.open += 1
        steps += self.steps(outcome)
      case .nothing, .cancel: steps += self.steps(outcome)
      }
    }
    let reader = ToolCall(id: .null, tool: "", arguments: .null, era: .greeted, batch: number)
    return steps + settle(reader, nil)
  }

  private mutating func handle(_ message: JSON, batch: Int?) -> Outcome {
    guard let members = message.object else {
      return .answer(Rpc.answer(.null, .invalid("a message is an object")))
    }
    let id = members["id"]
    guard let method = members["method"]?.string else {
      // An answer to a question that was never asked.
      if members["result"] != nil || members["error"] != nil { return .nothing }
      return .answer(Rpc.answer(Self.usable(id) ?? .null, .invalid("a request has a method")))
    }
    let parameters = members["params"] ?? .null
    guard let id else { return notified(method, parameters) }
    guard let id = Self.usable(id) else {
      return .answer(Rpc.answer(.null, .invalid("an id is a string or a number")))
    }
    do throws(Rpc.Fault) {
      guard members["jsonrpc"] == "2.0" else { throw .invalid("expected jsonrpc 2.0") }
      guard parameters.isNull || parameters.object != nil else {
        throw .parameters("params is an object")
      }
      return try answer(method, parameters, id, batch)
    } catch {
      return .answer(Rpc.answer(id, error))
    }
  }

  private static func usable(_ id: JSON?) -> JSON? {
    switch id {
    case .string(let text) where text.utf8.count <= 1000: id
    case .int, .double: id
    default: nil
    }
  }

  private func notified(_ method: String, _ parameters: JSON) -> Outcome {
    guard method == "notifications/cancelled", let id = Self.usable(parameters["requestId"]) else {
      return .nothing
    }
    return .cancel(id)
  }

  private mutating func answer(
    _ method: String, _ parameters: JSON, _ id: JSON, _ batch: Int?
  ) throws(Rpc.Fault) -> Outcome {
    let era = try Era.of(method, parameters)
    switch method {
    case "initialize" where era == .greeted:
      guard batch == nil else { throw .invalid("initialize stands alone") }
      return .answer(Rpc.answer(id, greet(parameters)))
    case "server/discover":
      return .answer(Rpc.answer(id, era.framed(discovered, isListing: true)))
    case "ping" where era == .greeted: return .answer(Rpc.answer(id, [:]))
    case "tools/list":
      let list = ["tools": JSON.array(tools.map(\.json))]
      return .answer(Rpc.answer(id, era.framed(list, isListing: true)))
    case "tools/call": return .call(try call(parameters, id, era, batch))
    default: throw .method(method)
    }
  }

  private mutating func greet(_ parameters: JSON) -> [String: JSON] {
    let asked = parameters["protocolVersion"].string
    let agreed = Era.greetedVersions.first { $0 == asked } ?? Era.greetedVersions[0]
    version = agreed
    return [
      "protocolVersion": .string(agreed), "capabilities": ["tools": [:]],
      "serverInfo": identity.json, "instructions": .string(identity.instructions),
    ]
  }

  private var discovered: [String: JSON] {
    [
      "supportedVersions": .array(Era.statelessVersions.map(JSON.string)),
      "capabilities": ["tools": [:]], "serverInfo": identity.json,
      "instructions": .string(identity.instructions),
    ]
  }

  private func call(_ parameters: JSON, _ id: JSON, _ era: Era, _ batch: Int?) throws(Rpc.Fault)
    -> ToolCall
  {
    guard let name = parameters["name"].string else { throw .parameters("a call names its tool") }
    guard tools.contains(where: { $0.name == name }) else {
      let near = Spelling.suggestion(for: name, in: tools.map(\.name))
      throw .parameters("unknown tool: \(name.printable().prefix(100))\(near)")
    }
    let arguments = parameters["arguments"]
    guard arguments.isNull || arguments.object != nil else {
      throw .parameters("arguments is an object")
    }
    guard running[id] == nil, !waiting.contains(where: { $0.id == id }) else {
      throw .invalid("a request with this id is under way")
    }
    guard waiting.count < limits.waiting else { throw .busy("too many calls at once") }
    return ToolCall(
      id: id, tool: name, arguments: arguments.isNull ? [:] : arguments, era: era, batch: batch)
  }
}
