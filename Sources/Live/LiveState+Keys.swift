internal import Base
internal import Layout

extension LiveState {
  /// What a key does: changes what is looked at, and says what the loop has to do for it.
  public mutating func press(_ key: Key, _ board: Dashboard) -> Action {
    message = ""
    // Ctrl-C and Ctrl-Z mean the same everywhere.
    if key == .character("\u{03}") { return .quit }
    if key == .character("\u{1A}") { return .stop }
    if line != nil { return type(key) }
    if let top = help { return helped(key, top, board) }
    switch key {
    case .character(let character): return pressed(character, board)
    case .enter: return enter(board)
    case .escape:
      if !filter.isEmpty || faultsOnly {
        filter = ""
        faultsOnly = false
        move(by: 0, in: page == nil ? board : nil)
        return .draw
      }
      if isZoomed && page == nil {
        isZoomed = false
        return .draw
      }
      return back()
    case .tab(let isBackwards):
      if page == nil { turn(by: isBackwards ? -1 : 1) }
      return .draw
    case .up: return step(-1, board)
    case .down: return step(1, board)
    case .pageUp: return step(-max(height - 1, 1), board)
    case .pageDown: return step(max(height - 1, 1), board)
    case .home: return step(-1_000_000_000, board)
    case .end: return step(1_000_000_000, board)
    case .left: return isWide ? slide(by: -1) : tab(by: -1)
    case .right: return isWide ? slide(by: 1) : tab(by: 1)
    case .erase: return back()
    }
  }

  // A help that is longer than the screen is moved through; any other key ends it.
  private mutating func helped(_ key: Key, _ top: Int, _ board: Dashboard) -> Action {
    let room = height + 2
    let last = max(0, LiveKeys.lines(board, width: width, ink: .plain).count - room)
    let step: Int
    switch key {
    case .down, .character("j"): step = 1
    case .up, .character("k"): step = -1
    case .pageDown, .character(" "): step = room - 1
    case .pageUp: step = 1 - room
    default:
      help = nil
      return .draw
    }
    help = last == 0 ? nil : min(max(top + step, 0), last)
    return .draw
  }

  private mutating func slide(by step: Int) -> Action {
    sideways = min(max(sideways + step * max(width / 4, 8), 0), 4 * max(width, 200))
    return .draw
  }

  private mutating func step(_ count: Int, _ board: Dashboard) -> Action {
    move(by: count, in: page == nil ? board : nil)
    return .draw
  }

  private mutating func turn(by step: Int) {
    let count = Dashboard.Panel.allCases.count
    panel = Dashboard.Panel(rawValue: (panel.rawValue + step + count) % count) ?? .races
  }

  // The dashboard is the first tab; a page that is none goes back to it.
  private mutating func tab(by step: Int) -> Action {
    let tabs = LivePage.tabs
    let at = page?.tab.map { $0 + 1 } ?? 0
    let next = (at + step + tabs.count + 1) % (tabs.count + 1)
    opened = []
    clear()
    return next == 0 ? .draw : open(tabs[next - 1])
  }

  private mutating func pressed(_ character: Character, _ board: Dashboard) -> Action {
    switch character {
    case "q", "Q", "\u{04}": return .quit
    case "?": help = 0
    case "j": return step(1, board)
    case "k": return step(-1, board)
    case "g", "<": return step(-1_000_000_000, board)
    case "G", ">": return step(1_000_000_000, board)
    case "[": return tab(by: -1)
    case "]": return tab(by: 1)
    case "/": line = Line(kind: .filter)
    case ":": line = Line(kind: .command)
    case " ": mark(board)
    case "+", "_": isZoomed.toggle()
    case "e":
      faultsOnly.toggle()
      say(faultsOnly ? "only what went wrong; e shows all again" : "")
      move(by: 0, in: page == nil ? board : nil)
    case "R", "\u{12}": return .refresh
    case "y", "c": return copy(board)
    case "s", "O": return sort(board)
    case "W":
      isWide.toggle()
      sideways = 0
      say(isWide ? "wide: the arrows left and right move sideways; W ends it" : "")
      return page == nil ? .draw : .load
    case "{": return leap(by: -1, board)
    case "}": return leap(by: 1, board)
    case "n": return neighbour(1, board)
    case "p": return page?.sides == nil ? pause(board) : neighbour(-1, board)
    case "t": return open(.tree)
    case "h": return open(.hypotheses)
    case "v": return open(.gates)
    case "m": return open(.matrix("delta"))
    case "l": return open(.leaderboard)
    case "P": return open(.plot("score"))
    case "r": return open(.report)
    case "d": return difference(board)
    default: break
    }
    return .draw
  }

  private mutating func leap(by step: Int, _ board: Dashboard) -> Action {
    if page == nil {
      turn(by: step)
    } else {
      leap(by: step)
    }
    return .draw
  }

  // In a diff the next candidate takes the second place; lines that a filter found are gone through one by one.
  private mutating func neighbour(_ step: Int, _ board: Dashboard) -> Action {
    guard let (first, second) = page?.sides, filter.isEmpty else {
      return self.step(step, board)
    }
    let others = board.candidates.filter { "\($0)" != first }
    guard let at = others.firstIndex(where: { "\($0)" == second }) else {
      say("n and p go through candidates that were raced: \(second) is none, or is a word for one")
      return .draw
    }
    guard others.indices.contains(at + step) else {
      say(step > 0 ? "\(second) was raced last" : "\(second) was raced first")
      return .draw
    }
    opened[opened.count - 1] = Open(page: .difference(first, "\(others[at + step])"))
    clear()
    return .load
  }

