import Base
import NightLab
import Testing

@testable import Live

@Suite struct StateTests {
  private func press(_ text: String, _ state: inout LiveState, _ board: Dashboard)
    -> LiveState.Action
  {
    var decoder = KeyDecoder()
    var last = LiveState.Action.draw
    for byte in text.utf8 {
      if let key = decoder.feed(byte) { last = state.press(key, board) }
    }
    if let key = decoder.settle() { last = state.press(key, board) }
    return last
  }

  @Test(
    arguments: [
      ("t", .tree), ("m", .matrix("delta")), ("l", .leaderboard), ("r", .report),
      ("h", .hypotheses),
      ("P", .plot("score")), ("]", .tree), ("[", .log), ("]]", .hypotheses),
      ("\r", .subject("c57")),
      (":cand c7\r", .subject("c7")), (":trace t12\r", .trace(TrialID(12))),
      (":t12\r", .trace(TrialID(12))),
      (":plot cost\r", .plot("cost")), (":diff c1 c7\r", .difference("c1", "c7")),
      (":search no such file\r", .search("no such file")), ("d", .difference("c41", "c57")),
      ("t\u{1B}", nil), ("tm\u{1B}", .tree), (":nothing\r", nil), ("\t\r", .trace(TrialID(77))),
      ("?t", nil), ("/t\r", nil),
    ] as [(String, LivePage?)])
  func `a key leads to its page, and escape back`(keys: String, page: LivePage?) async throws {
    let board = try await FrameTests.board()
    var state = LiveState()
    let action = press(keys, &state, board)
    #expect(state.page == page, "\(state)")
    #expect(action == (page == nil ? .draw : .load))
  }

  @Test(
    arguments: [
      ("q", .quit), ("\u{03}", .quit), ("\u{04}", .quit), ("t\u{03}", .quit), (":q\r", .quit),
      ("\u{1A}", .stop),
    ] as [(String, LiveState.Action)])
  func `leaving and stopping work wherever one is`(keys: String, action: LiveState.Action)
    async throws
  {
    let board = try await FrameTests.board()
    var state = LiveState()
    #expect(press(keys, &state, board) == action)
  }

  @Test func `a page is moved through, filtered and opened from, and two candidates are marked`()
    async throws
  {
    let board = try await FrameTests.board()
    var state = LiveState()
    #expect(press("t", &state, board) == .load)
    state.height = 4
    state.show((1...20).map { "|- c\($0) refused by e\($0)" })
    _ = press("jjjjj", &state, board)
    #expect(state.opened.last?.cursor == 5 && state.opened.last?.top == 2)
    _ = press("G", &state, board)
    #expect(state.opened.last?.cursor == 19 && state.opened.last?.top == 16)
    _ = press("g ", &state, board)
    _ = press("j ", &state, board)
    #expect(state.marks == ["c1", "c2"])
    #expect(press("d", &state, board) == .load && state.page == .difference("c1", "c2"))
    _ = press("\u{1B}", &state, board)
    state.show((1...20).map { "|- c\($0) refused by e\($0)" })
    _ = press("/c1\r", &state, board)
    #expect(state.lines.count == 11)
    _ = press("/!c1\r", &state, board)
    #expect(state.lines.count == 9)
    #expect(press("\r", &state, board) == .load)
    #expect(state.page == .subject("c2"))
    // A filter that is typed may be taken back letter by letter.
    _ = press("\u{1B}/ab\u{7F}\u{7F}\u{7F}", &state, board)
    #expect(state.line == nil && state.filter.isEmpty)
  }

  @Test func `a diff is gone through component by component, and candidate by candidate`()
    async throws
  {
    let board = try await FrameTests.board()
    let raced = board.candidates.map { "\($0)" }
    #expect(raced.first == "c41" && raced.count > 1 && raced.contains("c57"), "\(raced)")
    var state = LiveState()
    _ = press(":diff c41 c57\r", &state, board)
    state.height = 4
    let page = [
      "c41 -> c57: 2 components", "", "prompts/a.md (changed)", "  - old", "  + new", "",
      "tools/b.toml (added)", "  + one", "  + two", "", "tasks  better 3",
    ]
    state.show(page)
    var seen: [Int?] = []
    for key in "}}}}{{{{" {
      #expect(press("\(key)", &state, board) == .draw)
      seen.append(state.opened.last?.cursor)
    }
    #expect(seen == [2, 6, 10, 10, 6, 2, 0, 0])
    #expect(state.opened.last?.top == 0)
    _ = press("}", &state, board)
    #expect(state.opened.last?.top == 2)
    // The candidate that was raced next takes the second place, and the first stays.
    let others = raced.filter { $0 != "c41" }
    let at = try #require(others.firstIndex(of: "c57"))
    for (key, step) in [("n", 1), ("p", -1)] {
      var turned = state
      let action = press(key, &turned, board)
      let next = others.indices.contains(at + step) ? others[at + step] : nil
      #expect(action == (next == nil ? .draw : .load))
      #expect(turned.page == .difference("c41", next ?? "c57"))
      #expect(turned.message.isEmpty == (next != nil) && !turned.isPaused)
    }
    // What a filter found is gone through line by line.
    _ = press("/+\rnn", &state, board)
    #expect(state.opened.last?.cursor == 2 && state.page == .difference("c41", "c57"))
    _ = press("p", &state, board)
    #expect(state.opened.last?.cursor == 1)
    var other = LiveState()
    _ = press(":diff c41 g1\rn", &other, board)
    #expect(other.message.contains("g1 is none"))
    // Anywhere else p holds the view.
    _ = press("p", &other, board)
    #expect(!other.isPaused)
    _ = press("\u{1B}", &other, board)
    _ = press("p", &other, board)
    #expect(other.isPaused)
  }

  @Test
  func
    `what looks at the whole lab is read when it is asked for, the night's own pages with each fact`()
  {
    #expect(!LivePage.leaderboard.followsTheNight && !LivePage.search("x").followsTheNight)
    for page in LivePage.tabs + [.trace(TrialID(1)), .subject("c1"), .difference("c1", "c2")]
    where page != .leaderboard {
      #expect(page.followsTheNight, "\(page)")
    }
  }

  @Test func `ids are found in lines, and words that only look like them are not`() {
    #expect(
      LiveState.names(in: "|- c12 + adopted  e-value 3.1, e7 and t99, c, cat, c1x") == [
        "c12", "e7", "t99",
      ])
  }
}
