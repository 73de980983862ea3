/// What an agent must know of a command that changes nothing: which words in its page others wrote.
public struct Reading: Sendable {
  let untrusted: [UntrustedField]

  /// A command whose page holds nothing but Belay's own words, names, ids and figures.
  public static let plain = Reading(untrusted: [])

  /// A command whose page holds what others wrote at these paths: `items.summary`, also in lists on the way;
  /// `items[gate=judge|valid].sentence` is that of some items only, and a path may end above the texts.
  public static func untrusted(_ paths: String...) -> Reading {
    Reading(untrusted: paths.map(UntrustedField.init))
  }
}

/// Where in an envelope texts stand that agents, models or proposers wrote.
struct UntrustedField: Sendable {
  struct Part: Sendable {
    let name: String
    let condition: (key: String, values: Set<String>)?
  }

  let path: String
  let parts: [Part]

  init(_ path: String) {
    self.path = path
    parts = path.split(separator: ".").map { text in
      let pieces = text.split { "[=]".contains($0) }.map(String.init)
      return Part(
        name: pieces.first ?? "",
        condition: pieces.count == 3
          ? (pieces[1], Set(pieces[2].split(separator: "|").map(String.init))) : nil)
    }
  }
}
