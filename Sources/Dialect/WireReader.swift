package import Base

/// Reads what may be anything: wrong types are absent, never a crash.
package enum WireReader {
  /// The most that a count of tokens may say; more is a lie that would overflow sums.
  private static let countLimit = 1_000_000_000_000

  /// One JSON value, or `malformed`.
  package static func json(_ bytes: ArraySlice<UInt8>) throws(ModelFault) -> JSON {
    do throws(BelayError) {
      return try JSON.parse(bytes)
    } catch {
      throw ModelFault(.malformed, error.message)
    }
  }

  /// A count of tokens; nil for anything that cannot be one.
  package static func count(_ value: JSON) -> Int? {
    guard let count = value.int, (0...countLimit).contains(count) else { return nil }
    return count
  }

  /// A text that says something.
  package static func text(_ value: JSON) -> String? {
    guard let text = value.string, !text.isEmpty else { return nil }
    return text
  }

  /// The arguments of a call as text: servers send a text, or (Ollama) the object itself.
  package static func arguments(_ value: JSON) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.text()
    }
  }

  /// The arguments as an object, for dialects that take nothing else; what is no object is wrapped so
  /// that nothing is lost and nothing is executed by mistake.
  package static func object(arguments: String) -> JSON {
    if arguments.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
      return [:]
    }
    guard let value = try? JSON.parse(arguments), case .object = value else {
      return ["INVALID_JSON": .string(arguments)]
    }
    return value
  }

  /// An id for a call that came without one; `reply` makes it differ between answers.
  package static func madeUpID(reply: String?, index: Int) -> String {
    let tail = (reply ?? "").utf8.suffix(40).filter { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
      default: false
      }
    }
    return madeUpPrefix + String(decoding: tail, as: UTF8.self) + "-\(index)"
  }

  /// What every made-up id begins with.
  package static let madeUpPrefix = "belay-call-"
}
