internal import Base
internal import Dialect
internal import Harness
internal import Interchange
internal import Model
internal import Trial

/// What all lanes of one trial share; behind a reference, so that frames that wait stay small.
final class Shared: Sendable {
  let asking: any ModelAsking
  let models: Roster
  let meter: Meter
  let recorder: Recorder
  let clock = AgentClock()
  let wall: WallClock
  let attempt: AttemptKey?
  let trialSeed: UInt64
  /// In front of the lanes' names in a task of several steps.
  let prefix: String
  /// The harness as traces name its version.
  let version: String

  init(
    asking: any ModelAsking, models: Roster, meter: Meter, recorder: Recorder, wall: WallClock,
    attempt: AttemptKey?, trialSeed: UInt64, prefix: String, version: String
  ) {
    self.asking = asking
    self.models = models
    self.meter = meter
    self.recorder = recorder
    self.wall = wall
    self.attempt = attempt
    self.trialSeed = trialSeed
    self.prefix = prefix
    self.version = version
  }

  /// Asks, for one lane.
  func ask(_ request: ModelRequest, of name: ModelName, as role: Purpose.Role, lane: String)
    async throws -> ModelAnswer
  {
    var call = ModelCall(
      request, of: name,
      for: Purpose(
        role, run: attempt?.run, candidate: attempt?.candidate, trial: attempt?.trial,
        attempt: attempt?.number ?? 1, lane: lane))
    let time = CallClock(clock)
    defer { time.ended() }
    call.onSend = { time.sent() }
    call.beforeResend = { _ in time.failed() }
    return try await asking.ask(call)
  }

  /// The seed of a lane's answers: the same for every harness on the same trial, another for each of
  /// several that work side by side.
  func seed(of lane: String) -> Int {
    let digest = Digest.of("\(trialSeed)\n\(lane)").bytes.prefix(4)
    return digest.reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
  }
}

extension ModelAnswer {
  /// What a step says of its answer besides what the format has a place for.
  func extra(asked: ModelName) -> JSON {
    var extra: [String: JSON] = [
      "latency_ms": .int(
        Int(latency.components.seconds) * 1000
          + Int(latency.components.attoseconds / 1_000_000_000_000_000)),
      "stop": .string(reply.stop.word),
    ]
    if costBasis != .computed { extra["cost_basis"] = .string(costBasis.rawValue) }
    if name != asked { extra["asked_model"] = .string("\(asked)") }
    if reply.usage?.isEstimate == true { extra["usage_estimated"] = true }
    if let reasoning = reply.usage?.reasoning { extra["reasoning_tokens"] = .int(reasoning) }
    return .object(extra)
  }
}

extension StopReason {
  /// The reason as traces name it.
  var word: String {
    switch self {
    case .done: "done"
    case .toolUse: "tool_use"
    case .outputLimit: "output_limit"
    case .stopText: "stop_text"
    case .refusal: "refusal"
    case .contextOverflow: "context_overflow"
    case .paused: "paused"
    case .other(let word): word
    }
  }
}

extension ToolCall {
  /// A call as a trace keeps it; arguments that are no object are kept as the text that they were.
  init(_ use: ToolUse) {
    let parsed = use.arguments.isEmpty ? .object([:]) : try? JSON.parse(Array(use.arguments.utf8))
    if let parsed, parsed.object != nil {
      self.init(id: use.id, name: use.name, arguments: parsed)
    } else {
      self.init(
        id: use.id, name: use.name, arguments: .object([:]),
        extra: ["raw_arguments": .string(use.arguments)])
    }
  }
}

extension ToolDeclaration {
  /// The declaration as a function of OpenAI's schema.
  var function: JSON {
    [
      "type": "function",
      "function": [
        "name": .string(name), "description": .string(description), "parameters": parameters,
      ],
    ]
  }
}
