internal import Base
internal import Interchange
internal import Trial

/// Makes the steps of one attempt durable as they happen, and holds them for the trace.
///
/// Steps that an interrupted attempt recorded already are held against those that happen again.
actor Recorder {
  private nonisolated let sink: (any StepSink)?
  private let attempt: AttemptKey?
  private var records: [StepRecord] = []
  private var number = 0
  /// Lines of the trial's own lane, where several roles work.
  private var noted = 0
  private var earlier: [String: [TrajectoryStep]] = [:]
  private var strayed: Set<String> = []
  /// Marks for later readers.
  private(set) var flags: Set<String> = []

  init(_ sink: (any StepSink)?, _ attempt: AttemptKey?) {
    self.sink = sink
    self.attempt = attempt
  }

  /// Reads what an interrupted attempt recorded.
  func resume() async throws {
    guard let sink, let attempt else { return }
    let stored = try await sink.recorded(of: attempt)
    number = stored.count
    guard !stored.isEmpty else { return }
    flags.insert("resumed")
    for lane in StepRecord.lanes(stored.compactMap(StepRecord.init)) {
      earlier[lane.lane] = lane.steps
    }
  }

  /// What the same step brought before the interruption; nil when the lane has taken another way since.
  func before(_ step: TrajectoryStep, in lane: String) -> TrajectoryStep? {
    guard !strayed.contains(lane), let steps = earlier[lane], step.number <= steps.count else {
      return nil
    }
    let old = steps[step.number - 1]
    guard old.source == step.source, old.text == step.text,
      old.calls.map(\.name) == step.calls.map(\.name),
      old.calls.map(\.arguments) == step.calls.map(\.arguments)
    else {
      strayed.insert(lane)
      flags.insert("resumed_otherwise")
      return nil
    }
    return old
  }

  /// Appends a step, or one in the place of the last of its number; returns when it is durable.
  func append(_ record: StepRecord) async throws {
    hold(record)
    try await persist(record)
  }

  private func hold(_ record: StepRecord) {
    if let last = records.lastIndex(where: { $0.lane == record.lane }),
      records[last].step.number == record.step.number
    {
      var replaced = record
      replaced.speaker = record.speaker ?? records[last].speaker
      records[last] = replaced
    } else {
      records.append(record)
    }
  }

  private func persist(_ record: StepRecord) async throws {
    guard let sink, let attempt else { return }
    let isKnown = before(record.step, in: record.lane).map { $0.results == record.step.results }
    guard isKnown != true else { return }
    number += 1
    try await sink.append(record.json, number: number, of: attempt)
  }

  /// Does what a step is about to do. When that takes its time, the step is made durable meanwhile, so that a
  /// trial that is killed shows what it was at; a quick command is not worth the disk.
  nonisolated func telling<Result: Sendable>(
    _ intent: StepRecord?, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    guard let intent else { return try await body() }
    await hold(intent)
    guard sink != nil else { return try await body() }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        do { return try await body() } catch {
          // The trial ends here: what it was at is the end of its trace.
          try await self.persist(intent)
          throw error
        }
      }
      group.addTask {
        try await _Concurrency.Task.sleep(for: Self.worthTelling)
        try await self.persist(intent)
        return nil
      }
      while let result = try await group.next() {
        guard let result else { continue }
        group.cancelAll()
        return result
      }
      throw CancellationError()
    }
  }

  private static let worthTelling = Duration.milliseconds(500)

  func mark(_ flag: String) { flags.insert(flag) }

  /// The trace until now.
  func trajectory(session: String?) -> Trajectory? {
    StepRecord.trajectory(records, session: session)
  }
}

extension Recorder {
  /// A line of the trial's own lane, where no model spoke; it refers to the lanes that did the work.
  func note(
    _ text: String, lane: String, lanes: [String], at: Timestamp, speaker: StepRecord.Speaker,
    extra: JSON
  ) async throws {
    noted += 1
    var step = TrajectoryStep(number: noted, at: at, source: .system, text: text, extra: extra)
    step.modelCalls = 0
    if !lanes.isEmpty {
      step.results = [ToolResult(callID: nil, text: text, subagents: lanes)]
      step.text = "A step of the orchestration ended."
    }
    try await append(
      StepRecord(lane: lane, speaker: noted == 1 ? speaker : nil, step: step))
  }
}
