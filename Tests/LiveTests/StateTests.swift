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

  @Test func `ids are found in lines, and words that only look like them are not`() {
    #expect(
      LiveState.names(in: "|- c12 + adopted  e-value 3.1, e7 and t99, c, cat, c1x") == [
        "c12", "e7", "t99",
      ])
  }
}
