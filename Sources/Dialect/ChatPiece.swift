internal import Base

/// What a usual piece of a chat stream adds: one of words, of a thought, or of a call's arguments.
///
/// Nearly all pieces of a stream are of this kind; they are read without building values. Whatever is
/// not as usual is left to the whole reader.
struct ChatPiece {
  var text: String?
  var reasoning: (field: String, piece: String)?
  var call: (index: Int, piece: String)?
  private var choices = 0

  private static let content: StaticKey = "content"
  private static let reasoningContent: StaticKey = "reasoning_content"
  private static let reasoningShort: StaticKey = "reasoning"
  private static let choicesKey: StaticKey = "choices"
  private static let error: StaticKey = "error"
  private static let usage: StaticKey = "usage"
  private static let tier: StaticKey = "service_tier"
  private static let index: StaticKey = "index"
  private static let delta: StaticKey = "delta"
  private static let role: StaticKey = "role"
  private static let toolCalls: StaticKey = "tool_calls"
  private static let function: StaticKey = "function"
  private static let arguments: StaticKey = "arguments"
  private static let type: StaticKey = "type"

  /// Reads a piece; nil when it is not of the usual kind.
  init?(_ data: ArraySlice<UInt8>, knowsTier: Bool) {
    var cursor = JSONCursor(data)
    guard cursor.enterObject() else { return nil }
    while let key = cursor.nextKey() {
      if cursor.matches(key, Self.choicesKey) {
        choices += 1
        guard choices == 1, readChoice(&cursor) else { return nil }
      } else if cursor.matches(key, Self.error) || cursor.matches(key, Self.usage) {
        guard cursor.null() else { return nil }
      } else if !knowsTier, cursor.matches(key, Self.tier) {
        guard cursor.null() else { return nil }
      } else if cursor.skipValue() == nil {
        return nil
      }
    }
    guard !cursor.isBroken, cursor.isAtEnd(), choices == 1 else { return nil }
  }

  private mutating func readChoice(_ cursor: inout JSONCursor) -> Bool {
    guard cursor.enterArray(), cursor.nextElement(), cursor.enterObject() else { return false }
    var deltas = 0
    while let key = cursor.nextKey() {
      if cursor.matches(key, Self.delta) {
        deltas += 1
        guard deltas == 1, readDelta(&cursor) else { return false }
      } else if cursor.matches(key, Self.index) {
        guard cursor.smallNumber() == 0 else { return false }
      } else if !cursor.null() {
        return false
      }
    }
    return !cursor.isBroken && !cursor.nextElement()
  }

  private mutating func readDelta(_ cursor: inout JSONCursor) -> Bool {
    guard cursor.enterObject() else { return false }
    while let key = cursor.nextKey() {
      if cursor.null() { continue }
      if cursor.matches(key, Self.content) {
        guard text == nil, let piece = cursor.string() else { return false }
        text = piece
      } else if cursor.matches(key, Self.reasoningContent) {
        guard readReasoning(&cursor, "reasoning_content") else { return false }
      } else if cursor.matches(key, Self.reasoningShort) {
        guard readReasoning(&cursor, "reasoning") else { return false }
      } else if cursor.matches(key, Self.toolCalls) {
        guard call == nil, readCall(&cursor) else { return false }
      } else if cursor.matches(key, Self.role) {
        guard cursor.skipValue() != nil else { return false }
      } else {
        return false
      }
    }
    return !cursor.isBroken
  }

  private mutating func readReasoning(_ cursor: inout JSONCursor, _ field: String) -> Bool {
    guard reasoning == nil, let piece = cursor.string() else { return false }
    reasoning = (field, piece)
    return true
  }

  private mutating func readCall(_ cursor: inout JSONCursor) -> Bool {
    guard cursor.enterArray(), cursor.nextElement(), cursor.enterObject() else { return false }
    var index: Int?
    var piece: String?
    while let key = cursor.nextKey() {
      if cursor.matches(key, Self.index) {
        index = cursor.smallNumber()
        if index == nil { return false }
      } else if cursor.matches(key, Self.function) {
        guard piece == nil, cursor.enterObject() else { return false }
        while let key = cursor.nextKey() {
          if cursor.matches(key, Self.arguments) {
            guard piece == nil, let text = cursor.string() else { return false }
            piece = text
          } else if !cursor.null() {
            return false
          }
        }
      } else if cursor.matches(key, Self.type) {
        guard cursor.skipValue() != nil else { return false }
      } else if !cursor.null() {
        return false
      }
    }
    guard let index, let piece, !cursor.isBroken, !cursor.nextElement() else { return false }
    call = (index, piece)
    return true
  }
}