  private mutating func copy(_ board: Dashboard) -> Action {
    guard let id = selected(board) else {
      say("nothing with an id is under the cursor")
      return .draw
    }
    say("copied \(id), if the terminal lets programs copy (OSC 52)")
    return .copy(id)
  }

  // On the dashboard the rows of the panel, on a page its lines.
  private mutating func sort(_ board: Dashboard) -> Action {
    if let page {
      guard let next = page.inNextOrder else {
        say("\(page.title) stands in one order alone")
        return .draw
      }
      opened[opened.count - 1] = Open(page: next.page)
      say("sorted by \(next.order)")
      return .load
    }
    let panel = focus(board)
    orders[panel.rawValue] = (orders[panel.rawValue] + 1) % panel.orders.count
    cursors[panel.rawValue] = 0
    say("\(panel.title): \(panel.orders[orders[panel.rawValue]])")
    return .draw
  }

  private mutating func pause(_ board: Dashboard) -> Action {
    guard isPaused || !board.isOver else {
      say("\(board.ending); nothing changes any more")
      return .draw
    }
    isPaused.toggle()
    say(
      isPaused
        ? "the view stands still, the night goes on; p lets the view go on, belay pause holds the night"
        : "")
    return isPaused ? .draw : .refresh
  }

  private mutating func enter(_ board: Dashboard) -> Action {
    guard page != nil else {
      let panel = focus(board)
      let rows = rows(panel, board)
      let at = cursors[panel.rawValue]
      guard rows.indices.contains(at), let page = rows[at].page else { return .draw }
      return open(page)
    }
    guard let name = subject(board) else { return .draw }
    if let trial = TrialID(name) { return open(.trace(trial)) }
    return page == .subject(name) ? .draw : open(.subject(name))
  }

  private mutating func mark(_ board: Dashboard) {
    guard let name = subject(board), name.hasPrefix("c") else {
      return say("only candidates are marked")
    }
    if let place = marks.firstIndex(of: name) {
      marks.remove(at: place)
    } else {
      marks = Array((marks + [name]).suffix(2))
    }
    say(
      marks.isEmpty
        ? "nothing is marked"
        : "marked \(marks.joined(separator: " and "))\(marks.count == 2 ? "; d sets them side by side" : "")"
    )
  }

  // The marked ones; else the baseline and what is under the cursor; else the baseline and the champion.
  private mutating func difference(_ board: Dashboard) -> Action {
    if marks.count == 2 { return open(.difference(marks[0], marks[1])) }
    guard let baseline = board.ends.first else {
      say("nothing was put together yet")
      return .draw
    }
    let here = marks.first ?? subject(board).flatMap { $0.hasPrefix("c") ? $0 : nil }
    let other = here ?? board.ends.last ?? baseline
    guard other != baseline else {
      say("mark two candidates with the space bar")
      return .draw
    }
    return open(.difference(baseline, other))
  }

  private mutating func type(_ key: Key) -> Action {
    guard var line else { return .draw }
    switch key {
    case .escape: self.line = nil
    case .erase:
      if line.text.isEmpty {
        self.line = nil
      } else {
        line.text.removeLast()
        self.line = line
      }
    case .character(let character) where !"\(character)".printable().hasPrefix("\\"):
      if line.text.count < 200 { line.text.append(character) }
      self.line = line
    case .enter:
      self.line = nil
      guard line.kind == .command else {
        filter = line.text
        cursors = [0, 0, 0]
        move(by: -1_000_000_000, in: nil)
        return .draw
      }
      return command(line.text)
    default: break
    }
    return .draw
  }

  private mutating func command(_ text: String) -> Action {
    let words = text.split(separator: " ").map(String.init)
    let rest = words.dropFirst().joined(separator: " ")
    switch words.first ?? "" {
    case "": return .draw
    case "q", "quit": return .quit
    case "tree": return open(.tree)
    case "hypotheses", "hyp": return open(.hypotheses)
    case "gates", "gate":
      return rest.hasPrefix("explain ") ? open(.subject(String(rest.dropFirst(8)))) : open(.gates)
    case "matrix", "tasks": return open(.matrix("delta"))
    case "plot": return open(.plot(rest.isEmpty ? "score" : rest))
    case "leaderboard": return open(.leaderboard)
    case "report": return open(.report)
    case "log": return open(.log)
    case "cand", "why", "edit": return rest.isEmpty ? .draw : open(.subject(rest))
    case "search": return rest.isEmpty ? .draw : open(.search(rest))
    case "trace":
      guard let trial = TrialID(rest) else { break }
      return open(.trace(trial))
    case "diff" where words.count == 3: return open(.difference(words[1], words[2]))
    case let word:
      if let trial = TrialID(word) { return open(.trace(trial)) }
      if Self.names(in: word) == [word] { return open(.subject(word)) }
    }
    say(
      "no command '\(text)': tree, matrix, cand c7, trace t12, diff c1 c7, plot cost, search TEXT, …"
    )
    return .draw
  }
}
