internal import Base
public import Layout

/// One picture of the whole screen: as many lines as it has rows, none wider than it.
public struct LiveFrame: Sendable, Hashable {
  /// The lines, with their tones.
  public let lines: [String]

  /// What a state of a night looks like on a screen of this size.
  ///
  /// Nothing but its arguments decides what is drawn.
  public init(_ state: LiveState, _ board: Dashboard, rows: Int, columns: Int, ink: Ink) {
    let easel = Easel(width: max(columns, 20), height: max(rows, 5), ink: ink)
    var lines = state.showsHelp ? easel.help(state) : easel.picture(state, board)
    let room = easel.height - 1
    lines = lines.prefix(room).map { DisplayWidth.cut($0, to: easel.width) }
    lines += [String](repeating: "", count: room - lines.count)
    lines.append(DisplayWidth.cut(easel.foot(state), to: easel.width))
    self.lines = lines
  }

  /// How many lines of an open page there is room for on a screen of so many rows.
  public static func pageHeight(rows: Int) -> Int { max(rows, 5) - 3 }

  /// What turns one picture into this one: only lines that changed are written, and nothing is cleared before.
  public func strokes(over before: LiveFrame?, ink: Ink) -> String {
    var out = ""
    for (row, line) in lines.enumerated() {
      if let before, before.lines.count == lines.count, before.lines[row] == line { continue }
      out += "\u{1B}[\(row + 1);1H\(ink.finished(line))\u{1B}[0m\u{1B}[K"
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
    let head = ink.painted(fitted(board.headline), .strong)
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
        return chosen(line, top + offset == open?.cursor, isMarked: isMarked ?? false)
      }
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

  func foot(_ state: LiveState) -> String {
    if let line = state.line {
      return (line.kind == .filter ? "/" : ":") + line.text.printable()
        + (ink.isUnicode ? "▏" : "_")
    }
    if !state.message.isEmpty {
      return ink.painted(DisplayWidth.cut(state.message, to: width), .warning)
    }
    let keys =
      state.page == nil
      ? [
        "?:help", "q:quit (the night goes on)", "tab:panel", "enter:open", "t:tree", "m:matrix",
        "p:plot", "r:report", "d:diff", "[ ]:pages", "/:filter", "e:errors", "+:zoom",
      ]
      : [
        "?:help", "esc:back", "q:quit (the night goes on)", "[ ]:pages", "j k:move", "enter:open",
        "space:mark", "d:diff", "/:filter", "R:again",
      ]
    return ink.painted(fitted(keys), .dim)
  }

  func help(_ state: LiveState) -> [String] {
    let keys: [(String, String)] = [
      ("q, ctrl-c", "leave; the night goes on"), ("?", "this help"), ("esc", "back"),
      ("tab", "the next panel"),
      ("enter", "open what is under the cursor: why it went so, or a trace"),
      ("j k, arrows", "move; g G to the beginning and the end"),
      (
        "[ ]", "the page before and the next: " + LivePage.tabs.map(\.title).joined(separator: ", ")
      ),
      ("t m l r", "tree, matrix, leaderboard, report"),
      ("h v p", "hypotheses, gates' verdicts, plot"),
      ("space", "mark a candidate; d sets the two that are marked side by side"),
      ("d", "else the baseline and what is under the cursor, or the champion"),
      ("/", "filter: lines that hold a text, with ! those that do not"),
      ("e", "only what went wrong"),
      (":", "a command: cand c7, trace t12, diff c1 c7, plot cost, search TEXT"),
      ("+", "the panel alone"), ("R", "read the page again"), ("ctrl-z", "stop; fg goes on"),
    ]
    return [ink.painted("keys", .strong)]
      + keys.flatMap { key, meaning in
        let name = key + String(repeating: " ", count: max(1, 13 - key.count))
        return Prose.wrap(
          [(name, .accent), (meaning, nil)], width: width, prefix: " ", indent: 14, ink: ink)
      }
  }
}
