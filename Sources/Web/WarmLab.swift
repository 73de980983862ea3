internal import Base
internal import Facts
internal import Ledger
internal import NightReading
internal import Platform
internal import Survey

/// A lab as the server holds it: nights that were folded once and catch up, and answers that hold until the
/// ledger changes.
///
/// It reads and never writes: every connection is one for reading.
final class WarmLab: Sendable {
  /// What a request is answered with.
  struct Answer: Sendable {
    var status = 200
    var type = "application/json; charset=utf-8"
    let bytes: [UInt8]
    /// The name of its content, without the moment at which it was made.
    let tag: String
    var epoch: UInt64 = 0
  }

  private struct State {
    var epoch: UInt64 = 1
    var version: Int?
    var checkedAt: Int64 = .min
    var bumpedAt: Int64 = .min
    var askedAt: Int64 = .min
    // How long nobody looks after a look that took long, so that the night has most of the machine.
    var rest: Int64 = 0
    var answers: [String: Answer] = [:]
    var order: [String] = []
    var bytes = 0
    var waiting: [String: [CheckedContinuation<Answer, Never>]] = [:]
    var nights: [RunID: WarmNight] = [:]
    var makers: [String: (make: Make, askedAt: Int64)] = [:]
    var isRefreshing = false
  }

  /// What makes an answer.
  typealias Make = @Sendable (WarmLab) throws -> Answer

  // The ledger is looked at so often at most, for all clients together.
  private static let interval: Int64 = 450
  // A night that goes on tells its age and whether it lives; both change while the ledger does not.
  private static let beat: Int64 = 2000
  private static let mostAnswers = 200
  private static let mostBytes = 16 << 20
  private static let mostNights = 8
  // What was asked for lately is made anew before anybody is told that it changed: nobody waits for it.
  private static let warmFor: Int64 = 5000
  private static let mostWarm = 40
  // A night is kept up with while nobody asks, so that who asks again finds it as it is: it costs nothing more,
  // for every fact is folded once. After an hour without anybody it is looked at more seldom.
  private static let attentive: Int64 = 3_600_000
  private static let (often, seldom): (Int64, Int64) = (1000, 15_000)

  /// For everything that is read.
  let reader: LedgerReader
  let clock: WallClock
  /// What nights stand on a board with.
  let fresh = FreshRows()
  // For the version alone: it must not wait for a long read.
  private let sentinel: LedgerReader
  private let state = Locked(State())
  private let begin: @Sendable (@escaping @Sendable () -> Void) -> Void

  init(
    _ lab: Lab, clock: WallClock,
    begin: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = {
      BlockingWork.begin($0)
    }
  ) throws {
    self.clock = clock
    self.begin = begin
    reader = try lab.reader()
    sentinel = try lab.reader()
  }

  /// A number that grows whenever an answer may have become another.
  func epoch() -> UInt64 {
    let now = clock.now.milliseconds
    let isDue = state.withLock { state in
      let pause = max(Self.interval, state.rest)
      guard state.checkedAt == .min || abs(now - state.checkedAt) >= pause else { return false }
      state.checkedAt = now
      return true
    }
    guard isDue else { return state.withLock { $0.epoch } }
    let version = try? sentinel.dataVersion()
    let warm = state.withLock { state -> [String: Make]? in
      let isLive = state.nights.values.contains { $0.isWhole && !$0.isOver }
      let isBeat = isLive && abs(now - max(state.bumpedAt, 0)) >= Self.beat
      guard !state.isRefreshing, version != state.version || isBeat else { return nil }
      state.version = version
      state.bumpedAt = now
      state.makers = state.makers.filter { now - $0.value.askedAt <= Self.warmFor }
      state.isRefreshing = true
      return state.makers.mapValues(\.make)
    }
    if let warm { begin { [self] in refresh(warm) } }
    return state.withLock { $0.epoch }
  }

  /// Keeps up with the nights that were asked for; to be called again and again.
  func keep() {
    let now = clock.now.milliseconds
    let isDue = state.withLock { state in
      let isAsked = state.askedAt != .min && abs(now - state.askedAt) < Self.attentive
      let pause = isAsked ? Self.often : Self.seldom
      return !state.nights.isEmpty && abs(now - max(state.checkedAt, 0)) >= pause
    }
    if isDue { _ = epoch() }
  }

  /// Reads the newest night before anybody asks for it.
  func foresee() {
    begin { [self] in
      guard let newest = try? reader.newest(.night) else { return }
      while true {
        do {
          return try night(newest) { _ in }
        } catch let error as BelayError where error.kind == .busy {
          // It takes longer than anybody who asks would wait; nobody waits here.
          continue
        } catch { return }
      }
    }
  }

