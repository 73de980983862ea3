import Facts
import Layout
import Live
import NightLab
import Platform
import Testing

/// What a watcher sees of what they typed: keys in, frame out.
@Suite struct WatchKeysTests {
  private struct Watcher {
    let board: Dashboard
    var state = LiveState()
    var rows = 24
    var columns = 80
    var last = LiveState.Action.draw

    init(_ board: Dashboard, rows: Int = 24, columns: Int = 80) {
      self.board = board
      self.rows = rows
      self.columns = columns
    }

    mutating func type(_ text: String) {
      var decoder = KeyDecoder()
      state.fit(rows: rows, columns: columns)
      for byte in text.utf8 {
        if let key = decoder.feed(byte) { last = state.press(key, board) }
      }
      if let key = decoder.settle() { last = state.press(key, board) }
    }

    var lines: [String] {
      LiveFrame(state, board, rows: rows, columns: columns, ink: .plain).lines
    }
    var foot: String { lines.last ?? "" }
  }

  private static func going(rows: Int = 24, columns: Int = 80) async throws -> Watcher {
    Watcher(try await FrameTests.board(), rows: rows, columns: columns)
  }

  private static func finished() async throws -> Watcher {
    Watcher(
      try await FrameTests.board(Nights.finished(vault: [0.1, 0.2]), isOver: true), columns: 200)
  }

