public import Base

/// A page for people as a value: text, Markdown, HTML and JSON are written from the same blocks.
///
/// Its strings are as they came, hostile ones too; each writer escapes them for its own medium.
public struct Document: Sendable, Hashable {
  /// What a part of the page means to its reader.
  public enum Tone: String, Sendable, Hashable, CaseIterable {
    /// Said, and no more.
    case plain
    /// Something was gained.
    case good
    /// Something was lost.
    case bad
    /// It is not settled.
    case open
    /// A reason for doubt.
    case caution
  }

  /// A piece of a section.
  public enum Block: Sendable, Hashable {
    /// A sentence or more.
    case paragraph(String)
    /// Sentences of equal standing.
    case list([String])
    /// Counts that lead from one to the next, and what is said behind them.
    case steps([Count], after: String)
    /// Counts side by side, and how many more kinds there are.
    case tally([Count], more: Int)
    /// Rows under headings.
    case table(Table)
    /// A difference with its interval beside 0, in points; what it says stands in words elsewhere.
    case interval(Interval)
    /// Commands that can be pasted.
    case commands([String])
  }

  /// How many of something.
  public struct Count: Sendable, Hashable {
    /// How many.
    public let count: Int
    /// Of what.
    public let word: String

    /// How many of something.
    public init(_ count: Int, _ word: String) {
      self.count = count
      self.word = word
    }
  }

  /// A difference with its interval, in points.
  public struct Interval: Sendable, Hashable {
    /// What it is a difference of.
    public let label: String
    /// The difference.
    public let mean: Double
    /// Where the interval begins.
    public let low: Double
    /// Where it ends.
    public let high: Double

    /// A difference with its interval, in points.
    public init(label: String, mean: Double, low: Double, high: Double) {
      self.label = label
      self.mean = mean
      self.low = low
      self.high = high
    }
  }

  /// Rows under headings, and what has to be known to read them.
  public struct Table: Sendable, Hashable {
    /// A column.
    public struct Column: Sendable, Hashable {
      /// The heading.
      public let title: String
      /// Whether figures line up at the right.
      public let isFigure: Bool
      /// Whether it is cut, or left out, where there is no room.
      public let yields: Bool

      /// A column.
      public init(_ title: String, isFigure: Bool = false, yields: Bool = false) {
        self.title = title
        self.isFigure = isFigure
        self.yields = yields
      }
    }

    /// The columns.
    public let columns: [Column]
    /// The rows, a text for each column.
    public let rows: [[String]]
    /// Said under it.
    public let note: String

    /// Rows under headings.
    public init(columns: [Column], rows: [[String]], note: String = "") {
      self.columns = columns
      self.rows = rows
      self.note = note
    }
  }

  /// A part of the page: a word, and what there is to say under it.
  public struct Section: Sendable, Hashable {
    /// The word.
    public let label: String
    /// What it means to the reader.
    public let tone: Tone
    /// What there is to say; nothing for a section that is left out.
    public let blocks: [Block]

    /// A part of the page; empty texts, lists and tables are no blocks.
    public init(_ label: String, tone: Tone = .plain, _ blocks: [Block]) {
      self.label = label
      self.tone = tone
      self.blocks = blocks.filter { !$0.isEmpty }
    }

    /// A part of one sentence.
    public init(_ label: String, tone: Tone = .plain, _ text: String) {
      self.init(label, tone: tone, [.paragraph(text)])
    }
  }

  /// The title.
  public let title: String
  /// What stands beside the title, part by part.
  public let parts: [String]
  /// What must not be overlooked on any form of the page, such as that it was simulated.
  public let notice: String?
  /// The sections that say something.
  public let sections: [Section]

  /// A page; sections without blocks are left out.
  public init(title: String, parts: [String], notice: String? = nil, sections: [Section]) {
    self.title = title
    self.parts = parts.filter { !$0.isEmpty }
    self.notice = notice
    self.sections = sections.filter { !$0.blocks.isEmpty }
  }
}

extension Document.Block {
  var isEmpty: Bool {
    switch self {
    case .paragraph(let text): text.isEmpty
    case .list(let texts), .commands(let texts): texts.isEmpty
    case .steps(let counts, let after): counts.isEmpty && after.isEmpty
    case .tally(let counts, _): counts.isEmpty
    case .table(let table): table.rows.isEmpty
    case .interval: false
    }
  }

  /// Counts as words: `16 proposed -> 15 valid; 3 races`.
  static func words(_ steps: [Document.Count], _ after: String) -> String {
    let way = steps.map { "\($0.count) \($0.word)" }.joined(separator: " -> ")
    return after.isEmpty ? way : way.isEmpty ? after : "\(way); \(after)"
  }

  /// Counts as words, the word first: `judge 2`, …, `and 3 more kinds`.
  static func words(_ counts: [Document.Count], more: Int) -> [String] {
    counts.map { "\($0.word) \($0.count)" } + (more > 0 ? ["and \(more) more kinds"] : [])
  }
}

extension Document {
  /// The page as data, block by block.
  public var json: JSON {
    [
      "title": .string(title), "parts": .array(parts.map(JSON.string)),
      "notice": .optional(notice),
      "sections": .array(
        sections.map { section in
          [
            "label": .string(section.label), "tone": .string(section.tone.rawValue),
            "blocks": .array(section.blocks.map(\.json)),
          ]
        }),
    ]
  }
}

extension Document.Block {
  fileprivate var json: JSON {
    func counted(_ counts: [Document.Count]) -> JSON {
      .array(counts.map { ["count": .int($0.count), "word": .string($0.word)] })
    }
    return switch self {
    case .paragraph(let text): ["kind": "paragraph", "text": .string(text)]
    case .list(let texts): ["kind": "list", "items": .array(texts.map(JSON.string))]
    case .steps(let counts, let after):
      ["kind": "steps", "counts": counted(counts), "after": .string(after)]
    case .tally(let counts, let more):
      ["kind": "tally", "counts": counted(counts), "more": .int(more)]
    case .table(let table):
      [
        "kind": "table", "note": .string(table.note),
        "columns": .array(
          table.columns.map { ["title": .string($0.title), "figure": .bool($0.isFigure)] }),
        "rows": .array(table.rows.map { .array($0.map(JSON.string)) }),
      ]
    case .interval(let interval):
      [
        "kind": "interval", "label": .string(interval.label), "mean": .number(interval.mean),
        "low": .number(interval.low), "high": .number(interval.high),
      ]
    case .commands(let lines): ["kind": "commands", "lines": .array(lines.map(JSON.string))]
    }
  }
}
