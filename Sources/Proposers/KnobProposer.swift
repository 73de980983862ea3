internal import Base
internal import Climb
internal import Components
internal import Evidence
internal import Glibc
internal import Harness

/// Tunes the declared knobs and switches without a model: from what is known of the levels that were tried it
/// guesses what the others are worth, and takes those that may be best.
///
/// Neighbouring values of a number are believed to be worth the like; words and switches tell nothing of each
/// other. Of each knob one level is proposed at a time, drawn from what is believed (Thompson's rule), so that
/// what is unknown is tried and what is known to be bad is not.
public struct KnobProposer: Proposing {
  /// `knobs`.
  public let name = "knobs"

  /// A tuner.
  public init() {}

  /// Proposes levels.
  public func propose(_ request: ProposalRequest) async throws -> ProposalAnswer {
    let knobs = request.base.native?.knobs ?? []
    var intake = try Intake(request, author: name)
    var chance = Draws(seed: request.seed, for: UInt64(truncatingIfNeeded: request.number))
    var best: [KnobGuess] = []
    for knob in knobs {
      let now = request.base.knobLevels.first { $0.target == knob.target }?.value ?? .null
      let scale = KnobScale(knob, now: now)
      if let guess = try scale.guess(request, &chance) { best.append(guess) }
    }
    best.sort { ($0.draw, $1.level.target) > ($1.draw, $0.level.target) }
    for guess in best where intake.drafts.count < request.count {
      guard let patch = try request.base.patch(setting: [guess.level]) else { continue }
      let text =
        "\(guess.level.target) at \(guess.level.value.text()) instead of \(guess.now.text())"
      intake.take(
        patch,
        Hypothesis(
          cause: guess.tried == 0 ? "nothing is known of it" : "what was tried nearby",
          mechanism: text, gain: nil), summary: text)
    }
    let note = knobs.isEmpty ? "the harness declares no knobs" : "\(intake.drafts.count) levels"
    return ProposalAnswer(
      drafts: intake.drafts, refused: intake.refused, spending: Spending(costUSD: 0, tokens: 0),
      note: intake.drafts.isEmpty && !knobs.isEmpty ? "every level was tried" : note)
  }
}

/// A level that may be worth trying.
struct KnobGuess {
  let level: KnobLevel
  let now: JSON
  /// What it is drawn to be worth, in logits.
  let draw: Double
  /// How many levels of the knob were tried.
  let tried: Int
}

/// The levels of one knob, with what was seen of them.
struct KnobScale {
  /// How much a level is worth before anything is seen, give or take, in logits.
  static let spread = 0.2
  /// How far what is known of a level tells of others, in shares of the whole range.
  static let reach = 0.3

  let knob: Knob
  let now: JSON
  /// The levels and where they lie between 0 and 1; nil where there is no between.
  let levels: [(value: JSON, place: Double?)]

  init(_ knob: Knob, now: JSON) {
    self.knob = knob
    self.now = now
    switch knob.range {
    case .toggle(let isOn): levels = [(.bool(!isOn), nil)]
    case .choice(let words): levels = words.map { (.string($0), nil) }.filter { $0.0 != now }
    case .int(let range):
      var seen: Set<Int> = [now.int ?? Int.min]
      levels = (0..<7).compactMap { step in
        let value = Self.between(range, Double(step) / 6)
        return seen.insert(value).inserted ? (.int(value), Self.place(value, in: range)) : nil
      }
    case .real(let range):
      let width = range.upperBound - range.lowerBound
      levels = (0..<7).compactMap { step in
        let value = ((range.lowerBound + width * Double(step) / 6) * 100).rounded() / 100
        guard range.contains(value), value != now.double else { return nil }
        return (.double(value), (value - range.lowerBound) / max(width, 1e-9))
      }
    }
  }

  /// Where the value lies that stands in the file.
  private var placeNow: Double? {
    switch knob.range {
    case .int(let range): now.int.map { Self.place($0, in: range) }
    case .real(let range):
      now.double.map { ($0 - range.lowerBound) / max(range.upperBound - range.lowerBound, 1e-9) }
    case .choice, .toggle: nil
    }
  }

