/// How deep the tables of a TOML text go at most, seen without building them.
///
/// The parser limits nested brackets but not dotted keys (`a.a.a…`), and whoever walks or frees a
/// table of a hundred thousand levels runs out of stack.
struct TOMLDepth {
  private let bytes: [UInt8]
  private var at = 0
  private var header = 0
  private var open: [Int] = []
  private var sum = 0
  private var key = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The line on which the text first goes deeper than `limit`; nil when it never does.
  static func excess(_ text: String, limit: Int) -> Int? {
    var scan = TOMLDepth(Array(text.utf8))
    return scan.excess(limit)
  }

  private mutating func excess(_ limit: Int) -> Int? {
    var isHeader = false
    var isLineStart = true
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case 0x23: skipComment()
      case 0x22, 0x27: skipString(byte)
      case 0x0A:
        // Inside of brackets a line end parts nothing.
        if open.isEmpty { key = 0 }
        if isHeader { isHeader = false }
        isLineStart = true
        at += 1
        continue
      case 0x5B where isLineStart && open.isEmpty:
        isHeader = true
        header = 0
        key = 0
      case 0x5B where isHeader: break
      case 0x5D where isHeader:
        header = key + 1
        key = 0
        isHeader = false
      case 0x5B, 0x7B:
        open.append(key + 1)
        sum += key + 1
        key = 0
      case 0x5D, 0x7D: sum -= open.popLast() ?? 0
      case 0x2C: key = 0
      case 0x2E: key += 1
      default: break
      }
      if header + sum + key > limit {
        return bytes.prefix(at).count { $0 == 0x0A } + 1
      }
      if byte != 0x20, byte != 0x09, byte != 0x0D { isLineStart = false }
      at += 1
    }
    return nil
  }

  private mutating func skipComment() {
    while at + 1 < bytes.count, bytes[at + 1] != 0x0A { at += 1 }
  }

  private mutating func skipString(_ quote: UInt8) {
    let isLong = at + 2 < bytes.count && bytes[at + 1] == quote && bytes[at + 2] == quote
    at += isLong ? 3 : 1
    while at < bytes.count {
      if bytes[at] == 0x5C, quote == 0x22 {
        at += 2
        continue
      }
      if bytes[at] == quote {
        if !isLong { return }
        if at + 2 < bytes.count, bytes[at + 1] == quote, bytes[at + 2] == quote {
          at += 2
          return
        }
      } else if bytes[at] == 0x0A, !isLong {
        // An unfinished string: the parser will say so.
        at -= 1
        return
      }
      at += 1
    }
  }
}
