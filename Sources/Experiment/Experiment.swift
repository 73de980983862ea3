public import Base
public import Climb
public import Model

/// One night as the user wrote it down: what is improved, on what, by whom, and when it stops.
public struct Experiment: Sendable, Hashable {
  /// When a night ends; nil is no stop of that kind.
  public struct Stop: Sendable, Hashable {
    /// So many trials.
    public var trials: Int?
    /// So many edits were proposed.
    public var candidates: Int?
    /// So many races in a row adopted nothing.
    public var noGainFor: Int?
    /// So many dollars, of all models together.
    public var costUSD: Double?
    /// So many tokens, of all models together.
    public var tokens: Int?
    /// A time of day, or so long from the start.
    public var deadline: Deadline?
  }

  /// Its name.
  public var name: String
  /// The folder of its file, absolute.
  public var folder: String
  /// The folder of the harness that is improved.
  public var harness: String
  /// The folder of the suite.
  public var suite: String
  /// The human's directions to the meta-agent, in prose; empty when there are none.
  public var direction = ""
  /// How far it goes on its own.
  public var autonomy = Autonomy.auto
  /// Which model an alias means: `task`, `propose`, `judge`, `summarize`, and whatever steps name.
  public var models: [String: ModelName] = [:]
  /// Who fills the pool.
  public var proposers: [String] = ["model"]
  /// A prepared folder that programs among them see at `/runtime`, absolute; nil for none.
  public var proposerRuntime: String?
  /// When it ends.
  public var stop = Stop()
  /// How much evidence an adoption asks for.
  public var mode = NightRules.Mode.standard
  /// The smallest gain worth chasing.
  public var target: Double?
  /// Trials at once at most; nil leaves it to the machine.
  public var slots: Int?
  /// Who is told what happens; nil for nobody.
  public var notify: Notify?
  /// The seed of the night.
  public var seed: UInt64?
  /// The file as values, to be recorded.
  public var definition: JSON

  /// What the file calls itself.
  public static let schema = "belay.experiment/1"

  /// Reads `experiment.toml`, or the one in a folder; every fault is in the diagnostics.
  public static func read(_ path: String) throws(BelayError) -> (Experiment?, [Diagnostic]) {
    try ExperimentReader.read(path)
  }

  /// Reads an experiment that has no fault.
  public static func load(_ path: String) throws(BelayError) -> Experiment {
    let (experiment, diagnostics) = try read(path)
    if let experiment { return experiment }
    let faults = diagnostics.filter { $0.severity == .error }
    throw BelayError(
      .usage, faults.map(\.description).joined(separator: "\n"), place: path,
      hint: "belay check \(path)")
  }
}

/// When a night has to end: at a time of day, or after a while.
public enum Deadline: Sendable, Hashable {
  /// The next time that the clock on the wall shows this.
  case timeOfDay(hour: Int, minute: Int)
  /// So long from the start.
  case after(Duration)

  /// Reads `07:00`, `8h`, `90m` or `45s`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
      (0..<24).contains(hour), (0..<60).contains(minute), parts[1].utf8.count == 2
    {
      self = .timeOfDay(hour: hour, minute: minute)
      return
    }
    let units: [Character: Double] = ["h": 3600, "m": 60, "s": 1]
    guard let last = text.last, let unit = units[last], let count = Double(text.dropLast()),
      count > 0, count * unit <= 31_536_000
    else { return nil }
    self = .after(.seconds(count * unit))
  }

  /// Seconds from `now`, where the local clock is so many seconds ahead of UTC.
  public func seconds(from now: Timestamp, offset: Int) -> Int {
    switch self {
    case .after(let duration): return max(1, Int(duration.components.seconds))
    case .timeOfDay(let hour, let minute):
      let day = 86_400
      let local = (Int(now.milliseconds / 1000) + offset) % day
      let left = (hour * 3600 + minute * 60 - local + day) % day
      return left == 0 ? day : left
    }
  }
}
