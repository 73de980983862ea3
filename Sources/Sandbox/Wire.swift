/// The numbers of the launcher's protocol; `belay_wire.h` explains them, and a test compares the two.
package enum Wire {
  package enum Kind: UInt16, CaseIterable {
    case indirect = 0
    case setup = 1
    case begin = 2
    case exec = 3
    case kill = 4
    case end = 5
    case root = 6
    case quit = 7
    case talk = 9
    case done = 16
    case failed = 17
    case exited = 18
  }

  package enum Tag: UInt16, CaseIterable {
    case uid = 1
    case gid = 2
    case idmap = 3
    case layer = 4
    case storage = 5
    case bind = 6
    case cgroup = 7
    case cgroupSet = 8
    case cgroupRead = 9
    case rlimit = 10
    case hostname = 11
    case shm = 12
    case fresh = 20
    case remove = 21
    case folder = 22
    case listen = 23
    case argv = 30
    case env = 31
    case cwd = 32
    case wall = 33
    case keep = 34
    case execFlags = 35
    case user = 36
    case input = 37
    case target = 40
    case talkFlags = 41
    case text = 50
    case nanoseconds = 51
    case status = 52
    case resultFlags = 53
    case cpu = 54
    case maxRSS = 55
    case total = 56
    case head = 57
    case tail = 58
    case cgroupText = 59
    case execErrno = 60
    case displaced = 61
    case piece = 65
  }

  package static let bindIdmap: UInt32 = 1
  package static let bindSystem: UInt32 = 2
  package static let bindOptional: UInt32 = 4
  package static let execKillPhase: UInt32 = 1
  package static let execSplit: UInt32 = 2
  package static let execStdin: UInt32 = 4
  package static let execLive: UInt32 = 8
  package static let talkTake: UInt32 = 1
  package static let talkNow: UInt32 = 2
  package static let talkEnd: UInt32 = 4
  package static let talkInterrupt: UInt32 = 8
  package static let resultTimedOut: UInt32 = 1
  package static let resultPhaseDied: UInt32 = 2
  package static let resultEnded: UInt32 = 4
  package static let resultClosed: UInt32 = 8
}

/// Writes one message: a header and fields.
package struct WireWriter {
  package private(set) var bytes: [UInt8] = []

  package init(_ kind: Wire.Kind, id: UInt32, descriptors: Int = 0) {
    bytes.reserveCapacity(1024)
    put(UInt32(0))
    put(kind.rawValue)
    put(UInt16(descriptors))
    put(id)
    put(UInt32(0))
  }

  /// This message and another behind it, as one packet; descriptors belong to the second.
  package func followed(by other: WireWriter) -> WireWriter {
    var both = self
    both.bytes += other.bytes
    return both
  }

  package mutating func field(_ tag: Wire.Tag, _ write: (inout WireWriter) -> Void) {
    put(tag.rawValue)
    put(UInt16(0))
    let at = bytes.count
    put(UInt32(0))
    write(&self)
    patch(UInt32(bytes.count - at - 4), at: at)
    patch(UInt32(bytes.count - 16), at: 0)
  }

  package mutating func put<Number: FixedWidthInteger>(_ value: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> Number(shift)))
    }
  }

  /// A NUL would end the text early and put the rest in the place of something else.
  package mutating func put(_ text: String) {
    for byte in text.utf8 where byte != 0 { bytes.append(byte) }
    bytes.append(0)
  }

  package mutating func field(_ tag: Wire.Tag, _ text: String) { field(tag) { $0.put(text) } }

  package mutating func field(_ tag: Wire.Tag, bytes value: [UInt8]) {
    field(tag) { $0.bytes += value }
  }

  package mutating func field(_ tag: Wire.Tag, _ value: UInt32) { field(tag) { $0.put(value) } }

  package mutating func field(_ tag: Wire.Tag, _ values: [UInt64]) {
    field(tag) { for value in values { $0.put(value) } }
  }

  package mutating func bind(_ bind: SandboxBind, flags: UInt32) {
    field(.bind) { writer in
      writer.put(flags | (bind.optional ? Wire.bindOptional : 0))
      writer.put(bind.source)
      writer.put(bind.target)
    }
  }

  private mutating func patch(_ value: UInt32, at offset: Int) {
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index)))
    }
  }
}

/// One message as it was received.
package struct WireMessage: Sendable {
  package let kind: Wire.Kind
  package let id: UInt32
  private let bytes: [UInt8]
  private let start: Int
  private let end: Int

  /// The message at the start of a packet; nil when it is none.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count >= 16, let kind = Wire.Kind(rawValue: Self.number(bytes, 4)) else {
      return nil
    }
    let length = Int(Self.number(bytes, 0) as UInt32)
    guard length <= bytes.count - 16 else { return nil }
    self.kind = kind
    id = Self.number(bytes, 8)
    self.bytes = bytes
    start = 16
    end = 16 + length
  }

  /// Calls `body` with each field's tag and value, in order.
  package func forEach(_ body: (Wire.Tag, ArraySlice<UInt8>) -> Void) {
    var at = start
    while end - at >= 8 {
      let tag: UInt16 = Self.number(bytes, at)
      let length = Int(Self.number(bytes, at + 4) as UInt32)
      guard length <= end - at - 8 else { return }
      if let tag = Wire.Tag(rawValue: tag) { body(tag, bytes[(at + 8)..<(at + 8 + length)]) }
      at += 8 + length
    }
  }

  /// The first value of a tag.
  package func first(_ tag: Wire.Tag) -> ArraySlice<UInt8>? {
    var found: ArraySlice<UInt8>?
    forEach { if $0 == tag, found == nil { found = $1 } }
    return found
  }

  package static func number<Number: FixedWidthInteger>(
    _ bytes: some Collection<UInt8>, _ offset: Int
  )
    -> Number
  {
    var value: Number = 0
    for (index, byte) in bytes.dropFirst(offset).prefix(Number.bitWidth / 8).enumerated() {
      value |= Number(truncatingIfNeeded: byte) << Number(index * 8)
    }
    return value
  }

  package static func text(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// User and system time as one.
  package static func cpu(_ value: ArraySlice<UInt8>) -> Duration {
    let user: UInt64 = number(value, 0)
    let system: UInt64 = number(value, 8)
    return .nanoseconds(Int64(clamping: user &+ system))
  }
}
