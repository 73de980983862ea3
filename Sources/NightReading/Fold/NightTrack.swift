public import Base
internal import Climb
internal import Stats

/// How far a night had come at each turn: trials, money and time, for what is drawn over them.
public struct NightTrack: Sendable, Hashable, Codable {
  /// Where a night stood at a moment.
  public struct Mile: Sendable, Hashable, Codable {
    /// When.
    public let at: Timestamp
    /// Trials that had been dispatched.
    public let trials: Int
    /// Adoptions that stood.
    public let generation: Int
    /// The money that was known to be spent, by the word of what on.
    public let costs: [String: Double]

    /// All money that was known to be spent.
    public var costUSD: Double { costs.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value } }
  }

  /// A candidate's time as the incumbent.
  public struct Reign: Sendable, Hashable, Codable {
    /// The candidate, by its number within the night.
    public let candidate: CandidateID
    /// How many adoptions lie between it and the baseline.
    public let generation: Int
    /// Whether it took over for being simpler and no worse.
    public let isSimpler: Bool
    /// Where the night stood when it took over.
    public let begun: Mile
    /// Whether its adoption was taken back.
    public internal(set) var isTakenBack = false
  }

  // A night of a million trials is drawn with as many points as one of hundreds.
  private static let most = 400

  /// What was spent as the night went on, thinned out evenly.
  public private(set) var miles: [Mile] = []
  /// Who was the incumbent, in order; a candidate that came back after another was taken back stands twice.
  public private(set) var reigns: [Reign] = []
  /// The generations that stand: the baseline, then each adoption, for being better or simpler.
  public private(set) var line: [CandidateID] = [CandidateID(1)]
  private var every = 1
  private var skipped = 0

  /// Whether the next trial that came back is one of those that are drawn.
  mutating func isDue() -> Bool {
    skipped += 1
    guard skipped >= every else { return false }
    skipped = 0
    return true
  }

  mutating func sample(_ mile: Mile) {
    miles.append(mile)
    guard miles.count > Self.most else { return }
    miles = miles.enumerated().compactMap { $0.offset % 2 == 1 ? $0.element : nil }
    every *= 2
  }

  mutating func begin(_ mile: Mile) {
    reigns = [
      Reign(candidate: CandidateID(1), generation: 0, isSimpler: false, begun: mile)
    ]
  }

  mutating func adopt(_ candidate: CandidateID, isSimpler: Bool, _ mile: Mile) {
    line.append(candidate)
    reigns.append(
      Reign(
        candidate: candidate, generation: line.count - 1, isSimpler: isSimpler, begun: mile))
  }

  mutating func rollBack(_ candidate: CandidateID, to incumbent: CandidateID, _ mile: Mile) {
    if let place = line.lastIndex(of: candidate), place > 0 { line.removeSubrange(place...) }
    if let place = reigns.lastIndex(where: { $0.candidate == candidate }) {
      for later in place..<reigns.count { reigns[later].isTakenBack = true }
    }
    reigns.append(
      Reign(
        candidate: incumbent, generation: line.count - 1, isSimpler: false, begun: mile))
  }
}

extension NightView {
  /// The candidate of a generation that stands: 0 is the baseline; nil beyond the last.
  public func generation(_ number: Int) -> CandidateID? {
    fold.track.line.indices.contains(number) ? fold.track.line[number] : nil
  }

  /// What some edits gain over others on dev tasks, as the pooled model believes; nil while it knows nothing.
  public func expectedGain(of candidate: CandidateID, over base: CandidateID)
    -> (mean: Double, error: Double)?
  {
    guard world.model.trials > 0 else { return nil }
    let gain = world.model.gain(
      of: world.pool.features(of: world.edits(of: candidate)),
      over: world.pool.features(of: world.edits(of: base)))
    return gain.mean.isFinite && gain.error.isFinite ? gain : nil
  }

  /// The last point of the night, for what is drawn to its end.
  public var lastMile: NightTrack.Mile { fold.mile(at: fold.lastAt) }
}
