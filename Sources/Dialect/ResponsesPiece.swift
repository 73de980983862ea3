internal import Base

/// What a usual piece of a stream of responses adds.
struct ResponsesPiece {
  /// What it adds.
  enum Kind { case text, thinking, arguments }
  var kind: Kind
  var index: Int?
  var piece: String

  private static let type: StaticKey = "type"
  private static let indexKey: StaticKey = "output_index"
  private static let delta: StaticKey = "delta"
  private static let error: StaticKey = "error"
  private static let names: [(String, Kind)] = [
    ("response.output_text.delta", .text), ("response.function_call_arguments.delta", .arguments),
    ("response.reasoning_summary_text.delta", .thinking),
    ("response.reasoning_text.delta", .thinking),
  ]
  private static let kinds = names.map { (name: StaticKey(stringLiteral: $0.0), kind: $0.1) }

  /// Takes the piece out of an event of this type that was read whole; nil when it is none.
  init?(_ body: JSON, type: String) {
    guard let kind = Self.names.first(where: { $0.0 == type })?.1,
      let piece = body["delta"].string
    else { return nil }
    self.kind = kind
    index = body["output_index"].int
    self.piece = piece
  }

  /// Reads a piece; nil when it is not of the usual kind.
  init?(_ data: ArraySlice<UInt8>) {
    var cursor = JSONCursor(data)
    var kind: Kind?
    var index: Int?
    var piece: String?
    guard cursor.enterObject() else { return nil }
    while let key = cursor.nextKey() {
      if cursor.matches(key, Self.type) {
        guard kind == nil else { return nil }
        for known in Self.kinds where cursor.skip(known.name) {
          kind = known.kind
          break
        }
        if kind == nil { return nil }
      } else if cursor.matches(key, Self.indexKey) {
        index = cursor.smallNumber()
        if index == nil { return nil }
      } else if cursor.matches(key, Self.delta) {
        guard piece == nil, let text = cursor.string() else { return nil }
        piece = text
      } else if cursor.matches(key, Self.error) {
        return nil
      } else if cursor.skipValue() == nil {
        return nil
      }
    }
    guard let kind, let piece, !cursor.isBroken, cursor.isAtEnd() else { return nil }
    self.kind = kind
    self.index = index
    self.piece = piece
  }
}
