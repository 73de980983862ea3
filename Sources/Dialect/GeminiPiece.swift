internal import Base

/// What a usual piece of Gemini's stream adds: words, and the count of what was used until now.
struct GeminiPiece {
  var text: String
  var usage: ArraySlice<UInt8>?

  private static let candidates: StaticKey = "candidates"
  private static let content: StaticKey = "content"
  private static let parts: StaticKey = "parts"
  private static let textKey: StaticKey = "text"
  private static let role: StaticKey = "role"
  private static let index: StaticKey = "index"
  private static let usageKey: StaticKey = "usageMetadata"
  private static let version: StaticKey = "modelVersion"
  private static let id: StaticKey = "responseId"
  private static let created: StaticKey = "createTime"

  /// Reads a piece; nil when it is not of the usual kind.
  init?(_ data: ArraySlice<UInt8>) {
    var cursor = JSONCursor(data)
    var text: String?
    guard cursor.enterObject() else { return nil }
    while let key = cursor.nextKey() {
      if cursor.matches(key, Self.candidates) {
        guard text == nil, let read = Self.candidate(&cursor) else { return nil }
        text = read
      } else if cursor.matches(key, Self.usageKey) {
        guard let range = cursor.skipValue() else { return nil }
        usage = data[range]
      } else if cursor.matches(key, Self.version) || cursor.matches(key, Self.id)
        || cursor.matches(key, Self.created)
      {
        guard cursor.skipValue() != nil else { return nil }
      } else {
        return nil
      }
    }
    guard let text, !cursor.isBroken, cursor.isAtEnd() else { return nil }
    self.text = text
  }

  private static func candidate(_ cursor: inout JSONCursor) -> String? {
    var text: String?
    guard cursor.enterArray(), cursor.nextElement(), cursor.enterObject() else { return nil }
    while let key = cursor.nextKey() {
      if cursor.matches(key, content) {
        guard text == nil, let read = words(&cursor) else { return nil }
        text = read
      } else if cursor.matches(key, index) {
        guard cursor.smallNumber() == 0 else { return nil }
      } else if !cursor.null() {
        return nil
      }
    }
    return cursor.isBroken || cursor.nextElement() ? nil : text
  }

  private static func words(_ cursor: inout JSONCursor) -> String? {
    var text: String?
    guard cursor.enterObject() else { return nil }
    while let key = cursor.nextKey() {
      if cursor.matches(key, parts) {
        guard text == nil, cursor.enterArray(), cursor.nextElement(), cursor.enterObject(),
          let inner = cursor.nextKey(), cursor.matches(inner, textKey), let read = cursor.string(),
          cursor.nextKey() == nil, !cursor.nextElement()
        else { return nil }
        text = read
      } else if cursor.matches(key, role) {
        guard cursor.skipValue() != nil else { return nil }
      } else {
        return nil
      }
    }
    return cursor.isBroken ? nil : text
  }
}
