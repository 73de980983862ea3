internal import Base
internal import Layout

extension Easel {
  func dashboard(_ state: LiveState, _ board: Dashboard) -> [String] {
    var lines = [heading(state, board)]
    lines += progress(board.progress)
    // A small screen has room for what matters most.
    let most = height >= 30 ? 6 : height >= 20 ? 4 : 2
    lines += board.figures.flatMap { Prose.wrap($0, width: width, indent: 2) }.prefix(most)
    let room = height - 1 - lines.count
    return lines + panels(state, board, rows: room)
  }

  private func progress(_ progress: Dashboard.Progress) -> [String] {
    var parts: [String] = []
    if progress.most > 0 {
      let share = min(Double(progress.done) / Double(progress.most), 1)
      let columns = min(max(width / 6, 8), 24)
      let full = Int((share * Double(columns)).rounded())
      let bar =
        String(repeating: ink.isUnicode ? "█" : "#", count: full)
        + String(repeating: ink.isUnicode ? "░" : "-", count: columns - full)
      parts.append("trials \(progress.done)/\(progress.most) \(bar) \(Int(share * 100))%")
    }
    parts.append(progress.slots)
    if let last = progress.pace.last {
      parts.append(
        "trials/min \(Figure.fixed(last, last < 10 ? 1 : 0)) \(Sparkline.of(progress.pace, ink))")
    }
    if let last = progress.cost.last, progress.cost.contains(where: { $0 > 0 }) {
      parts.append("$/h \(Figure.fixed(last * 60, 2)) \(Sparkline.of(progress.cost, ink))")
    }
    return Prose.parts(parts, width: width).prefix(1).map { $0 }
  }

  private func panels(_ state: LiveState, _ board: Dashboard, rows: Int) -> [String] {
    guard rows >= 3 else { return [] }
    if state.isZoomed || board.isOver {
      return box(state.focus(board), state, board, rows: rows, columns: width)
    }
    func wanted(_ panel: Dashboard.Panel) -> Int { state.rows(panel, board).count + 2 }
    if width >= 110, !state.isWide {
      let top = min(max(max(wanted(.races), wanted(.activity)), 4), max(rows / 2, 3))
      let left = width / 2
      let races = box(.races, state, board, rows: top, columns: left - 1)
      let activity = box(.activity, state, board, rows: top, columns: width - left)
      let both = zip(races, activity).map { one, two in
        one + String(repeating: " ", count: max(0, left - DisplayWidth.of(one))) + two
      }
      return both + box(.decisions, state, board, rows: rows - top, columns: width)
    }
    // One below the other; where that is too much, the focused one alone with the titles of the others.
    guard rows >= 12 else { return box(state.panel, state, board, rows: rows, columns: width) }
    let races = min(max(wanted(.races), 3), rows / 3)
    let activity = min(max(wanted(.activity), 3), rows / 3)
    return box(.races, state, board, rows: races, columns: width)
      + box(.activity, state, board, rows: activity, columns: width)
      + box(.decisions, state, board, rows: rows - races - activity, columns: width)
  }

  private func box(
    _ panel: Dashboard.Panel, _ state: LiveState, _ board: Dashboard, rows: Int, columns: Int
  ) -> [String] {
    guard rows >= 3, columns >= 8 else { return [] }
    let isFocused = state.focus(board) == panel
    let (flat, wall): (Character, String) = ink.isUnicode ? ("─", "│") : ("-", "|")
    let corners = ink.isUnicode ? ["┌", "┐", "└", "┘"] : ["+", "+", "+", "+"]
    let tone: Tone = isFocused ? .accent : .dim
    let entries = state.rows(panel, board)
    let room = rows - 2
    let cursor = min(state.cursors[panel.rawValue], max(entries.count - 1, 0))
    let top = min(max(0, cursor - room + 1), max(entries.count - room, 0))
    let order = state.orders[panel.rawValue]
    let title = panel.title + (order == 0 ? "" : ", \(panel.orders[order])")
    var name = " \(isFocused && ink.colours == .none ? "[\(title)]" : title) "
    if entries.count > room {
      name += "\(top + 1)-\(min(top + room, entries.count)) of \(entries.count) "
    }
    if !state.filter.isEmpty { name += "/\(state.filter.printable()) " }
    name = DisplayWidth.cut(name, to: columns - 3)
    let rule = String(repeating: flat, count: max(0, columns - 3 - DisplayWidth.of(name)))
    var lines = [ink.painted("\(corners[0])\(flat)\(name)\(rule)\(corners[1])", tone)]
    for place in 0..<room {
      let row = top + place
      let inner = columns - 4
      guard entries.indices.contains(row) else {
        lines.append(
          ink.painted(wall, tone) + String(repeating: " ", count: columns - 2)
            + ink.painted(wall, tone))
        continue
      }
      let entry = entries[row]
      let isMarked = entry.subject.map { state.marks.contains($0) } ?? false
      let isChosen = isFocused && row == cursor
      let text = DisplayWidth.cut((isMarked ? "* " : "") + moved(entry.text, state), to: inner)
      let padded = text + String(repeating: " ", count: max(0, inner - DisplayWidth.of(text)))
      let point = isChosen && ink.colours == .none ? ">" : " "
      let shown =
        isChosen && ink.colours != .none
        ? ink.painted(point + padded + " ", .chosen)
        : point + (entry.tone.map { ink.painted(padded, $0) } ?? padded) + " "
      lines.append(ink.painted(wall, tone) + shown + ink.painted(wall, tone))
    }
    let end = String(repeating: flat, count: columns - 2)
    lines.append(ink.painted("\(corners[2])\(end)\(corners[3])", tone))
    return lines
  }
}

/// A row of values as one line of blocks.
enum Sparkline {
  static func of(_ values: [Double], _ ink: Ink) -> String {
    let most = values.max() ?? 0
    guard most > 0 else { return "" }
    let steps: [Character] = ink.isUnicode ? Array("▁▂▃▄▅▆▇█") : Array("_.-=+*#@")
    return String(
      values.map { steps[min(max(Int($0 / most * Double(steps.count - 1) + 0.5), 0), 7)] })
  }
}
