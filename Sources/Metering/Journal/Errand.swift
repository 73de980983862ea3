internal import Base
internal import Dialect
internal import Model

/// One call on its way: what it is, and what it may take.
final class Errand: Sendable {
  // Without a limit of its own or of the model's an answer gets this one.
  private static let usualOutput = 32_768

  let call: ModelCall
  let wire: ParsedWire?
  let chain: RequestChain
  let key: JournalKey
  let place: JournalPlace?
  let opening: Conversations.Opening
  let price: Price?

  /// Where its conversation goes on.
  var lane: Conversations.Lane {
    Conversations.Lane(place: place, lane: key.lane, model: key.model)
  }

  init(
    call: ModelCall, wire: ParsedWire?, chain: RequestChain, key: JournalKey,
    place: JournalPlace?,
    opening: Conversations.Opening = Conversations.Opening(inputTokens: 0, base: nil, turns: 0),
    price: Price?
  ) {
    self.call = call
    self.wire = wire
    self.chain = chain
    self.key = key
    self.place = place
    self.opening = opening
    self.price = price
  }

  private func with(_ call: ModelCall, _ opening: Conversations.Opening) -> Errand {
    Errand(
      call: call, wire: wire, chain: chain, key: key, place: place, opening: opening,
      price: price)
  }

  /// The same, as a part of a conversation.
  func opened(_ opening: Conversations.Opening) -> Errand { with(call, opening) }

  /// The same with the limit that a budget leaves.
  func limited(to tokens: Int?) -> Errand {
    guard let tokens else { return self }
    var call = call
    call.request.maxOutputTokens = tokens
    // Also where it is the limit that was asked for: of two such keys in one body a provider takes either.
    call.wire = wire?.limited(to: tokens, model: call.name.model)
    return with(call, opening)
  }

  /// The same, telling an attempt what becomes of it.
  func watched(by attempt: CallAttempt) -> Errand {
    var call = call
    let (onSend, beforeResend) = (call.onSend, call.beforeResend)
    call.onSend = {
      attempt.sends()
      onSend()
    }
    call.beforeResend = { fault in
      try await attempt.again(after: fault)
      try await beforeResend(fault)
    }
    return with(call, opening)
  }

  /// What the call may take at most.
  var ceiling: CallCeiling {
    let asked = call.request.maxOutputTokens
    let most = price?.maxOutput
    let rate = price?.ceiling(
      input: opening.inputTokens, tier: wire?.tier ?? .standard,
      hasLongCache: wire?.hasLongCache ?? false)
    return CallCeiling(
      inputTokens: opening.inputTokens, askedOutput: asked,
      modelOutput: asked.map { min($0, most ?? $0) }
        ?? min(most ?? Self.usualOutput, Self.usualOutput),
      usdPerInput: rate?.input, usdPerOutput: rate?.output)
  }

  /// The request as it is kept: whole, or what it adds.
  var content: [UInt8] {
    let turns = JSON.array(call.request.turns[opening.turns...].map(\.json))
    guard opening.base == nil else { return (["turns": turns] as JSON).utf8() }
    var json = RequestChain.head(call.request, wire)
    json["turns"] = turns
    return json.utf8()
  }
}
