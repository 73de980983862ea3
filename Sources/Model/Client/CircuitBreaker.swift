internal import Dialect

/// Whether a model is there: after several failures in a row nobody calls it but one scout at a time.
///
/// Pure: it is told what happened and when, and answers what may be done.
struct CircuitBreaker: Sendable {
  struct Settings: Sendable, Hashable {
    /// Failures in a row that mean that it is down.
    var failures = 5
    var firstPause = Duration.seconds(5)
    /// How long callers wait for a model that is down before they are told so.
    var patience = Duration.seconds(1800)
  }

  enum Admission: Equatable {
    case go
    /// As the one who tries whether it is there again.
    case scout
    case wait(until: Duration)
    /// Somebody tries at this moment.
    case scoutIsOut
    case giveUp(ModelFault)
  }

  enum Change: Equatable {
    case wentDown(ModelFault)
    case cameBack(after: Duration)
  }

  private enum State {
    case there(failures: Int)
    case down(until: Duration, pause: Duration)
    case scouting(pause: Duration)
  }

  private let settings: Settings
  private var state = State.there(failures: 0)
  private var downSince: Duration?
  private var lastFault: ModelFault?

  init(_ settings: Settings = Settings()) { self.settings = settings }

  var isDown: Bool { downSince != nil }

  /// When callers that wait are to be told that it stays down; nil when it is there.
  var patienceEnds: Duration? { downSince.map { $0 + settings.patience } }

  /// What a caller may do now; a scout must come back with `succeeded`, `failed` or `scoutWasLost`.
  mutating func admit(_ now: Duration) -> Admission {
    switch state {
    case .there: return .go
    case .down(let until, let pause):
      if until <= now {
        state = .scouting(pause: pause)
        return .scout
      }
      return impatience(now) ?? .wait(until: until)
    case .scouting: return impatience(now) ?? .scoutIsOut
    }
  }

  mutating func succeeded(_ now: Duration) -> Change? {
    state = .there(failures: 0)
    defer { (downSince, lastFault) = (nil, nil) }
    return downSince.map { .cameBack(after: now - $0) }
  }

  /// `callers` is how many share the scouting: it sets the pace.
  mutating func failed(
    _ fault: ModelFault, isScout: Bool, callers: Int = 1, _ now: Duration
  ) -> Change? {
    guard Self.meansDown(fault) else {
      // A provider that says what is wrong is there.
      return isScout ? succeeded(now) : nil
    }
    switch state {
    case .there(let failures):
      guard failures + 1 >= settings.failures else {
        state = .there(failures: failures + 1)
        return nil
      }
      goDown(fault, settings.firstPause, now)
      downSince = now
      return .wentDown(fault)
    case .scouting(let pause) where isScout:
      goDown(fault, Self.pause(after: pause, callers: callers), now)
      return nil
    case .scouting, .down:
      // Sent before it was known; says nothing new.
      return nil
    }
  }

  /// The scout was cancelled or failed in a way that says nothing: the next caller goes.
  mutating func scoutWasLost(_ now: Duration) {
    if case .scouting(let pause) = state { state = .down(until: now, pause: pause) }
  }

  /// Whether a fault speaks for a provider that is down, and not for one bad answer.
  static func meansDown(_ fault: ModelFault) -> Bool {
    switch fault.kind {
    case .overload, .connection, .stalled: true
    case .server: fault.status.map { [502, 503, 504].contains($0) || $0 >= 520 } ?? false
    default: false
    }
  }

  // Soon and often when many wait and take turns. Whoever is alone would otherwise send one request
  // dozens of times into an outage: so it comes to ten, first tries included, in half an hour.
  private static func pause(after pause: Duration, callers: Int) -> Duration {
    let factor = callers < 2 ? 4 : callers < 4 ? 3 : 2
    return min(pause * factor, .seconds(max(60, 900 / max(1, callers))))
  }

  private mutating func goDown(_ fault: ModelFault, _ pause: Duration, _ now: Duration) {
    state = .down(until: now + max(pause, fault.retryAfter ?? .zero), pause: pause)
    lastFault = fault
  }

  private func impatience(_ now: Duration) -> Admission? {
    guard let lastFault, let end = patienceEnds, end <= now else { return nil }
    return .giveUp(lastFault)
  }
}
