public import Dialect

/// What a request to a model's server asks for, read from its method and path.
public enum WireRoute: Sendable, Hashable {
  /// An answer of a model.
  case generate(WireDialect)
  /// How many tokens a request has.
  case countTokens(WireDialect)
  /// Which models there are; one alone when it is named.
  case models(WireDialect, name: String?)

  /// Reads a path with or without its version and query; nil when no dialect has such a place.
  public init?(method: String, path: String) {
    let place = path.split(separator: "?", maxSplits: 1).first ?? ""
    var names = place.split(separator: "/").map(String.init)
    let version = names.first ?? ""
    if ["v1", "v1beta", "v1alpha"].contains(version) { names.removeFirst() }
    switch (method, names) {
    case ("POST", ["chat", "completions"]): self = .generate(.chat)
    case ("POST", ["responses"]): self = .generate(.responses)
    case ("POST", ["messages"]): self = .generate(.messages)
    case ("POST", ["messages", "count_tokens"]): self = .countTokens(.messages)
    case ("GET", ["models"]): self = .models(version == "v1beta" ? .gemini : .chat, name: nil)
    case ("GET", _) where names.first == "models":
      self = .models(
        version == "v1beta" ? .gemini : .chat, name: names.dropFirst().joined(separator: "/"))
    case ("POST", _) where names.first == "models":
      switch GeminiPath(path)?.verb {
      case "generateContent", "streamGenerateContent": self = .generate(.gemini)
      case "countTokens": self = .countTokens(.gemini)
      default: return nil
      }
    default: return nil
    }
  }
}

/// `…/models/NAME:VERB?…`, the only dialect that names the model in the path.
struct GeminiPath {
  let model: String
  let verb: String

  init?(_ path: String) {
    let place = path.split(separator: "?", maxSplits: 1).first ?? ""
    guard let start = place.range(of: "models/"), let colon = place.lastIndex(of: ":"),
      start < colon
    else { return nil }
    model = Self.unescaped(place[start..<colon])
    verb = String(place[place.index(after: colon)...])
    if model.isEmpty { return nil }
  }

  private static func unescaped(_ text: Substring) -> String {
    var out: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0x25, rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        out.append(value)
        rest = rest.dropFirst(2)
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension Substring {
  // The place right behind the first occurrence.
  fileprivate func range(of text: String) -> Index? {
    var at = startIndex
    while at < endIndex {
      if self[at...].hasPrefix(text) { return index(at, offsetBy: text.count) }
      at = index(after: at)
    }
    return nil
  }
}
