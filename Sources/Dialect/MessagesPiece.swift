internal import Base

/// What a usual piece of Anthropic's stream adds to one of its blocks.
struct MessagesPiece {
  /// What it adds.
  enum Kind { case text, thinking, arguments }
  var kind: Kind
  var index: Int
  var piece: String

  private static let type: StaticKey = "type"
  private static let blockDelta: StaticKey = "content_block_delta"
  private static let indexKey: StaticKey = "index"
  private static let delta: StaticKey = "delta"
  private static let kinds: [(name: StaticKey, field: StaticKey, kind: Kind)] = [
    ("text_delta", "text", .text), ("input_json_delta", "partial_json", .arguments),
    ("thinking_delta", "thinking", .thinking),
  ]

  /// Reads a piece; nil when it is not of the usual kind.
  init?(_ data: ArraySlice<UInt8>) {
    var cursor = JSONCursor(data)
    var index: Int?
    var found: (kind: Kind, piece: String)?
    var isDelta = false
    guard cursor.enterObject() else { return nil }
    while let key = cursor.nextKey() {
      if cursor.matches(key, Self.type) {
        guard !isDelta, cursor.skip(Self.blockDelta) else { return nil }
        isDelta = true
      } else if cursor.matches(key, Self.indexKey) {
        index = cursor.smallNumber()
        if index == nil { return nil }
      } else if cursor.matches(key, Self.delta) {
        guard found == nil, let read = Self.read(&cursor) else { return nil }
        found = read
      } else {
        return nil
      }
    }
    guard isDelta, let index, let found, !cursor.isBroken, cursor.isAtEnd() else { return nil }
    self.index = index
    (kind, piece) = found
  }

  // The kind stands before the words with every server: the other order is left to the whole reader.
  private static func read(_ cursor: inout JSONCursor) -> (kind: Kind, piece: String)? {
    guard cursor.enterObject(), let first = cursor.nextKey(), cursor.matches(first, type) else {
      return nil
    }
    for kind in kinds where cursor.skip(kind.name) {
      guard let key = cursor.nextKey(), cursor.matches(key, kind.field),
        let piece = cursor.string(), cursor.nextKey() == nil, !cursor.isBroken
      else { return nil }
      return (kind.kind, piece)
    }
    return nil
  }
}
