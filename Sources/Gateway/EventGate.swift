internal import Base
internal import Dialect

/// Lets the events of a stream through one by one up to the first that can be acted upon: the end, or a
/// call of a tool that is complete. That one and all behind it wait.
///
/// It looks for words and not into the JSON, so that it costs next to nothing: words of the same kind in a
/// text only make it close early.
struct EventGate: Sendable {
  /// An event that has all words of one of these closes the gate.
  private let closing: [[[UInt8]]]
  /// The words of the event with which a call begins, and of the one with which a block ends.
  private let call: [[UInt8]]
  private let blockEnd: [UInt8]
  private var isInCall = false
  private var isClosed = false
  private var held: [UInt8] = []
  // So much of what is held was looked through for the end of an event already.
  private var seen = 0

  init(_ dialect: WireDialect) {
    let words: [[String]] =
      switch dialect {
      case .chat: [["[DONE]"], [#""finish_reason":""#], [#""finish_reason": ""#]]
      case .messages: [["message_delta"], ["message_stop"]]
      // Codex begins with a call when its item is done.
      case .responses: [["response.completed"], ["response.incomplete"], ["_call", ".done"]]
      case .gemini: [["finishReason"], ["functionCall"]]
      }
    closing = words.map { $0.map { Array($0.utf8) } }
    let isMessages = dialect == .messages
    call = isMessages ? ["content_block_start", "tool_use"].map { Array($0.utf8) } : []
    blockEnd = Array("content_block_stop".utf8)
  }

  /// The events that may go on of what comes in; half an event waits for its other half.
  mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    held += bytes
    guard !isClosed else { return [] }
    var through = 0
    while let end = Self.end(of: held[max(through, seen - 2)...]) {
      if closes(held[through..<end]) {
        isClosed = true
        break
      }
      through = end
    }
    seen = held.count - through
    if through == held.count {
      defer { held = [] }
      return held
    }
    let passed = Array(held[..<through])
    held.removeFirst(through)
    return passed
  }

  /// Everything that waits.
  mutating func open() -> [UInt8] {
    defer { held = [] }
    return held
  }

  private mutating func closes(_ event: ArraySlice<UInt8>) -> Bool {
    if !call.isEmpty {
      if call.allSatisfy({ Self.has($0, in: event) }) { isInCall = true }
      if isInCall, Self.has(blockEnd, in: event) { return true }
    }
    return closing.contains { $0.allSatisfy { Self.has($0, in: event) } }
  }

  /// The place behind the first empty line, which ends an event; nil when there is none yet.
  private static func end(of bytes: ArraySlice<UInt8>) -> Int? {
    var at = bytes.startIndex
    while let feed = bytes[at...].firstIndex(of: 10) {
      var next = feed + 1
      if next < bytes.endIndex, bytes[next] == 13 { next += 1 }
      if next < bytes.endIndex, bytes[next] == 10 { return next + 1 }
      at = feed + 1
    }
    return nil
  }

  private static func has(_ word: [UInt8], in bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = word.first, bytes.count >= word.count else { return false }
    let span = bytes.span
    for at in 0...(span.count - word.count) where span[at] == first {
      var same = 1
      while same < word.count, span[at + same] == word[same] { same += 1 }
      if same == word.count { return true }
    }
    return false
  }
}
