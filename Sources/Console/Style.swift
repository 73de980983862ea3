internal import Base

/// Colours for one stream, or none.
struct Style: Sendable {
  let isColoured: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func red(_ text: String) -> String { wrap(text, "1;31") }
  func yellow(_ text: String) -> String { wrap(text, "1;33") }
  func cyan(_ text: String) -> String { wrap(text, "36") }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// `--color`, then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, then TERM and the terminal itself.
  static func decide(when: String, environment: [String: String], isTerminal: Bool) -> Style {
    func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
    switch when {
    case "always": return Style(isColoured: true)
    case "never": return Style(isColoured: false)
    default:
      if isSet("NO_COLOR") { return Style(isColoured: false) }
      if let forced = environment["FORCE_COLOR"] ?? environment["CLICOLOR_FORCE"], !forced.isEmpty,
        forced != "0"
      {
        return Style(isColoured: true)
      }
      return Style(isColoured: isTerminal && environment["TERM"] != "dumb")
    }
  }
}
