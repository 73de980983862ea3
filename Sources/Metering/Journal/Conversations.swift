internal import Base
internal import Dialect
internal import Model

/// Remembers the last request of each lane, so that the next is bounded and kept by what it adds.
final class Conversations: Sendable {
  struct Lane: Hashable {
    let place: JournalPlace?
    let lane: String
    let model: ModelName
  }

  private struct Last {
    let known: RequestChain.Known
    let call: Int?
    let input: Int
  }

  /// What is known of a request before it is sent.
  struct Opening {
    /// Tokens that it cannot pass.
    let inputTokens: Int
    /// The call that it goes on from.
    let base: Int?
    /// How many of its turns that call had.
    let turns: Int
  }

  // By trial, so that one that is over is forgotten without looking at all others.
  private let trials = Locked<[TrialID?: [Lane: Last]]>([:])

  /// The names of a request; those of the turns that the lane's last one had as well are not made again.
  func chain(_ request: ModelRequest, _ wire: ParsedWire?, in lane: Lane) -> RequestChain {
    let known = trials.withLock { $0[lane.place?.trial]?[lane]?.known }
    return RequestChain(request, wire: wire, after: known)
  }

  /// Bounds a request: one that goes on from an answered one is that one's measured input and what came since.
  func opening(_ request: ModelRequest, _ chain: RequestChain, _ wire: ParsedWire?, in lane: Lane)
    -> Opening
  {
    let whole = TokenBound.of(request, wire: wire?.request)
    guard let last = trials.withLock({ $0[lane.place?.trial]?[lane] }),
      last.known.chain.head == chain.head
    else { return Opening(inputTokens: whole, base: nil, turns: 0) }
    let turns = last.known.chain.turns.count
    guard turns <= chain.turns.count,
      (turns == 0 ? chain.head : chain.turns[turns - 1]) == last.known.chain.digest
    else { return Opening(inputTokens: whole, base: nil, turns: 0) }
    let added = TokenBound.of(request.turns[turns...])
    return Opening(inputTokens: min(whole, last.input + added), base: last.call, turns: turns)
  }

  /// Remembers a request that was answered, with the input that its provider counted.
  func answered(
    _ chain: RequestChain, _ turns: [Turn], in lane: Lane, call: Int?, input: Int
  ) {
    let last = Last(
      known: RequestChain.Known(chain: chain, turns: turns), call: call, input: input)
    trials.withLock { $0[lane.place?.trial, default: [:]][lane] = last }
  }

  func forget(_ trial: TrialID) {
    trials.withLock { $0[trial] = .none }
  }
}

/// How many tokens a text can have at most: a token is never less than one byte.
enum TokenBound {
  // What providers wrap around a conversation, its turns and its tools, with room to spare.
  private static let frame = 128
  private static let perTurn = 16
  private static let perPart = 16
  private static let perTool = 32
  private static let toolFrame = 1024
  // The dearest picture of any provider.
  private static let image = 6000

  static func of(_ request: ModelRequest, wire: WireRequest?) -> Int {
    var count = frame + (request.system?.utf8.count ?? 0) + of(request.turns[...])
    if !request.tools.isEmpty { count += toolFrame }
    for tool in request.tools {
      count += perTool + tool.name.utf8.count + tool.description.utf8.count
      count += tool.parameters.utf8().count
    }
    count += request.answerSchema?.utf8().count ?? 0
    if let wire {
      // A body may hold what the neutral form does not; pictures in it are no text.
      var pictures = 0
      for turn in request.turns {
        for case .image(_, let data) in turn.parts { pictures += data.utf8.count - image }
      }
      count = max(count, frame + toolFrame + wire.body.count - pictures)
    }
    return count
  }

  static func of(_ turns: ArraySlice<Turn>) -> Int {
    var count = 0
    for turn in turns {
      count += perTurn
      for part in turn.parts {
        count += perPart
        switch part {
        case .text(let text): count += text.utf8.count
        case .image: count += image
        case .toolUse(let use):
          count += use.id.utf8.count + use.name.utf8.count + use.arguments.utf8.count
        case .toolAnswer(let answer):
          count += answer.callID.utf8.count + answer.name.utf8.count + answer.text.utf8.count
        case .reasoning(let thought):
          // What is given back sealed is counted by what it unseals to: the seal is longer.
          count += max(thought.text.utf8.count, thought.block?.utf8().count ?? 0)
        }
      }
    }
    return count
  }
}
