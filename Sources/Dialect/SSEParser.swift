/// One event of a server-sent stream.
public struct SSEEvent: Sendable, Hashable {
  /// Its name in UTF-8; empty when it has none.
  public let nameBytes: ArraySlice<UInt8>
  /// Its data; several lines are joined by line feeds.
  public let data: ArraySlice<UInt8>

  /// Its name; empty when it has none.
  public var name: String { String(decoding: nameBytes, as: UTF8.self) }
}

/// Cuts a server-sent stream into events, however the bytes arrive; comments, ids and retry times are skipped.
public struct SSEParser: Sendable {
  private let maxEventBytes: Int
  private var line: [UInt8] = []
  private var data: EventData = .none
  private var name: ArraySlice<UInt8> = []
  private var skipsLineFeed = false
  private var isFirstLine = true

  // One line of data, the usual case, stays a slice of the bytes that came in.
  private enum EventData: Sendable {
    case none
    case one(ArraySlice<UInt8>)
    case many([UInt8])

    var count: Int {
      switch self {
      case .none: 0
      case .one(let slice): slice.count
      case .many(let bytes): bytes.count
      }
    }
  }

  /// A parser at the start of a stream; an event with more bytes than this is a fault.
  public init(maxEventBytes: Int = 64 << 20) { self.maxEventBytes = maxEventBytes }

  /// Takes the next bytes and hands out each event that they complete.
  public mutating func push(
    _ bytes: [UInt8], each: (SSEEvent) throws(ModelFault) -> Void
  ) throws(ModelFault) {
    var at = 0
    if skipsLineFeed, let first = bytes.first {
      skipsLineFeed = false
      if first == 0x0A { at = 1 }
    }
    while at < bytes.count {
      let end = Self.lineEnd(bytes.span, from: at)
      let part = bytes[at..<end]
      guard end < bytes.count else {
        try checkSize(part.count)
        line += part
        return
      }
      if line.isEmpty {
        try take(part, each: each)
      } else {
        try checkSize(part.count)
        line += part
        let whole = line
        line = []
        try take(whole[...], each: each)
      }
      at = end + 1
      if bytes[end] == 0x0D {
        if at == bytes.count {
          skipsLineFeed = true
        } else if bytes[at] == 0x0A {
          at += 1
        }
      }
    }
  }

  /// Ends the stream: hands out an event whose closing empty line never came, which the standard
  /// throws away but some servers leave; the caller decides whether it is whole.
  public mutating func finish(each: (SSEEvent) throws(ModelFault) -> Void) throws(ModelFault) {
    let rest = line
    line = []
    if !rest.isEmpty { try take(rest[...], each: each) }
    try take([], each: each)
  }

  private static func lineEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var at = start
    while at < bytes.count {
      let byte = bytes[at]
      if byte == 0x0A || byte == 0x0D { return at }
      at += 1
    }
    return at
  }

  private func checkSize(_ more: Int) throws(ModelFault) {
    guard line.count + data.count + more <= maxEventBytes else {
      throw ModelFault(.malformed, "an event of the stream has more than \(maxEventBytes) bytes")
    }
  }

  private mutating func take(
    _ whole: ArraySlice<UInt8>, each: (SSEEvent) throws(ModelFault) -> Void
  ) throws(ModelFault) {
    var text = whole
    if isFirstLine {
      isFirstLine = false
      if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    }
    if text.isEmpty {
      let event: SSEEvent? =
        switch data {
        case .none: nil
        case .one(let slice): SSEEvent(nameBytes: name, data: slice)
        case .many(let bytes): SSEEvent(nameBytes: name, data: bytes[...])
        }
      data = .none
      name = []
      if let event { try each(event) }
      return
    }
    if let value = Self.field(text, Self.dataField) {
      try checkSize(value.count)
      switch data {
      case .none: data = .one(value)
      case .one(let first): data = .many(Array(first) + [0x0A] + value)
      case .many(var bytes):
        data = .none
        bytes.append(0x0A)
        bytes += value
        data = .many(bytes)
      }
    } else if let value = Self.field(text, Self.eventField) {
      name = value
    }
  }

  private static let dataField = Array("data".utf8)
  private static let eventField = Array("event".utf8)

  // `name:value` with at most one space dropped, or `name` alone for an empty value.
  private static func field(_ line: ArraySlice<UInt8>, _ name: [UInt8]) -> ArraySlice<UInt8>? {
    guard line.count >= name.count else { return nil }
    var at = line.startIndex
    for byte in name {
      guard line[at] == byte else { return nil }
      at += 1
    }
    guard at < line.endIndex else { return line[at...] }
    guard line[at] == 0x3A else { return nil }
    at += 1
    if at < line.endIndex, line[at] == 0x20 { at += 1 }
    return line[at...]
  }
}
