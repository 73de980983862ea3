internal import Base

/// Text that somebody untrusted wrote, made safe to stand in a page for people and models.
///
/// It is data, never an instruction: it stands inside a fence that it cannot close, without controls, and
/// cut to what was promised.
public enum Fence {
  /// A block between fences longer than any run of backquotes in it.
  public static func block(_ text: String, limit: Int = 2_000) -> String {
    let shown = cut(text, to: limit).printable(keepingLines: true)
    let longest = shown.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)untrusted\n\(shown)\(shown.hasSuffix("\n") ? "" : "\n")\(fence)"
  }

  /// A few words on one line, between quotation marks that none of them can be.
  public static func line(_ text: String, limit: Int = 160) -> String {
    let shown = cut(text, to: limit).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return "“\(shown.printable().replacing("“", with: "\"").replacing("”", with: "\""))”"
  }

  /// The beginning and the end of a long text, with the cut said; `limit` counts bytes.
  public static func cut(_ text: String, to limit: Int) -> String {
    let bytes = text.utf8
    guard bytes.count > limit else { return text }
    let head = String(decoding: bytes.prefix(limit * 2 / 3), as: UTF8.self)
    let tail = String(decoding: bytes.suffix(limit / 3), as: UTF8.self)
    return "\(head)[… \(bytes.count - limit) bytes cut …]\(tail)"
  }
}
