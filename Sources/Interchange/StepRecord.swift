public import Base

/// One step as it is made durable the moment it happens: a step of ATIF that says which lane it is of.
///
/// A lane is one conversation of a trial: the trial's own (`main`), or that of a role or a sub-agent. The
/// first step of a lane carries who speaks in it. Numbers count within a lane: a step with a number that
/// its lane already has takes the place of that one and of all behind it (a resumed trial that took
/// another way).
public struct StepRecord: Sendable, Hashable {
  /// The name of a trial's own lane.
  public static let main = "main"

  /// Who speaks in a lane.
  public struct Speaker: Sendable, Hashable {
    /// The agent's name.
    public var name: String
    /// The agent's version.
    public var version: String
    /// The model.
    public var model: String?
    /// The tools that it was given, as functions of OpenAI's schema.
    public var tools: [JSON]

    /// A speaker.
    public init(name: String, version: String, model: String? = nil, tools: [JSON] = []) {
      self.name = name
      self.version = version
      self.model = model
      self.tools = tools
    }
  }

  /// The lane.
  public var lane: String
  /// Who speaks in it; on its first step.
  public var speaker: Speaker?
  /// The step; its number counts within the lane.
  public var step: TrajectoryStep

  /// A step of a lane.
  public init(lane: String, speaker: Speaker? = nil, step: TrajectoryStep) {
    self.lane = lane
    self.speaker = speaker
    self.step = step
  }

  /// The record as it is stored: a valid step of ATIF by itself.
  public var json: JSON {
    var marked = step
    if marked.extra.object == nil { marked.extra = .object([:]) }
    marked.extra["lane"] = .string(lane)
    if let speaker {
      marked.extra["agent"] = [
        "name": .string(speaker.name), "version": .string(speaker.version),
        "model_name": .optional(speaker.model), "tool_definitions": .array(speaker.tools),
      ]
    }
    return marked.atif
  }

  /// Reads a stored record; nil when it is none.
  public init?(_ json: JSON) {
    guard let lane = json["extra"]["lane"].string else { return nil }
    let faults = JSONFields.Faults(file: "step")
    guard let fields = JSONFields(json, "", faults), let number = json["step_id"].int, number > 0
    else { return nil }
    var step = AtifReader(faults: faults).step(fields, expected: number)
    guard faults.all.isEmpty else { return nil }
    let agent = json["extra"]["agent"]
    if let name = agent["name"].string {
      speaker = Speaker(
        name: name, version: agent["version"].string ?? "", model: agent["model_name"].string,
        tools: agent["tool_definitions"].array ?? [])
    }
    if var extra = step.extra.object {
      extra["agent"] = nil
      extra["lane"] = nil
      step.extra = extra.isEmpty ? .null : .object(extra)
    }
    self.lane = lane
    self.step = step
  }

  /// The steps of each lane in the order in which the lanes began, replaced ones left out.
  public static func lanes(_ records: [StepRecord]) -> [(
    speaker: Speaker?, lane: String, steps: [TrajectoryStep]
  )] {
    var order: [String] = []
    var speakers: [String: Speaker] = [:]
    var steps: [String: [TrajectoryStep]] = [:]
    for record in records {
      if steps[record.lane] == nil { order.append(record.lane) }
      speakers[record.lane] = record.speaker ?? speakers[record.lane]
      var own = steps[record.lane] ?? []
      if record.step.number <= own.count { own.removeSubrange((record.step.number - 1)...) }
      own.append(record.step)
      steps[record.lane] = own
    }
    return order.map { (speakers[$0], $0, steps[$0] ?? []) }
  }

  /// The trajectory that these records add up to, in the order in which they were stored; nil for none.
  public static func trajectory(_ records: [StepRecord], session: String?) -> Trajectory? {
    let lanes = lanes(records)
    guard let first = lanes.first else { return nil }
    var made: [String: Trajectory] = [:]
    for lane in lanes {
      let speaker = lane.speaker ?? first.speaker
      var trajectory = Trajectory(
        sessionID: session, trajectoryID: lane.lane, agentName: speaker?.name ?? "belay",
        agentVersion: speaker?.version ?? "", model: speaker?.model, tools: speaker?.tools ?? [])
      trajectory.steps = lane.steps
      made[lane.lane] = trajectory
    }
    // All lanes below the trial's own lie side by side: who called whom stands in the references.
    let root = lanes.contains { $0.lane == main } ? main : first.lane
    var whole = made[root]
    whole?.subagents = lanes.filter { $0.lane != root }.compactMap { made[$0.lane] }
    return whole
  }
}
