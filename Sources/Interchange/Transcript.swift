public import Base

/// Transcripts that other people's agents leave, read as trajectories; everything in them is untrusted.
public enum Transcript {
  /// Whose transcript it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Claude Code: `--output-format stream-json`, or the session file that it keeps.
    case claudeCode = "claude_code"
    /// Codex: `exec --json`, or the rollout file that it keeps.
    case codex
  }

  /// What a transcript gave.
  public struct Reading: Sendable {
    /// Whose it is.
    public let kind: Kind
    /// The trajectory, with at least one step.
    public let trajectory: Trajectory
    /// What was left out, and why; at most a hundred are told.
    public let faults: [Diagnostic]
  }

  /// Bounds of what is read of one transcript.
  public struct Limits: Sendable, Hashable {
    /// The bytes of a line; a longer one is left out.
    public var line: Int
    /// The bytes of a text; of a longer one beginning and end are kept.
    public var text: Int
    /// The steps; what comes behind is left out.
    public var steps: Int

    /// Bounds that no honest transcript meets.
    public init(line: Int = 8 << 20, text: Int = 1 << 20, steps: Int = 20_000) {
      self.line = line
      self.text = text
      self.steps = steps
    }
  }

  /// Reads a transcript; nil where the bytes are none, or nothing happens in it.
  public static func read(_ bytes: [UInt8], file: String, limits: Limits = Limits()) -> Reading? {
    let lines = TranscriptLines(bytes, file: file, limits: limits)
    guard let form = lines.form else { return nil }
    var trajectory: Trajectory
    let kind: Kind
    switch form {
    case .claudeCode:
      var reader = ClaudeTranscript(lines)
      trajectory = reader.read()
      kind = .claudeCode
    case .codexEvents:
      var reader = CodexEvents(lines)
      trajectory = reader.read()
      kind = .codex
    case .codexRollout:
      var reader = CodexRollout(lines)
      trajectory = reader.read()
      kind = .codex
    }
    guard !trajectory.steps.isEmpty else { return nil }
    trajectory.notes = "Derived by belay from a transcript of \(trajectory.agentName)."
    return Reading(kind: kind, trajectory: trajectory, faults: lines.faults.all)
  }
}

/// The lines of a transcript that are JSON objects, with their numbers.
struct TranscriptLines {
  enum Form { case claudeCode, codexEvents, codexRollout }

  let objects: [JSON]
  let faults: JSONFields.Faults
  let limits: Transcript.Limits

  init(_ bytes: [UInt8], file: String, limits: Transcript.Limits) {
    let faults = JSONFields.Faults(file: file)
    var objects: [JSON] = []
    for (index, line) in bytes.split(separator: 0x0A).enumerated() {
      // What a program prints beside its transcript, and the rest of a line that was cut, is no fault.
      guard line.first(where: { $0 > 0x20 }) == 0x7B else { continue }
      guard line.count <= limits.line else {
        faults.add("", "line \(index + 1) is longer than \(limits.line) bytes", .warning)
        continue
      }
      guard let object = try? JSON.parse(line, maxDepth: 128) else {
        faults.add("", "line \(index + 1) is not JSON", .warning)
        continue
      }
      objects.append(object)
    }
    self.objects = objects
    self.faults = faults
    self.limits = limits
  }

  /// Whose transcript this is, as the first line says that is one's and no other's.
  var form: Form? {
    for object in objects.prefix(1000) {
      guard let type = object["type"].string else { continue }
      if object["payload"].object != nil, Self.rollout.contains(type) { return .codexRollout }
      if type.hasPrefix("thread.") || type.hasPrefix("turn.") { return .codexEvents }
      if type.hasPrefix("item."), object["item"].object != nil { return .codexEvents }
      if type == "system", object["subtype"].string == "init" { return .claudeCode }
      if ["assistant", "user"].contains(type), object["message"]["role"].string != nil,
        object["sessionId"].string != nil || object["session_id"].string != nil
      {
        return .claudeCode
      }
    }
    return nil
  }

