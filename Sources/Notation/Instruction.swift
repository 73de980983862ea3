/// Text of an instruction as the agent may see it.
package enum Instruction {
  /// Drops leading lines that mark the file against training (`canary`), and the blank lines after them.
  package static func withoutCanary(_ text: String) -> String {
    let lines = text.split(omittingEmptySubsequences: false) {
      // A carriage return and a line feed are one character; all three ends become a line feed.
      $0 == "\n" || $0 == "\r\n" || $0 == "\r"
    }
    var start = 0
    while start < lines.count, isCanary(lines[start]) { start += 1 }
    while start < lines.count, lines[start].allSatisfy(\.isWhitespace) { start += 1 }
    return lines[start...].joined(separator: "\n")
  }

  private static func isCanary(_ line: Substring) -> Bool {
    let bare = line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
    let trimmed = String(bare.reversed()).lowercased()
    guard trimmed.contains("canary") else { return false }
    return trimmed.hasPrefix("#") || trimmed.hasPrefix("<!--") && trimmed.hasSuffix("-->")
  }
}
