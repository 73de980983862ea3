internal import Base
public import Facts

/// The kind of reason for which a trial failed, as far as it can be told without a model.
public struct FailureCause: Sendable, Hashable, Comparable {
  /// A short name: `limit:turns`, `wrong:encoding`.
  public let key: String
  /// One sentence.
  public let sentence: String

  /// A cause.
  public init(key: String, sentence: String) {
    self.key = key
    self.sentence = sentence
  }

  /// Order of the alphabet, by name.
  public static func < (left: Self, right: Self) -> Bool { left.key < right.key }

  /// The cause of a failed attempt, from its ending and from what its verifier said.
  public static func of(_ attempt: AttemptRecord, verifier: String) -> FailureCause {
    switch attempt.outcome {
    case .limit:
      let limit = attempt.limit ?? "unknown"
      return FailureCause(
        key: "limit:\(limit.printable())",
        sentence: "ended by its limit of \(limit.printable()), before it was done")
    case .refusal:
      return FailureCause(key: "refusal", sentence: "the model declined the work")
    case .brokeJudge:
      return FailureCause(key: "broke-judge", sentence: "what the agent left broke its judge")
    case .completed, .providerFailed, .sandboxFailed, .verifierFailed, .cancelled:
      return complaint(complaints(verifier))
    }
  }

  /// The lines of a verifier's output that complain, without what is the same in every run.
  public static func complaints(_ verifier: String, limit: Int = 6) -> [String] {
    let lines = verifier.split(separator: "\n").map { $0.trimmingSpaces() }
    let loud = lines.filter { line in
      let small = line.lowercased()
      return complaintMarks.contains { small.contains($0) } && !line.isEmpty
    }
    return Array((loud.isEmpty ? lines.filter { !$0.isEmpty } : loud).prefix(limit))
  }

  private static let complaintMarks = [
    "error", "fail", "assert", "expected", "missing", "wrong", "differ", "not ", "traceback",
    "exception", "mismatch",
  ]

  private static func complaint(_ lines: [String]) -> FailureCause {
    let text = lines.joined(separator: "\n").lowercased()
    let words = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    for kind in kinds
    where kind.words.contains(where: { words.contains($0) })
      || kind.pieces.contains(where: { text.contains($0) })
    {
      return FailureCause(key: "wrong:\(kind.key)", sentence: kind.sentence)
    }
    return FailureCause(
      key: "wrong:result", sentence: "submitted, and the result is not what was asked for")
  }

  private struct Kind {
    let key: String
    let sentence: String
    var words: Set<String> = []
    var pieces: [String] = []
  }

  // The first that fits: what is said of bytes and names is more telling than that something differs.
  private static let kinds = [
    Kind(
      key: "encoding", sentence: "submitted with wrong bytes: encoding, line ends or marks",
      words: [
        "encoding", "utf", "latin", "crlf", "bom", "mojibake", "codec", "charset", "newline",
      ],
      pieces: ["unicodedecodeerror", "line end", "byte order"]),
    Kind(
      key: "names", sentence: "submitted, and names with spaces or odd characters were mishandled",
      words: ["quote", "quoted", "quoting", "space", "spaces", "blank"],
      pieces: ["file name", "filename"]),
    Kind(
      key: "scope", sentence: "submitted, and something was changed that should have stayed",
      words: [
        "untouched", "unchanged", "touched", "modified", "mode", "modes", "permission",
        "permissions", "owner", "mtime", "lost", "altered", "elsewhere",
      ], pieces: ["was changed", "is changed", "has changed", "nothing else"]),
    Kind(
      key: "missing", sentence: "submitted, and a part of what was asked for is missing",
      words: ["missing", "absent"],
      pieces: ["no such file", "not found", "does not exist", "filenotfound", "is not there"]),
    Kind(
      key: "form", sentence: "submitted in another form than the one that was asked for",
      words: ["format", "header", "columns", "order", "sorted", "syntax", "json", "invalid"],
      pieces: ["jsondecodeerror", "syntaxerror"]),
    Kind(
      key: "values", sentence: "submitted with wrong values",
      words: ["expected", "value", "values", "total", "sum", "count", "differ", "differs", "rows"]),
  ]
}

extension StringProtocol {
  /// The text without spaces and tabs at its ends.
  func trimmingSpaces() -> String {
    let isSpace = { (character: Character) in character.isWhitespace }
    guard let first = firstIndex(where: { !isSpace($0) }),
      let last = lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}
