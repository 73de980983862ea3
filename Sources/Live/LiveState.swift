internal import Base
internal import Layout

/// What a watcher looks at: which page, where the cursor is, what is marked.
public struct LiveState: Sendable, Hashable {
  /// A page that was opened, with the place in it.
  struct Open: Sendable, Hashable {
    let page: LivePage
    var cursor = 0
    var top = 0
  }

  /// What a key asks the loop to do.
  public enum Action: Sendable, Hashable {
    /// Nothing but to draw.
    case draw
    /// Read the open page anew.
    case load
    /// Read the night and the open page anew.
    case refresh
    /// Put an id where the terminal keeps what was copied.
    case copy(String)
    /// Leave.
    case quit
    /// Stop the process for a while.
    case stop
  }

  /// A line that is being typed.
  struct Line: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case filter, command }
    var kind: Kind
    var text = ""
  }

  /// The first line of the help that is drawn over everything else; nil while there is none.
  var help: Int?
  /// Whether the night is looked at no more until it is let go on; the night itself does not wait.
  public internal(set) var isPaused = false
  /// Whether lines are as long as they are, and moved sideways.
  var isWide = false
  /// How far lines are moved sideways.
  var sideways = 0
  /// The order of each panel.
  var orders = [0, 0, 0]
  var panel = Dashboard.Panel.races
  var isZoomed = false
  var cursors = [0, 0, 0]
  /// The pages that were opened from one another; none while the dashboard shows.
  var opened: [Open] = []
  var filter = ""
  var faultsOnly = false
  var marks: [String] = []
  var line: Line?
  var message = ""
  /// The lines of the open page, safe to print, and how far they were loaded.
  public internal(set) var content: [String] = []
  /// How many lines of a page are seen at once, as it was drawn last.
  var height = 10
  /// How many columns the screen has, as it was drawn last.
  var width = 80

  /// The dashboard.
  public init() {}

  /// The page that is open; nil for the dashboard.
  public var page: LivePage? { opened.last?.page }

  /// How wide an open page is made: as wide as the screen, or as wide as its lines want.
  public var pageWidth: Int { isWide ? max(2 * width, 200) : width }

  /// Takes the size of the screen.
  public mutating func fit(rows: Int, columns: Int) {
    height = LiveFrame.pageHeight(rows: rows)
    width = max(columns, 20)
  }

  /// Takes the lines of the open page.
  public mutating func show(_ lines: [String]) {
    content = lines
    move(by: 0, in: nil)
  }

  /// Says something at the foot of the screen until the next key.
  public mutating func say(_ text: String) { message = text.printable() }

  /// The lines of the open page that the filter lets through.
  var lines: [String] { content.filter { passes(Ink.unpainted($0)) } }

  /// The panel that the keys belong to.
  func focus(_ board: Dashboard) -> Dashboard.Panel { board.isOver ? .decisions : panel }

  func rows(_ panel: Dashboard.Panel, _ board: Dashboard) -> [Dashboard.Row] {
    let rows = board.rows(panel).filter { row in
      passes(row.text) && (!faultsOnly || row.isFault)
    }
    let order = orders[panel.rawValue] - 1
    guard order >= 0 else { return rows }
    func place(_ row: Dashboard.Row) -> Double {
      row.places.indices.contains(order) ? row.places[order] : .infinity
    }
    return rows.enumerated().sorted { left, right in
      (place(left.element), left.offset) < (place(right.element), right.offset)
    }.map(\.element)
  }

  private func passes(_ text: String) -> Bool {
    guard !filter.isEmpty else { return true }
    let isInverse = filter.hasPrefix("!")
    let wanted = (isInverse ? String(filter.dropFirst()) : filter).lowercased()
    return wanted.isEmpty || text.lowercased().contains(wanted) != isInverse
  }

  // Moves the cursor, of the dashboard where a board is given, else of the open page.
  mutating func move(by step: Int, in board: Dashboard?) {
    if let board {
      let panel = focus(board)
      let count = rows(panel, board).count
      let at = cursors[panel.rawValue] + step
      cursors[panel.rawValue] = min(max(at, 0), max(count - 1, 0))
      return
    }
    guard !opened.isEmpty else { return }
    let last = opened.count - 1
    let count = lines.count
    opened[last].cursor = min(max(opened[last].cursor + step, 0), max(count - 1, 0))
    let (cursor, room) = (opened[last].cursor, max(height, 1))
    if cursor < opened[last].top { opened[last].top = cursor }
    if cursor >= opened[last].top + room { opened[last].top = cursor - room + 1 }
    opened[last].top = min(opened[last].top, max(count - room, 0))
  }

  // Goes to the next paragraph, as a component of a diff is one, or to the one before.
  mutating func leap(by step: Int) {
    guard let open = opened.last else { return }
    let lines = lines.map { Ink.unpainted($0).allSatisfy(\.isWhitespace) }
    let starts = lines.indices.filter { !lines[$0] && ($0 == 0 || lines[$0 - 1]) }
    let next =
      step > 0
      ? starts.first { $0 > open.cursor } ?? lines.count - 1
      : starts.last { $0 < open.cursor } ?? 0
    move(by: next - open.cursor, in: nil)
    // The paragraph stands at the top, where there is enough below it.
    let last = opened.count - 1
    opened[last].top = min(opened[last].cursor, max(lines.count - max(height, 1), 0))
  }

  mutating func open(_ page: LivePage) -> Action {
    opened.append(Open(page: page))
    // A way that goes round and round need not be remembered for ever.
    if opened.count > 50 { opened.removeFirst() }
    clear()
    return .load
  }

  // What belonged to the page that was left.
  mutating func clear() {
    content = []
    filter = ""
    sideways = 0
  }

  mutating func back() -> Action {
    guard !opened.isEmpty else { return .draw }
    opened.removeLast()
    clear()
    return opened.isEmpty ? .draw : .load
  }

  /// What the line under the cursor is about.
  func subject(_ board: Dashboard) -> String? {
    guard let open = opened.last else {
      let panel = focus(board)
      let rows = rows(panel, board)
      let at = cursors[panel.rawValue]
      return rows.indices.contains(at) ? rows[at].subject : nil
    }
    let lines = lines
    return lines.indices.contains(open.cursor)
      ? Self.names(in: Ink.unpainted(lines[open.cursor])).first : nil
  }

  /// The id of what is selected: what the line under the cursor leads to, else what the page is about.
  func selected(_ board: Dashboard) -> String? {
    if let page { return subject(board) ?? page.id }
    let panel = focus(board)
    let rows = rows(panel, board)
    let at = cursors[panel.rawValue]
    guard rows.indices.contains(at) else { return nil }
    return rows[at].page?.id ?? rows[at].subject
  }

  /// The ids of candidates, edits and trials in a line, in order.
  static func names(in line: String) -> [String] {
    line.split { !$0.isLetter && !$0.isNumber }.map(String.init).filter { word in
      guard let letter = word.first, "cet".contains(letter), (2...9).contains(word.count) else {
        return false
      }
      return word.dropFirst().allSatisfy { ("0"..."9").contains($0) }
    }
  }
}
