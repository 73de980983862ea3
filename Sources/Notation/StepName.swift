/// Names of steps, which must be one folder's name on every system.
package enum StepName {
  private static let devices: Set<String> = {
    var names: Set<String> = ["con", "prn", "aux", "nul", "conin$", "conout$"]
    for digit in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"] {
      names.formUnion(["com\(digit)", "lpt\(digit)"])
    }
    return names
  }()

  /// What is wrong with a name; nil when nothing is.
  package static func fault(_ name: String) -> String? {
    if name.allSatisfy(\.isWhitespace) { return "expected the name of a folder" }
    if name == "." || name == ".." || name.hasSuffix(".") || name.hasSuffix(" ") {
      return "must not end with a dot or a space"
    }
    if name.utf8.count > 255 { return "is longer than 255 bytes" }
    if name.unicodeScalars.contains(where: {
      $0.value < 0x20 || $0.value == 0x7F || "<>:\"/\\|?*".unicodeScalars.contains($0)
    }) {
      return "must not hold separators, control characters or any of <>:\"|?*"
    }
    var stem = name.prefix { $0 != "." }
    while stem.last == " " { stem.removeLast() }
    return devices.contains(stem.lowercased()) ? "is the name of a device on Windows" : nil
  }
}
