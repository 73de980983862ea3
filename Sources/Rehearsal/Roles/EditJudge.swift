internal import Base
internal import Dialect

/// The role of one who is shown an edit of a harness and says whether it is general or made for single tasks.
///
/// It sees the request only: what reads like a name, a file, a value or a text of one task is `specific`.
struct EditJudge {
  private let added: [String]
  private let rest: String

  init(_ request: ModelRequest) {
    let text = request.turns.last { $0.role == .user }?.text ?? ""
    var added: [String] = []
    var rest: [String] = []
    for raw in text.split(separator: "\n") {
      let line = raw.hasPrefix("| ") ? raw.dropFirst(2) : raw
      if line.hasPrefix("+ "), !line.hasPrefix("+++") {
        added.append(String(line.dropFirst(2)))
      } else {
        rest.append(String(line))
      }
    }
    self.added = added
    self.rest = rest.joined(separator: "\n").lowercased()
  }

  /// The answer as JSON.
  func answer() -> String {
    let quotes = added.flatMap(passages).reduce(into: [String]()) { quotes, quote in
      if !quotes.contains(quote) { quotes.append(quote) }
    }
    let group =
      quotes.isEmpty ? (added.contains(where: isNarrow) ? "unsure" : "general") : "specific"
    let why =
      switch group {
      case "specific": "It names what only single tasks have."
      case "unsure": "It speaks of one kind of work only."
      default: "It would help with any task of the domain."
      }
    return JSON.object([
      "class": .string(group), "why": .string(why),
      "helps": group == "general" ? "all tasks" : "tasks like those that it speaks of",
      "quotes": .array(quotes.prefix(5).map(JSON.string)),
    ]).text()
  }

  /// What only single tasks have: texts in quotes, names of several words, files, long numbers.
  private func passages(_ line: String) -> [String] {
    var found: [String] = []
    for quote in ["\"", "“", "`"] {
      let parts = line.split(separator: quote, omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() where index % 2 == 1 || quote == "“" && index > 0 {
        let words = part.split(separator: " ").count
        if words >= 5, !rest.contains(part.lowercased()) { found.append(String(part)) }
      }
    }
    for word in line.split(whereSeparator: { " \t()\"'`,;:".contains($0) }) {
      var word = word
      while word.last == "." { word.removeLast() }
      let text = String(word)
      guard text.utf8.count >= 8, !rest.contains(text.lowercased()) else { continue }
      let parts = text.split(separator: "-")
      let isName =
        parts.count >= 3 && parts.allSatisfy { $0.count >= 3 && $0.allSatisfy(\.isLetter) }
      let isFile = text.hasPrefix("/app/")
      let isNumber = text.filter(\.isNumber).count >= 6 && !text.contains { $0.isLetter }
      if isName || isFile || isNumber { found.append(text) }
    }
    return found
  }

  /// A rule that begins with the case that it is for.
  private func isNarrow(_ line: String) -> Bool {
    let words = line.lowercased().split { !$0.isLetter }
    guard let first = words.first else { return false }
    return ["when", "of", "for", "in"].contains(first) && words.count > 6
      && !words.prefix(6).contains { ["task", "command", "work", "instruction"].contains($0) }
  }
}