  /// The untried level that is drawn to be the best; nil when all were tried.
  func guess(_ request: ProposalRequest, _ chance: inout Draws) throws -> KnobGuess? {
    var seen: [(place: Double, effect: Double, error: Double)] = []
    var open: [(value: JSON, place: Double?)] = []
    for level in levels {
      let patch = try request.base.patch(
        setting: [KnobLevel(target: knob.target, value: level.value)])
      guard let patch else { continue }
      let tried = request.pool.filter {
        $0.effectDigest == patch.effect.hex
          || ($0.components == patch.components && $0.level == level.value.text())
      }
      if tried.isEmpty {
        open.append(level)
      } else if let place = level.place {
        for line in tried { seen.append((place, Self.effect(line), line.error ?? 0.15)) }
      }
    }
    // Where it stands it is worth nothing more and nothing less.
    if let placeNow { seen.append((placeNow, 0, 1e-3)) }
    let drawn = open.map { level in
      let belief =
        level.place.map { Self.belief(at: $0, seen) } ?? (mean: 0, deviation: Self.spread)
      return (level, belief.mean + belief.deviation * chance.normal())
    }
    return drawn.max { $0.1 < $1.1 }.map { level, draw in
      KnobGuess(
        level: KnobLevel(target: knob.target, value: level.value), now: now, draw: draw,
        tried: levels.count - open.count)
    }
  }

  private static func effect(_ line: PoolLine) -> Double {
    line.effect ?? (["dropped", "refused", "vetoed"].contains(line.state) ? -0.2 : 0)
  }

  /// A Gaussian process with a squared exponential kernel: mean and deviation at a place.
  static func belief(at place: Double, _ seen: [(place: Double, effect: Double, error: Double)])
    -> (mean: Double, deviation: Double)
  {
    func kernel(_ one: Double, _ other: Double) -> Double {
      spread * spread * exp(-0.5 * ((one - other) / reach) * ((one - other) / reach))
    }
    let cross = seen.map { kernel($0.place, place) }
    let matrix = seen.indices.map { row in
      seen.indices.map { column in
        kernel(seen[row].place, seen[column].place)
          + (row == column ? seen[row].error * seen[row].error + 1e-9 : 0)
      }
    }
    let forMean = solve(matrix, seen.map(\.effect))
    let forVariance = solve(matrix, cross)
    let mean = zip(cross, forMean).reduce(0) { $0 + $1.0 * $1.1 }
    let explained = zip(cross, forVariance).reduce(0) { $0 + $1.0 * $1.1 }
    return (mean, max(kernel(place, place) - explained, 1e-8).squareRoot())
  }

  /// Gaussian elimination with the largest pivot; the systems are those of a few levels.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    for column in rows.indices {
      let pivot = rows.indices[column...].max { abs(rows[$0][column]) < abs(rows[$1][column]) }
      rows.swapAt(column, pivot ?? column)
      for row in rows.indices where row != column && rows[column][column] != 0 {
        let factor = rows[row][column] / rows[column][column]
        for index in column...rows.count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return rows.indices.map { rows[$0][$0] == 0 ? 0 : rows[$0][rows.count] / rows[$0][$0] }
  }

  private static func isWide(_ range: ClosedRange<Int>) -> Bool {
    range.lowerBound > 0 && range.upperBound / range.lowerBound >= 4
  }

  /// The value at a share of the range: of a wide one by factors, rounded to two figures.
  private static func between(_ range: ClosedRange<Int>, _ share: Double) -> Int {
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    let exact = isWide(range) ? low * pow(high / low, share) : low + (high - low) * share
    var unit = 1
    while abs(exact) / Double(unit) >= 100 { unit *= 10 }
    let rounded = Int((exact / Double(unit)).rounded()) * unit
    return share == 0
      ? range.lowerBound
      : share == 1
        ? range.upperBound
        : min(max(rounded, range.lowerBound), range.upperBound)
  }

  private static func place(_ value: Int, in range: ClosedRange<Int>) -> Double {
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    guard high > low else { return 0 }
    return isWide(range)
      ? log(Double(max(value, 1)) / low) / log(high / low) : (Double(value) - low) / (high - low)
  }
}

extension Draws {
  /// A number of the normal distribution (Box and Muller).
  mutating func normal() -> Double {
    let first = max(share(), 1e-300)
    return (-2 * log(first)).squareRoot() * cos(2 * .pi * share())
  }
}
