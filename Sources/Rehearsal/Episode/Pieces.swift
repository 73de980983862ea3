/// A command that is too long for one answer, written into a file piece by piece and then run.
enum Pieces {
  private static let file = "/tmp/work.sh"
  private static let mark = "PIECE"

  /// The command that runs the file.
  static let run = "bash \(file)"

  /// How many bytes go into one piece: half of an answer, as quoting makes them more.
  static func size(maxOutputTokens: Int) -> Int {
    max(200, maxOutputTokens * TokenRule.bytesPerToken / 2)
  }

  /// The commands for pieces of at most so many bytes, then the one that runs them.
  static func split(_ command: String, bytes: Int) -> [String] {
    var pieces: [String] = []
    var lines: [Substring] = []
    var size = 0
    func close() {
      let sign = pieces.isEmpty ? ">" : ">>"
      pieces.append("cat \(sign) \(file) <<'\(mark)'\n\(lines.joined(separator: "\n"))\n\(mark)")
      lines = []
      size = 0
    }
    for line in command.split(separator: "\n", omittingEmptySubsequences: false) {
      if size > 0, size + line.utf8.count + 1 > bytes { close() }
      lines.append(line)
      size += line.utf8.count + 1
    }
    close()
    return pieces + [run]
  }

  /// What a piece writes, and whether it is the first; nil when the command is no piece.
  static func content(of command: String) -> (text: String, isFirst: Bool)? {
    let isFirst = command.hasPrefix("cat > \(file) <<")
    guard isFirst || command.hasPrefix("cat >> \(file) <<") else { return nil }
    let lines = command.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 2, lines.last == "\(mark)" else { return nil }
    return (lines[1..<(lines.count - 1)].joined(separator: "\n") + "\n", isFirst)
  }
}
