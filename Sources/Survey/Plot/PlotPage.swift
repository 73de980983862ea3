public import Base
internal import Climb
internal import Facts
public import Layout
public import NightReading
public import Plots

/// A figure of a night as a page: what is drawn, each value with what it rests on.
///
/// No figure that chose something is drawn as a result: scores are of fresh trials, what is believed of edits is
/// hollow and says so, and no best until now is drawn at all.
public struct PlotPage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.plot/1"

  /// What is drawn.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Fresh scores of who was the incumbent, and the vault at the end.
    case score
    /// What was spent, by whom.
    case cost
    /// The gain over the baseline on each split.
    case gap
    /// Fresh scores against what a trial costs.
    case pareto
    /// What each edit is believed to be worth.
    case effects

    /// Whether it may be drawn over something else than an axis of its own.
    public var hasSpan: Bool { self != .pareto && self != .effects }
  }

  /// Over what it is drawn.
  public enum Span: String, Sendable, Hashable, CaseIterable {
    /// Trials that were dispatched.
    case trials
    /// Money that was known to be spent.
    case usd
    /// The time since the beginning.
    case time
    /// Adoptions that stood.
    case generation
  }

  /// The night.
  public let view: NightView
  /// What is drawn.
  public let kind: Kind
  /// Over what; nil where the figure has an axis of its own.
  public let span: Span?
  /// The figure.
  public let plot: Plot
  private let records: [JSON]
  private let limit: Int

  /// A figure of a night.
  public init(_ view: NightView, _ kind: Kind, over span: Span? = nil, limit: Int = 1000) {
    self.view = view
    self.kind = kind
    self.limit = limit
    let sketch = Sketch(view, span ?? (kind == .gap ? .generation : .trials))
    switch kind {
    case .score: (plot, records) = sketch.score
    case .cost: (plot, records) = sketch.cost
    case .gap: (plot, records) = sketch.gap
    case .pareto: (plot, records) = sketch.pareto
    case .effects: (plot, records) = sketch.effects
    }
    self.span = kind.hasSpan ? sketch.span : nil
  }

  /// One record for each value that is drawn.
  public var items: [JSON] { Array(records.prefix(limit)) }
  /// Whether values are not listed.
  public var isTruncated: Bool { records.count > limit }
  /// Whole counts.
  public var counts: [String: Int] { ["items": records.count] }
  /// What is drawn and what it rests on.
  public var fields: [String: JSON] {
    [
      "run": .string("\(view.run.id)"), "state": .string(view.state.rawValue),
      "rehearsal": .bool(view.rehearsal != nil), "rehearsed_by": .optional(view.rehearsal),
      "plot": .string(kind.rawValue), "x": .optional(span?.rawValue), "title": .string(plot.title),
      "about": .array(plot.about.map(JSON.string)),
    ]
  }
  /// Commands that lead on.
  public var hints: [String] {
    let id = view.run.id
    let others = Kind.allCases.filter { $0 != kind }.map { "belay plot \($0.rawValue) \(id)" }
    return ["belay plot \(kind.rawValue) \(id) --svg \(kind.rawValue).svg"] + others.prefix(2)
  }

  /// The figure as SVG.
  public var svg: String { plot.svg() }

  /// The figure as SVG of so many units for a page that has its title and notes beside it.
  public func drawing(width: Int) -> String { plot.svg(width: width, isCaptioned: false) }

  /// The figure as PNG.
  public var png: [UInt8] { plot.png() }

  /// The figure in plain characters.
  public func text(width: Int) -> String { text(width: width, ink: .plain) }

  /// The figure in characters.
  public func text(width: Int, ink: Ink) -> String {
    var lines = view.heading(width: width)
    guard !plot.isEmpty else {
      lines += Prose.wrap("nothing to draw yet: \(missing)", width: width, indent: 2)
      return Prose.text(lines)
    }
    lines += plot.lines(width: width, ink: ink)
    return Prose.text(lines)
  }

  private var missing: String {
    switch kind {
    case .score, .pareto:
      "no candidate was tried afresh on gate tasks; the baseline is with its first race"
    case .cost: "no trial came back"
    case .gap: "nothing was adopted, so that there is no gain to be told"
    case .effects: "no edit was carried by a trial yet"
    }
  }
}
