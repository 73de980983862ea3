import Base
import Calls
import Climb
import Facts
import Layout
import Ledger
import NightLab
import NightReading
import Platform
import Testing

@testable import Live

@Suite struct FrameTests {
  static let plain = Ink.plain
  static let rich = Ink(isUnicode: true, colours: .many)

  /// The dashboard of a night that goes on, with a trial under way.
  static func board(_ facts: [NightFact]? = nil, isOver: Bool = false) async throws -> Dashboard {
    var found: Dashboard?
    var facts = try facts ?? Nights.racing()
    if !isOver {
      facts.append(.issued(.run(Nights.order(900, 2, task: 0, .screen(number: 9), draw: 90))))
      facts.append(.issued(.run(Nights.order(901, 2, task: 5, .bank(visit: 9), draw: 91))))
    }
    try await NightLab.with(
      facts, conditions: ["models": ["task": "rehearsal/careful"]], end: isOver ? .done : nil
    ) { lab in
      let view = try lab.view(at: 600)
      found = Dashboard(
        view,
        activity: [
          TrialActivity(
            trial: TrialID(77), index: 900, dispatchedAt: NightLab.at(100), calls: 3,
            lastAt: NightLab.at(300), isAsking: true)
        ])
    }
    return try #require(found)
  }

  @Test
  func `nothing is cleared behind a line that ends in the last column: its last letter stays`()
    async throws
  {
    let board = try await Self.board()
    let frame = LiveFrame(LiveState(), board, rows: 24, columns: 44, ink: Self.rich)
    let full = frame.lines.filter { DisplayWidth.of(Ink.unpainted($0)) == 44 }
    #expect(full.count > 5 && full.count < frame.lines.count)
    let strokes = frame.strokes(over: nil, ink: Self.rich)
    let cleared = strokes.split(separator: "\u{1B}[K", omittingEmptySubsequences: false).count - 1
    #expect(cleared == frame.lines.count - full.count)
  }

  @Test func `every frame fills its screen and no more, at any size, and holds nothing that acts`()
    async throws
  {
    for board in [
      try await Self.board(),
      try await Self.board(Nights.finished(vault: [0.1, 0.2]), isOver: true),
    ] {
      for (rows, columns) in [(24, 80), (50, 160), (10, 40), (5, 20), (3, 10), (24, 200)] {
        for ink in [Self.plain, Self.rich] {
          for keys in ["", "+", "?", "\t\t", "/x"] {
            var state = LiveState()
            var decoder = KeyDecoder()
            for byte in keys.utf8 {
              if let key = decoder.feed(byte) { _ = state.press(key, board) }
            }
            let frame = LiveFrame(state, board, rows: rows, columns: columns, ink: ink)
            #expect(frame.lines.count == max(rows, 5))
            for line in frame.lines {
              #expect(DisplayWidth.of(line) <= max(columns, 20), "\(line)")
              for scalar in ["\u{1B}", "\u{07}", "\u{202E}"] { #expect(!line.contains(scalar)) }
            }
            if ink == Self.plain {
              #expect(frame.lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 || $0 >= 0x80 } })
              let drawn = frame.lines.joined()
              for box in ["│", "┌", "█", "▁"] { #expect(!drawn.contains(box)) }
            }
          }
        }
      }
    }
  }

  @Test
  func `the dashboard says how the night is, what it may cost, what runs and what stands still`()
    async throws
  {
    let frame = LiveFrame(
      LiveState(), try await Self.board(), rows: 24, columns: 80, ink: Self.plain)
    let text = frame.lines.joined(separator: "\n")
    #expect(text.contains("RUNNING") && text.contains("REHEARSAL"), "\(text)")
    #expect(text.contains("$3.51 + unknown of $20.00"), "\(text)")
    #expect(text.contains("vault sealed") && text.contains("c57 < c41"), "\(text)")
    #expect(text.contains("t77 c57 screen  asking 8m20s  idle 5m00s !  d0"), "\(text)")
    // Which gate task it is, nobody is told who could steer by it.
    #expect(text.contains("idle -  a gate task") && !text.contains("g1 "), "\(text)")
    #expect(text.contains("the night goes on"))
  }

  @Test func `a dead night is shown as dead, and a finished one with its vault`() async throws {
    try await NightLab.with(
      Nights.racing(), owner: ProcessOwner(pid: 1, startTicks: 1, host: Machine.hostName)
    ) { lab in
      let board = Dashboard(try lab.view())
      let lines = LiveFrame(LiveState(), board, rows: 24, columns: 80, ink: Self.plain).lines
      #expect(lines[0].contains("DEAD") && lines.joined().contains("is gone without a word"))
    }
    let board = try await Self.board(Nights.finished(vault: [0.1, 0.2]), isOver: true)
    let lines = LiveFrame(LiveState(), board, rows: 24, columns: 100, ink: Self.plain).lines
    #expect(lines[0].contains("FINISHED") && lines.joined().contains("the last word"))
    // Two kinds of intervals stand here: each says which it is.
    #expect(board.figures.contains { $0.contains("] 95%, the last word") }, "\(board.figures)")
    // The counts and the money have the words of the other pages.
    #expect(board.figures.joined().contains("edits 4: "), "\(board.figures)")
    #expect(board.figures.joined().contains("1 adoption"), "\(board.figures)")
    #expect(board.headline.contains { $0.hasPrefix("$") && $0.hasSuffix(" of $20.00") })
  }

  @Test func `only lines that changed are drawn again, and the same frame draws nothing`()
    async throws
  {
    let board = try await Self.board()
    var state = LiveState()
    let one = LiveFrame(state, board, rows: 24, columns: 80, ink: Self.rich)
    #expect(one.strokes(over: one, ink: Self.rich) == "")
    #expect(one.strokes(over: nil, ink: Self.rich).components(";1H") == 24)
    _ = state.press(.tab(isBackwards: false), board)
    _ = state.press(.tab(isBackwards: false), board)
    _ = state.press(.down, board)
    let two = LiveFrame(state, board, rows: 24, columns: 80, ink: Self.rich)
    let strokes = two.strokes(over: one, ink: Self.rich)
    #expect(!strokes.isEmpty && strokes.components("\u{1B}[K") < 20)
    #expect(!strokes.contains("\u{1B}[2J"))
  }
}

extension String {
  fileprivate func components(_ part: String) -> Int { split(separator: part).count - 1 }
}
