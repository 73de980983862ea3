import Base
import Dialect
import Testing

@testable import Metering

@Suite struct RequestChainTests {
  static let turns: [Turn] = [
    .user("count"),
    Turn(.assistant, [.text("so"), .toolUse(ToolUse(id: "1", name: "sh", arguments: "{}"))]),
    Turn(.user, [.toolAnswer(ToolAnswer(callID: "1", name: "sh", text: "3"))]), .user("go on"),
  ]

  @Test(arguments: [0, 1, 2, 4])
  func `names that are known are those that would be made`(known: Int) throws {
    let request = ModelRequest(model: "m", turns: Self.turns)
    let fresh = RequestChain(request, wire: nil)
    for change in [nil, 0, known - 1] {
      var earlier = Array(Self.turns.prefix(known))
      // One that took another way has the names of the common beginning alone.
      if let change, earlier.indices.contains(change) { earlier[change] = .user("another way") }
      let before = RequestChain(ModelRequest(model: "m", turns: earlier), wire: nil)
      let chain = RequestChain(
        request, wire: nil, after: RequestChain.Known(chain: before, turns: earlier))
      #expect(chain.turns == fresh.turns && chain.head == fresh.head)
    }
    let other = RequestChain(ModelRequest(model: "other", turns: Self.turns), wire: nil)
    let chain = RequestChain(
      request, wire: nil, after: RequestChain.Known(chain: other, turns: Self.turns))
    #expect(chain.turns == fresh.turns)
    #expect(Set(fresh.turns).count == Self.turns.count)
  }
}
