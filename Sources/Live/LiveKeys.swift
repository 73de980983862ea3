internal import Base
internal import Layout

/// Every key and what it does, as the help has it.
enum LiveKeys {
  static func lines(_ board: Dashboard, width: Int, ink: Ink) -> [String] {
    let pages = LivePage.tabs.map(\.title).joined(separator: ", ")
    let keys: [(String, String)] = [
      ("q, ctrl-c", board.isOver ? "leave" : "leave; the night goes on"),
      ("esc", "back; first ends a filter, e and +"),
      ("enter", "open what is under the cursor: why it went so, or a trace"),
      ("j k, arrows", "move; g G (< >) to the beginning and the end"),
      ("{ }", "the part before and the next: in a diff, component by component"),
      ("n p", "in a diff: the next candidate and the one before, or what a filter found"),
      ("tab", "the next panel; + (_) the panel alone"),
      ("[ ]", "the page before and the next: \(pages)"),
      ("t m l r", "tree, matrix, leaderboard, report"),
      ("h v P", "hypotheses, gates' verdicts, plot"),
      ("y c", "copy the id of what is selected"),
      ("space", "mark a candidate; d sets the two that are marked side by side"),
      ("d", "else the baseline and what is under the cursor, or the champion"),
      ("/", "filter: lines that hold a text, with ! those that do not"),
      ("e", "only what went wrong"),
      ("s (O)", "the next order: of the panel's rows, of the matrix's tasks"),
      ("W", "lines as long as they are; left and right move them sideways"),
      (
        "p",
        board.isOver
          ? "pause: the view of a night that is under way stands still"
          : "pause: the view stands still, the night does not wait; p again ends it"
      ),
      ("R, ctrl-r", "look again at once; the leaderboard and a search are read anew by it alone"),
      (":", "a command: cand c7, trace t12, diff c1 c7, plot cost, search TEXT"),
      ("? ctrl-z", "this help; stop, fg goes on"),
    ]
    return [ink.painted("keys", .strong)]
      + keys.flatMap { key, meaning in
        let name = key + String(repeating: " ", count: max(1, 13 - key.count))
        return Prose.wrap(
          [(name, .accent), (meaning, nil)], width: width, prefix: " ", indent: 14, ink: ink)
      }
  }
}

/// Where a terminal keeps what was copied.
public enum Clipboard {
  /// What asks a terminal to keep a text (OSC 52); one that does not allow it shows nothing.
  public static func strokes(_ text: String) -> String {
    "\u{1B}]52;c;\(Base64.text(Array(text.utf8)))\u{1B}\\"
  }
}
