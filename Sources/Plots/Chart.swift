/// Series over one axis, each point with its interval, and what the figure rests on.
public struct Chart: Sendable, Hashable {
  /// One value.
  public struct Point: Sendable, Hashable {
    /// Where it stands.
    public var x: Double
    /// The value.
    public var y: Double
    /// Where the truth of the value lies; nil when nothing is said of that.
    public var low: Double?
    /// The other end.
    public var high: Double?
    /// Where the truth of the place lies; nil when nothing is said of that.
    public var lowX: Double?
    /// The other end.
    public var highX: Double?
    /// What it is called; not yet safe to print.
    public var label: String

    /// A value with its interval.
    public init(
      x: Double, y: Double, low: Double? = nil, high: Double? = nil, lowX: Double? = nil,
      highX: Double? = nil, label: String = ""
    ) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
      self.lowX = lowX
      self.highX = highX
      self.label = label
    }
  }

  /// How the points of a series hang together.
  public enum Form: String, Sendable, Hashable, Codable, CaseIterable {
    /// Each stands alone.
    case marks
    /// Each is joined to the next.
    case line
    /// Each holds until the next.
    case steps
  }

  /// Values of one kind.
  public struct Series: Sendable, Hashable {
    /// What they are, with the meaning of their intervals; not yet safe to print.
    public var name: String
    /// How they hang together.
    public var form: Form
    /// Whether they are what is believed and not what was measured: they are drawn hollow.
    public var isExpectation: Bool
    /// The values, by place.
    public var points: [Point]

    /// Values of one kind.
    public init(
      _ name: String, _ form: Form, isExpectation: Bool = false, points: [Point]
    ) {
      self.name = name
      self.form = form
      self.isExpectation = isExpectation
      self.points = points
    }
  }

  /// A line across the figure, such as a limit.
  public struct Rule: Sendable, Hashable {
    /// Where it lies on the axis of the values.
    public var y: Double
    /// What it is; not yet safe to print.
    public var label: String

    /// A line at a value.
    public init(y: Double, label: String) {
      self.y = y
      self.label = label
    }
  }

  /// What is shown, in a few words; not yet safe to print.
  public var title: String
  /// What it rests on and what it must not be taken for, a sentence each; not yet safe to print.
  public var about: [String]
  /// The axis of the places.
  public var x: Axis
  /// The axis of the values.
  public var y: Axis
  /// The series.
  public var series: [Series]
  /// Lines across the figure.
  public var rules: [Rule]

  /// A figure.
  public init(
    title: String, about: [String], x: Axis, y: Axis, series: [Series], rules: [Rule] = []
  ) {
    self.title = title
    self.about = about
    self.x = x
    self.y = y
    self.series = series.map { series in
      var series = series
      series.points.removeAll { !$0.x.isFinite || !$0.y.isFinite }
      series.points.sort { ($0.x, $0.y) < ($1.x, $1.y) }
      return series
    }.filter { !$0.points.isEmpty }
    self.rules = rules.filter(\.y.isFinite)
  }

  /// Whether there is nothing to draw.
  public var isEmpty: Bool { series.isEmpty }

  /// How far the marks of a series are moved aside where places are generations, so that none hides another.
  func shift(_ index: Int) -> Double {
    guard x.unit == .generation, series.count > 1 else { return 0 }
    return (Double(index) - Double(series.count - 1) / 2) * min(0.2, 0.6 / Double(series.count))
  }

  /// How far each point of a series is moved aside in a drawing, in its units, so that intervals at one place
  /// stand side by side and do not run into one that looks like neither.
  func asides(_ series: Series) -> [Double] {
    var asides: [Double] = []
    while asides.count < series.points.count {
      let first = series.points[asides.count]
      let shared = series.points[asides.count...].prefix { $0.x == first.x }
      let isSpread = shared.allSatisfy { $0.low != nil }
      for place in 0..<shared.count {
        asides.append(isSpread ? (Double(place) - Double(shared.count - 1) / 2) * 16 : 0)
      }
    }
    return asides
  }

  /// The points of a series that are marked, and how far aside: of a line of many only the last.
  func marked(_ series: Series, most: Int) -> [(point: Point, aside: Double)] {
    let all = Array(zip(series.points, asides(series))).map { (point: $0.0, aside: $0.1) }
    return series.form == .line && all.count > most ? all.suffix(1) : all
  }

  /// The places that have to be seen.
  var xs: [Double] {
    series.flatMap { $0.points.flatMap { [$0.x, $0.lowX, $0.highX].compactMap(\.self) } }
      .filter(\.isFinite)
  }

  /// The values that have to be seen.
  var ys: [Double] {
    (series.flatMap { $0.points.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) } }
      + rules.map(\.y)).filter(\.isFinite)
  }
}

/// Rows with an interval each, such as what single edits are worth.
public struct Forest: Sendable, Hashable {
  /// One row.
  public struct Row: Sendable, Hashable {
    /// What it is; not yet safe to print.
    public var label: String
    /// The value.
    public var mean: Double
    /// Where the truth lies.
    public var low: Double
    /// The other end.
    public var high: Double
    /// A word that rows may share, such as adopted; not yet safe to print.
    public var group: String

    /// A row.
    public init(_ label: String, mean: Double, low: Double, high: Double, group: String = "") {
      self.label = label
      self.mean = mean
      self.low = low
      self.high = high
      self.group = group
    }
  }

  /// What is shown, in a few words; not yet safe to print.
  public var title: String
  /// What it rests on, a sentence each; not yet safe to print.
  public var about: [String]
  /// The axis of the values.
  public var axis: Axis
  /// The rows, from the top.
  public var rows: [Row]

  /// A figure of rows.
  public init(title: String, about: [String], axis: Axis, rows: [Row]) {
    self.title = title
    self.about = about
    self.axis = axis
    self.rows = rows.filter { $0.mean.isFinite && $0.low.isFinite && $0.high.isFinite }
  }
}

/// A figure of either kind.
public enum Plot: Sendable, Hashable {
  /// Series over an axis.
  case chart(Chart)
  /// Rows with an interval each.
  case forest(Forest)

  /// What is shown.
  public var title: String {
    switch self {
    case .chart(let chart): chart.title
    case .forest(let forest): forest.title
    }
  }

  /// What it rests on.
  public var about: [String] {
    switch self {
    case .chart(let chart): chart.about
    case .forest(let forest): forest.about
    }
  }

  /// Whether there is nothing to draw.
  public var isEmpty: Bool {
    switch self {
    case .chart(let chart): chart.isEmpty
    case .forest(let forest): forest.rows.isEmpty
    }
  }
}
