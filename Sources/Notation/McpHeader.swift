/// HTTP headers of MCP servers: a file never holds a credential, only the variable that supplies it.
package enum McpHeader {
  private enum Piece {
    case text(Substring)
    case template(name: Substring, fallback: Substring)
  }

  /// What is wrong with a header; nil when nothing is.
  package static func fault(_ name: String, _ value: String) -> String? {
    if name.isEmpty || !name.utf8.allSatisfy(isNameByte) { return "is not the name of a header" }
    if value.contains(where: \.isNewline) { return "must not hold a line end" }
    guard let pieces = pieces(value) else { return "holds an unfinished ${…}" }
    return holdsCredential(name, value, pieces)
      ? "holds a credential; write it as ${VAR} without a default" : nil
  }

  private static func holdsCredential(_ name: String, _ value: String, _ pieces: [Piece]) -> Bool {
    let isSecret = isSecretName(name[...]) || ["cookie", "set-cookie"].contains(name.lowercased())
    for case .template(let variable, let fallback) in pieces where !fallback.isEmpty {
      if isSecret || isSecretName(variable) { return true }
    }
    guard isSecret, !value.allSatisfy(\.isWhitespace) else { return false }
    // Accepted: a scheme such as Bearer, then nothing but variables and what parts them.
    var seen = 0
    for (index, piece) in pieces.enumerated() {
      guard case .text(let text) = piece else {
        seen += 1
        continue
      }
      if seen == 0 {
        let scheme = text.drop(while: \.isWhitespace)
        let word = scheme.prefix { $0.isASCII && $0.isLetter }
        let rest = scheme[word.endIndex...]
        if !rest.allSatisfy(\.isWhitespace) || rest.isEmpty && !word.isEmpty { return true }
      } else if index == pieces.count - 1 {
        if !text.allSatisfy(\.isWhitespace) { return true }
      } else if !text.allSatisfy({ $0.isWhitespace || $0 == ":" || $0 == "-" }) {
        return true
      }
    }
    return seen == 0
  }

  private static func pieces(_ value: String) -> [Piece]? {
    var pieces: [Piece] = []
    var rest = value[...]
    while let start = rest.firstRange(of: "${") {
      if start.lowerBound > rest.startIndex { pieces.append(.text(rest[..<start.lowerBound])) }
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else { return nil }
      let inner = rest[start.upperBound..<end]
      let name = inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      let fallback = inner[name.endIndex...]
      guard let first = name.first, !first.isNumber, fallback.isEmpty || fallback.hasPrefix(":-"),
        !fallback.contains("${")
      else { return nil }
      pieces.append(.template(name: name, fallback: fallback.dropFirst(2)))
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { pieces.append(.text(rest)) }
    return pieces
  }

  private static func isSecretName(_ name: Substring) -> Bool {
    let upper = name.uppercased()
    if ["KEY", "SECRET", "PASSWORD", "CREDENTIAL", "AUTH"].contains(where: { upper.contains($0) }) {
      return true
    }
    return upper.ranges(of: "TOKEN").contains { upper[$0.upperBound...].first != "S" }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
