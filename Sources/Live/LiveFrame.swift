internal import Base
public import Layout

/// One picture of the whole screen: as many lines as it has rows, none wider than it.
public struct LiveFrame: Sendable, Hashable {
  /// The lines, with their tones.
  public let lines: [String]
  /// The columns of the screen.
  public let columns: Int

  /// What a state of a night looks like on a screen of this size.
  ///
  /// Nothing but its arguments decides what is drawn.
  public init(_ state: LiveState, _ board: Dashboard, rows: Int, columns: Int, ink: Ink) {
    let easel = Easel(width: max(columns, 20), height: max(rows, 5), ink: ink)
    let room = easel.height - 1
    var lines = easel.picture(state, board)
    if let top = state.help {
      lines = LiveKeys.lines(board, width: easel.width, ink: ink)
      lines = Array(lines.dropFirst(min(top, max(0, lines.count - room))))
    }
    lines = lines.prefix(room).map { DisplayWidth.cut($0, to: easel.width) }
    lines += [String](repeating: "", count: room - lines.count)
    lines.append(DisplayWidth.cut(easel.foot(state, board), to: easel.width))
    self.lines = lines
    self.columns = easel.width
  }

  /// How many lines of an open page there is room for on a screen of so many rows.
  public static func pageHeight(rows: Int) -> Int { max(rows, 5) - 3 }

  /// What turns one picture into this one: only lines that changed are written, and nothing is cleared before.
  public func strokes(over before: LiveFrame?, ink: Ink) -> String {
    var out = ""
    for (row, line) in lines.enumerated() {
      if let before, before.lines.count == lines.count, before.lines[row] == line { continue }
      out += "\u{1B}[\(row + 1);1H\(ink.finished(line))\u{1B}[0m"
      // Behind the last column the cursor stands on it still: what clears the rest would clear that letter.
      if DisplayWidth.of(Ink.unpainted(line)) < columns { out += "\u{1B}[K" }
    }
    guard !out.isEmpty else { return "" }
    // Terminals that know it show all strokes at once.
    return "\u{1B}[?2026h\(out)\u{1B}[?2026l"
  }
}

/// Where a picture is drawn.
struct Easel {
  let width: Int
  let height: Int
  let ink: Ink

  func picture(_ state: LiveState, _ board: Dashboard) -> [String] {
    guard let page = state.page else { return dashboard(state, board) }
    let head = heading(state, board)
    var title = ink.painted(page.title, .accent)
    if !state.filter.isEmpty { title += "  /\(state.filter.printable())" }
    let lines = state.lines
    let open = state.opened.last
    let room = LiveFrame.pageHeight(rows: height)
    let top = min(open?.top ?? 0, max(lines.count - 1, 0))
    if lines.count > room {
      title += "  \(top + 1)-\(min(top + room, lines.count)) of \(lines.count)"
    }
    guard !lines.isEmpty else {
      return [head, title, state.content.isEmpty ? "" : "nothing fits the filter"]
    }
    return [head, title]
      + lines[top...].prefix(room).enumerated().map { offset, line in
        let isMarked = LiveState.names(in: Ink.unpainted(line)).first.map {
          state.marks.contains($0)
        }
        return chosen(
          moved(line, state), top + offset == open?.cursor, isMarked: isMarked ?? false)
      }
  }

  /// The first line of every picture.
  func heading(_ state: LiveState, _ board: Dashboard) -> String {
    let parts = board.headline
    return ink.painted(
      fitted(state.isPaused ? parts.prefix(1) + ["VIEW PAUSED (p)"] + parts.dropFirst() : parts),
      .strong)
  }

  /// A line without the columns that it was moved by.
  func moved(_ line: String, _ state: LiveState) -> String {
    guard state.sideways > 0 else { return line }
    var out = ""
    var left = state.sideways
    for scalar in line.unicodeScalars {
      let columns = DisplayWidth.of("\(scalar)")
      if columns == 0 || left <= 0 {
        out.unicodeScalars.append(scalar)
      } else {
        left -= columns
      }
    }
    return out
  }

  /// Parts that fit one line, those at the end left out.
  func fitted(_ parts: [String]) -> String {
    Prose.parts(parts, width: width).first ?? ""
  }

  // The line under the cursor, to its end; without colours it is pointed at.
  private func chosen(_ line: String, _ isChosen: Bool, isMarked: Bool) -> String {
    let plain = DisplayWidth.cut(Ink.unpainted(line), to: width - (isMarked ? 2 : 0))
    let mark = isMarked ? "* " : ""
    guard isChosen else {
      return isMarked ? ink.painted(mark, .warning) + DisplayWidth.cut(line, to: width - 2) : line
    }
    guard ink.colours != .none else {
      return ">" + (mark + plain).dropFirst(mark.isEmpty && plain.hasPrefix(" ") ? 1 : 0)
    }
    let rest = max(0, width - DisplayWidth.of(mark + plain))
    return ink.painted(mark + plain + String(repeating: " ", count: rest), .chosen)
  }

  func foot(_ state: LiveState, _ board: Dashboard) -> String {
    if let line = state.line {
      return (line.kind == .filter ? "/" : ":") + line.text.printable()
        + (ink.isUnicode ? "▏" : "_")
    }
    if !state.message.isEmpty {
      return ink.painted(DisplayWidth.cut(state.message, to: width), .warning)
    }
    if state.help != nil { return ink.painted("j k:move  any other key:back", .dim) }
    let quit = board.isOver ? "q:quit" : "q:quit (the night goes on)"
    let isDiff = state.page?.sides != nil
    let keys =
      state.page == nil
      ? [
        "?:help", quit, "tab:panel", "enter:open", board.isOver ? "" : "p:pause", "y:copy id",
        "t:tree", "m:matrix", "l:leaderboard", "r:report", "d:diff", "[ ]:pages", "/:filter",
        "e:errors", "s:sort", "W:wide", "+:zoom",
      ]
      : [
        "?:help", "esc:back", quit, isDiff ? "{ }:component" : "", isDiff ? "n p:candidate" : "",
        "enter:open", "y:copy id", "space:mark", "d:diff", "/:filter",
        "W:wide", "s:sort", "[ ]:pages", "j k:move", "R:again",
      ]
    return ink.painted(fitted(keys), .dim)
  }
}