  private func refresh(_ warm: [String: Make]) {
    let began = clock.now.milliseconds
    for night in state.withLock({ $0.nights.values.filter(\.isWhole) }) {
      // A night that cannot be read says so where it is asked for.
      try? night.catchUp(reader, clock)
    }
    let made = warm.mapValues { make in Self.madeNow(self, make) }
    let took = abs(clock.now.milliseconds - began)
    state.withLock { $0.rest = 2 * took }
    turn(made)
  }

  // What was made anew and the number that says so come at one time.
  private func turn(_ made: [String: Answer]) {
    state.withLock { state in
      state.epoch += 1
      state.isRefreshing = false
      for (key, answer) in made {
        var answer = answer
        answer.epoch = state.epoch
        Self.put(answer, key, &state)
      }
    }
  }

  /// The answer to a request: the one that holds, else a new one, which is made once however many ask.
  func answer(
    _ key: String, _ make: @escaping Make
  ) async -> Answer {
    let epoch = epoch()
    let now = clock.now.milliseconds
    enum Way { case ready(Answer), join, make }
    let way = state.withLock { state -> Way in
      state.askedAt = now
      if state.makers[key] != nil || state.makers.count < Self.mostWarm {
        state.makers[key] = (make, now)
      }
      if let known = state.answers[key], known.epoch == epoch { return .ready(known) }
      if state.waiting[key] != nil { return .join }
      state.waiting[key] = []
      return .make
    }
    switch way {
    case .ready(let answer): return answer
    case .join:
      return await withCheckedContinuation { continuation in
        // It may have come about in between.
        let known = state.withLock { state -> Answer? in
          if state.waiting[key] != nil {
            state.waiting[key]?.append(continuation)
            return nil
          }
          return state.answers[key] ?? Self.failed(BelayError(.busy, "the answer is gone again"))
        }
        if let known { continuation.resume(returning: known) }
      }
    case .make:
      var made = await Self.made(self, make)
      made.epoch = epoch
      for continuation in keep(made, key) { continuation.resume(returning: made) }
      return made
    }
  }

  private static func made(_ lab: WarmLab, _ make: @escaping Make) async -> Answer {
    let made = try? await BlockingWork.run { madeNow(lab, make) }
    return made ?? failed(BelayError(.internal, "the page could not be made"))
  }

  private static func madeNow(_ lab: WarmLab, _ make: Make) -> Answer {
    do {
      return try make(lab)
    } catch let error as BelayError {
      return failed(error)
    } catch {
      return failed(BelayError(.internal, "the page could not be made"))
    }
  }

  private func keep(_ answer: Answer, _ key: String) -> [CheckedContinuation<Answer, Never>] {
    state.withLock { state in
      Self.put(answer, key, &state)
      return state.waiting.removeValue(forKey: key) ?? []
    }
  }

  private static func put(_ answer: Answer, _ key: String, _ state: inout State) {
    if let old = state.answers.removeValue(forKey: key) {
      state.bytes -= old.bytes.count
      state.order.removeAll { $0 == key }
    }
    // What was wrong here may be right at the next asking, whether the ledger has changed or not.
    guard answer.status < 500 else { return }
    state.answers[key] = answer
    state.order.append(key)
    state.bytes += answer.bytes.count
    while state.order.count > 1, state.bytes > mostBytes || state.order.count > mostAnswers {
      let oldest = state.order.removeFirst()
      state.bytes -= state.answers.removeValue(forKey: oldest)?.bytes.count ?? 0
    }
  }

  /// An error as an answer.
  static func failed(_ error: BelayError) -> Answer {
    let status =
      switch error.kind {
      case .usage: 400
      case .notFound: 404
      case .auth: 403
      case .busy, .rateLimited, .provider: 503
      default: 500
      }
    let bytes = JSON.object(["error": error.json]).utf8()
    return Answer(status: status, bytes: bytes, tag: Digest.of(bytes).short)
  }

  /// The splits of which a run tells no single task.
  func withheld(_ id: RunID) throws -> Set<Split> {
    try NightView.withheld(reader, run: id) { _ in try night(id) { $0.withheld } }
  }

  /// Hands out a night that is as the ledger has it now.
  func night<Result: Sendable>(_ id: RunID, _ body: (NightView) throws -> Result) throws -> Result {
    let night = state.withLock { state -> WarmNight in
      if let known = state.nights[id] { return known }
      if state.nights.count >= Self.mostNights, let oldest = state.nights.keys.min() {
        state.nights[oldest] = nil
      }
      let made = WarmNight(id)
      state.nights[id] = made
      return made
    }
    return try night.read(reader, clock, body)
  }
}