  @Test(
    arguments: [
      // The candidate of a race, and the trial that a line of the activity leads to.
      ("y", [], "c57"), ("c", [], "c57"), ("\ty", [], "t77"),
      ("ty", ["|- c12 + adopted by e7"], "c12"), ("tjc", ["c1 baseline", "  e7 of c12"], "e7"),
      // A line without an id: what the page is about.
      (":trace t9\ry", ["score 1.0"], "t9"), (":cand c7\ry", ["", ""], "c7"),
      ("ty", ["nothing here"], nil), ("\t\t/no such line\ry", [], nil),
    ] as [(String, [String], String?)])
  func `the id of what is selected is copied, and the foot says so`(
    keys: String, page: [String], id: String?
  ) async throws {
    var watcher = try await Self.going()
    for key in keys {
      watcher.type("\(key)")
      if watcher.last == .load { watcher.state.show(page) }
    }
    #expect(watcher.last == (id.map { .copy($0) } ?? .draw), "\(watcher.lines)")
    #expect(
      watcher.foot.hasPrefix(
        id.map { "copied \($0), if the terminal lets programs copy" }
          ?? "nothing with an id is under the cursor"), "\(watcher.foot)")
    watcher.type("k")
    #expect(!watcher.foot.contains("copied"))
  }

  @Test func `what is copied goes to the terminal as OSC 52 has it`() {
    #expect(Clipboard.strokes("c57") == "\u{1B}]52;c;YzU3\u{1B}\\")
    #expect(Clipboard.strokes("t12") == "\u{1B}]52;c;dDEy\u{1B}\\")
  }

  @Test func `a paused view says that it is, and going on looks again at once`() async throws {
    var watcher = try await Self.going()
    watcher.type("p")
    #expect(watcher.state.isPaused && watcher.last == .draw)
    #expect(watcher.foot.contains("the view stands still, the night goes on"))
    watcher.type("t")
    watcher.state.show(["c1 baseline"])
    #expect(watcher.lines[0].contains("VIEW PAUSED (p)"), "\(watcher.lines[0])")
    watcher.type("p")
    #expect(!watcher.state.isPaused && watcher.last == .refresh)
    #expect(!watcher.lines[0].contains("VIEW PAUSED"))
    var over = try await Self.finished()
    over.type("p")
    #expect(!over.state.isPaused && over.foot.contains("nothing changes any more"))
  }

  @Test func `rows stand in the order that was asked for, and the panel says which`() async throws {
    var watcher = try await Self.finished()
    func first(_ watcher: Watcher) -> String? {
      watcher.lines.first { $0.hasPrefix("|>") }
    }
    let newest = first(watcher)
    watcher.type("G")
    let oldest = first(watcher)
    #expect(newest != nil && oldest != nil && newest != oldest)
    watcher.type("s")
    #expect(first(watcher) == oldest, "\(watcher.lines)")
    #expect(watcher.lines.contains { $0.contains("last decisions, oldest first") })
    watcher.type("s")
    #expect(first(watcher) == newest)
    watcher.type("m")
    watcher.type("s")
    #expect(watcher.last == .load && watcher.state.page == .matrix("hard"))
    #expect(watcher.lines[1].hasPrefix("matrix, hard first"))
    // It is the same tab in whichever order.
    watcher.type("]")
    #expect(watcher.state.page == .plot("score"))
    watcher.type("s")
    #expect(watcher.foot.contains("in one order alone"))
  }

  @Test func `wide lines are moved sideways, and the arrows turn pages again afterwards`()
    async throws
  {
    var watcher = try await Self.going()
    watcher.type("t")
    #expect(watcher.state.pageWidth == 80)
    let long = (0..<30).map { "c\($0)-word" }.joined(separator: " ")
    watcher.type("W")
    #expect(watcher.last == .load && watcher.state.pageWidth == 200)
    watcher.state.show([long])
    #expect(watcher.lines[2].hasPrefix(">c0-word"), "\(watcher.lines[2])")
    watcher.type("\u{1B}[C")
    #expect(watcher.state.page == .tree && watcher.lines[2].contains("c4-word"))
    #expect(!watcher.lines[2].contains("c1-word"), "\(watcher.lines[2])")
    watcher.type("\u{1B}[D")
    #expect(watcher.lines[2].hasPrefix(">c0-word"))
    watcher.type("W\u{1B}[C")
    #expect(watcher.state.pageWidth == 80 && watcher.state.page == .hypotheses)
    // The panels of a wide dashboard stand one below the other.
    var board = try await Self.going(rows: 40, columns: 160)
    #expect(board.lines.contains { $0.contains("in flight") && $0.contains("under way") })
    board.type("W")
    #expect(!board.lines.contains { $0.contains("in flight") && $0.contains("under way") })
  }

  @Test func `nobody is told that a night goes on that does not`() async throws {
    let going = try await Self.going(columns: 200)
    #expect(going.foot.contains("q:quit (the night goes on)") && going.foot.contains("p:pause"))
    var dead: Dashboard?
    try await NightLab.with(
      Nights.racing(), owner: ProcessOwner(pid: 1, startTicks: 1, host: Machine.hostName)
    ) { dead = Dashboard(try $0.view()) }
    for var watcher in [try await Self.finished(), Watcher(try #require(dead), columns: 200)] {
      for keys in ["", "t", "?", "p"] {
        watcher.type(keys)
        let text = watcher.lines.joined(separator: "\n")
        #expect(!text.contains("night goes on"), "\(keys): \(text)")
      }
    }
  }

  @Test func `the help names every key that does something, on a small screen too`() async throws {
    let board = try await FrameTests.board()
    for (rows, columns) in [(24, 80), (12, 50)] {
      var reader = Watcher(board, rows: rows, columns: columns)
      reader.type("?")
      // As far as it goes down.
      var help: [String] = []
      for _ in 0..<60 {
        for line in reader.lines where !help.contains(line) { help.append(line) }
        reader.type("j")
      }
      if rows == 12 { #expect(help.count > rows) }
      let names = Set(
        help.filter { $0.hasPrefix(" ") }.flatMap { line -> [String] in
          line.split { " ,();".contains($0) }.map(String.init)
        })
      for scalar in (0x21..<0x7F).compactMap(Unicode.Scalar.init) {
        for page in [nil, "t", "m"] {
          var watcher = Watcher(board, rows: rows, columns: columns)
          if let page { watcher.type(page) }
          if page != nil { watcher.state.show(["|- c1 one", "|- c2 two", "|- c3 three"]) }
          watcher.type("j")
          let before = watcher.state
          watcher.type("\(Character(scalar))")
          let isKey = watcher.state != before || ![.draw].contains(watcher.last)
          // The other case of a letter to leave is a kindness.
          guard isKey, scalar != "Q" else { continue }
          #expect(names.contains("\(Character(scalar))"), "\(scalar): \(help)")
        }
      }
      reader.type("x")
      #expect(reader.lines[0].contains("RUNNING") || columns < 80)
    }
  }
}
