/// A key of a terminal.
public enum Key: Sendable, Hashable {
  /// A character, Ctrl and a letter being the letter's control character.
  case character(Character)
  /// Return.
  case enter
  /// Escape.
  case escape
  /// Tab, or Shift and Tab.
  case tab(isBackwards: Bool)
  /// Backspace.
  case erase
  /// The arrows.
  case up, down, left, right
  /// A screen up or down.
  case pageUp, pageDown
  /// To the beginning or the end.
  case home, end
}

/// Keys out of the bytes that a terminal sends.
public struct KeyDecoder: Sendable, Hashable {
  private var pending: [UInt8] = []

  /// A decoder that has seen nothing.
  public init() {}

  /// Whether an escape was seen that may be a key of its own, or the beginning of another.
  public var isWaiting: Bool { !pending.isEmpty }

  /// Takes the next byte; a key when it completes one.
  public mutating func feed(_ byte: UInt8) -> Key? {
    pending.append(byte)
    if pending[0] == 0x1B { return escaped() }
    guard let length = Self.length(pending[0]) else {
      pending = []
      return nil
    }
    guard pending.count >= length else { return nil }
    let text = String(decoding: pending, as: UTF8.self)
    pending = []
    switch byte {
    case 0x0D, 0x0A: return .enter
    case 0x09: return .tab(isBackwards: false)
    case 0x7F, 0x08: return .erase
    default: return text.first.map(Key.character)
    }
  }

  /// What a pause makes of the bytes until now: an escape that nothing followed.
  public mutating func settle() -> Key? {
    defer { pending = [] }
    return pending == [0x1B] ? .escape : nil
  }

  private mutating func escaped() -> Key? {
    guard pending.count > 1 else { return nil }
    // CSI and SS3; anything else behind an escape is Alt and a key, which means nothing here.
    guard pending[1] == 0x5B || pending[1] == 0x4F else {
      pending = []
      return .escape
    }
    guard pending.count > 2 else { return nil }
    let last = pending[pending.count - 1]
    guard (0x40...0x7E).contains(last) else {
      if pending.count > 16 { pending = [] }
      return nil
    }
    let middle = String(decoding: pending[2..<(pending.count - 1)], as: UTF8.self)
    pending = []
    switch (last, middle) {
    case (0x41, _): return .up
    case (0x42, _): return .down
    case (0x43, _): return .right
    case (0x44, _): return .left
    case (0x48, _), (0x7E, "1"), (0x7E, "7"): return .home
    case (0x46, _), (0x7E, "4"), (0x7E, "8"): return .end
    case (0x7E, "5"): return .pageUp
    case (0x7E, "6"): return .pageDown
    case (0x5A, _): return .tab(isBackwards: true)
    default: return nil
    }
  }

  private static func length(_ first: UInt8) -> Int? {
    switch first {
    case 0x00..<0x80: 1
    case 0xC2..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0..<0xF5: 4
    default: nil
    }
  }
}
