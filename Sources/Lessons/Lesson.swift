public import Base
public import Climb
internal import Layout
internal import Stats

/// What nights have taught about one mechanism on one kind of component.
public struct Lesson: Sendable, Hashable {
  /// How far it got.
  public enum Stage: String, Sendable, Hashable, CaseIterable {
    /// Verified in more than one night, and never refuted.
    case rule
    /// An edit built on it was adopted and stands, and is better by itself: by a race of its own, or its own interval.
    case verified
    /// The interval of an edit built on it lies below 0, and none was ever better by itself.
    case refuted
    /// Nights do not agree.
    case contradicted
    /// An edit built on it was adopted with others and stands; by itself it is untested.
    case bundled
    /// A cause was proposed and tried, and nothing settled it.
    case investigated
  }

  /// One edit that was built on it.
  public struct Sighting: Sendable, Hashable {
    /// The night.
    public let run: RunID
    /// The edit.
    public let edit: EditID
    /// What became of it, in one word: adopted, pruned, harmful, screened, …
    public let word: String
    /// Whether that speaks for it, against it, or neither.
    public let side: Side
    /// Points of the mean score on dev tasks as that night's pooled model believes: an expectation.
    public let gain: Double?
    /// The standard error of that.
    public let error: Double?
    /// How many edits one race adopted together with it, itself included; nil where none did.
    public let bundle: Int?
    /// What became of it, in a few words.
    public let brief: String

    /// A sighting.
    public init(
      run: RunID, edit: EditID, word: String, side: Side, gain: Double?, error: Double? = nil,
      bundle: Int? = nil, brief: String? = nil
    ) {
      self.run = run
      self.edit = edit
      self.word = word
      self.side = side
      self.gain = gain
      self.error = error
      self.bundle = bundle
      self.brief = brief ?? word
    }
  }

  /// What a sighting says of the lesson.
  public enum Side: String, Sendable, Hashable {
    /// For it.
    case bears = "for"
    /// Against it.
    case speaksAgainst = "against"
    /// It was adopted with others: neither for it nor against it.
    case rides = "bundled"
    /// Neither.
    case open
  }

  /// The mechanism in the words of whoever proposed it last: untrusted.
  public let text: String
  /// The kind of component that it is about: `prompts`, `tools`, `context`, …
  public let kind: String
  /// The edits that were built on it, the oldest first.
  public let sightings: [Sighting]

  /// How far it got; the newest night that says something outweighs none of the others.
  public var stage: Stage {
    let nights = { (side: Side) in Set(sightings.filter { $0.side == side }.map(\.run)) }
    let (bears, against) = (nights(.bears), nights(.speaksAgainst))
    switch (bears.isEmpty, against.isEmpty) {
    case (true, true): return nights(.rides).isEmpty ? .investigated : .bundled
    case (true, false): return .refuted
    case (false, false): return .contradicted
    case (false, true): return bears.count > 1 ? .rule : .verified
    }
  }

  /// The mean of what its nights believe that it is worth; nil where none says.
  public var gain: Double? {
    let gains = sightings.compactMap(\.gain)
    return gains.isEmpty ? nil : gains.reduce(0, +) / Double(gains.count)
  }

  /// The standard error of that mean; nil where one night's is unknown.
  public var error: Double? {
    let known = sightings.filter { $0.gain != nil }
    let errors = known.compactMap(\.error)
    guard !errors.isEmpty, errors.count == known.count else { return nil }
    return errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(errors.count)
  }

  /// What it is worth, `+4.8 pp ± 8.5`; nil where nobody knows. The ± is one standard error.
  var worth: String? {
    gain.map {
      "\(Figure.percent($0, signed: true)) pp" + (error.map { " ± \(Figure.percent($0))" } ?? "")
    }
  }

  /// What stands behind it beside its word, for a screen; empty where the word says all.
  var standing: String {
    guard stage == .bundled else { return "" }
    let sizes = Set(sightings.filter { $0.side == .rides }.compactMap(\.bundle)).sorted()
    let of = sizes.map { "\($0)" }.joined(separator: " or ")
    return (of.isEmpty ? "adopted with others" : "adopted in a bundle of \(of)")
      + ", alone untested"
  }
}

/// One edit of a night, as far as lessons are drawn from it.
public struct Taught: Sendable, Hashable {
  /// Its mechanism in its author's words: untrusted.
  public let text: String
  /// The kind of component that it changes.
  public let kind: String
  /// What became of it.
  public let sighting: Lesson.Sighting

  /// An edit.
  public init(text: String, kind: String, sighting: Lesson.Sighting) {
    self.text = text
    self.kind = kind
    self.sighting = sighting
  }
}

extension Lesson {
  /// The lessons of these edits, the oldest first: those with the same mechanism on the same kind of component are
  /// one. The most settled come first, and of these the newest.
  public static func drawn(from edits: [Taught]) -> [Lesson] {
    var groups: [(words: Set<String>, edits: [Taught])] = []
    for edit in edits {
      let words = Set(LeakScreen.words(edit.text))
      guard words.count >= 2 else { continue }
      let place = groups.firstIndex {
        $0.edits[0].kind == edit.kind && LeakScreen.areAlike($0.words, words)
      }
      if let place {
        groups[place].edits.append(edit)
      } else {
        groups.append((words, [edit]))
      }
    }
    let order = Stage.allCases
    let lessons = groups.map { group in
      Lesson(
        text: group.edits.last?.text ?? "", kind: group.edits[0].kind,
        sightings: group.edits.map(\.sighting))
    }
    return order.flatMap { stage in
      lessons.enumerated().filter { $0.element.stage == stage }
        .sorted { (-newest($0.element), $0.offset) < (-newest($1.element), $1.offset) }
        .map(\.element)
    }
  }

  private static func newest(_ lesson: Lesson) -> Int {
    lesson.sightings.last?.run.number ?? 0
  }

  /// It in one line for a proposer: what became of it first, then whoever's words they are.
  public var line: String {
    let runs = Set(sightings.filter { $0.side != .open }.map(\.run)).sorted().map { "\($0)" }
    let nights = runs.joined(separator: ", ")
    let head =
      switch stage {
      case .rule: "rule, verified in \(nights)"
      case .verified: "verified in \(nights)"
      case .refuted: "refuted in \(nights)"
      case .contradicted: "nights disagree (\(nights))"
      case .bundled: "\(standing) (\(nights))"
      case .investigated: "not settled"
      }
    let worth = worth.map { ", about \($0) on dev tasks" }
    return "[\(kind); \(head)\(worth ?? "")] \(text)"
  }

  /// Whether later nights are told: what trials settled, and what stands in a bundle, told as such.
  public var isCarried: Bool { stage != .investigated }
}
