extension String {
  /// The text with everything that could act on a terminal or reorder a line shown as an escape.
  ///
  /// Names, logs and model output come from outside: controls (C0, C1, DEL), bidirectional marks, line
  /// separators, unassigned and zero-width characters are shown as `\u{..}`; a line end stays if asked for.
  public func printable(keepingLines: Bool = false) -> String {
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
    var out = ""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x0A where keepingLines: out.unicodeScalars.append(scalar)
      case 0x09 where keepingLines: out += "    "
      case 0x0A: out += "\\n"
      case 0x0D: out += "\\r"
      case 0x09: out += "\\t"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
          .paragraphSeparator:
          out += "\\u{\(String(scalar.value, radix: 16))}"
        default: out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }
}