  private static let rollout = ["session_meta", "turn_context", "response_item", "event_msg"]

  /// A text within its bound: beginning and end say most.
  func bounded(_ text: String) -> String {
    guard text.utf8.count > limits.text else { return text }
    let half = limits.text / 2
    let left = text.utf8.count - 2 * half
    return String(decoding: text.utf8.prefix(half), as: UTF8.self)
      + "\n[… \(left) bytes left out …]\n"
      + String(decoding: text.utf8.suffix(half), as: UTF8.self)
  }

  /// The text of a message: a string, or parts; a part without text says what it is.
  func text(_ content: JSON) -> String {
    switch content {
    case .string(let text): return bounded(text)
    case .array(let parts):
      let texts = parts.map { part -> String in
        if let text = part.string ?? part["text"].string { return text }
        let type = part["type"].string.map { String($0.prefix(40)) } ?? "part"
        return ["image", "input_image"].contains(type) ? "[image]" : "[\(type)]"
      }
      return bounded(texts.joined(separator: "\n"))
    case .null: return ""
    default: return bounded(content.text())
    }
  }

  /// Arguments as the object that they must be: parsed where they are a text, wrapped where they are none.
  func arguments(_ value: JSON) -> JSON {
    if value.object != nil { return value }
    if case .null = value { return .object([:]) }
    if let text = value.string {
      if let parsed = try? JSON.parse(text, maxDepth: 128), parsed.object != nil { return parsed }
      return ["input": .string(bounded(text))]
    }
    return ["input": value]
  }

  func moment(_ object: JSON) -> Timestamp? {
    object["timestamp"].string.flatMap { Timestamp(iso: $0) }
  }
}

/// The steps of one conversation while it is read: results find the call that they answer.
struct TranscriptSteps {
  private(set) var steps: [TrajectoryStep] = []
  private var owners: [String: Int] = [:]
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Adds a step and says where it is; nil where there are too many.
  mutating func add(_ step: TrajectoryStep) -> Int? {
    guard steps.count < limit else { return nil }
    var step = step
    step.number = steps.count + 1
    let calls = step.calls
    step.calls = []
    steps.append(step)
    for call in calls { self.call(call, in: steps.count - 1) }
    return steps.count - 1
  }

  /// Adds what is said to the end of the conversation.
  mutating func say(
    _ source: TrajectoryStep.Source, _ text: String, at: Timestamp?, extra: JSON = .null
  ) {
    guard !text.isEmpty else { return }
    _ = add(TrajectoryStep(number: 0, at: at, source: source, text: text, extra: extra))
  }

  mutating func change(_ index: Int, _ body: (inout TrajectoryStep) -> Void) {
    guard steps.indices.contains(index) else { return }
    body(&steps[index])
  }

  /// Adds a call; one with an id that is there already is the same one, told again.
  mutating func call(_ call: ToolCall, in index: Int) {
    guard !call.id.isEmpty, steps.indices.contains(index) else { return }
    if let owner = owners[call.id] {
      if let place = steps[owner].calls.firstIndex(where: { $0.id == call.id }) {
        steps[owner].calls[place] = call
      }
      return
    }
    owners[call.id] = index
    steps[index].calls.append(call)
  }

  /// Adds a result to the step of its call; of a call that nobody made it is a word of the environment.
  mutating func result(_ result: ToolResult, at: Timestamp?) {
    guard let id = result.callID, let owner = owners[id] else {
      return say(.system, result.text, at: at, extra: ["orphan_result": true])
    }
    if let place = steps[owner].results.firstIndex(where: { $0.callID == id }) {
      steps[owner].results[place] = result
    } else {
      steps[owner].results.append(result)
    }
  }

  func owns(_ id: String) -> Bool { owners[id] != nil }
}
