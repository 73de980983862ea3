internal import Base

/// The options that every command takes.
enum Globals {
  static let lab = Option(
    "lab", .directory("DIR"), "The lab; else .belay is looked for from here upwards",
    environment: "BELAY_LAB")
  static let json = Flag("json", "Write JSON (the default when stdout is not a terminal)")
  static let text = Flag("text", "Write text, also when stdout is not a terminal")
  static let select = Option(
    "select", .list("FIELDS"), "JSON with these fields only: paths in items such as score.mean")
  static let compact = Flag("compact", "JSON with the headline fields only")
  static let quiet = Flag("quiet", short: "q", "No progress and no notes; of a job the last record")
  static let verbose = Flag("verbose", short: "v", "Say more on stderr")
  static let color = Option(
    "color", .choice("WHEN", ["auto", "always", "never"]), default: "auto",
    "Colour; NO_COLOR turns it off, FORCE_COLOR on")
  static let noInput = Flag("no-input", "Never ask; fail where an answer is needed")
  static let yes = Flag("yes", short: "y", "Answer yes to every question")
  static let help = Flag("help", short: "h", "Help: -h in short, --help at length")
  static let version = Flag("version", short: "V", "Print the version")

  static let limit = Option(
    "limit", short: "n", .whole("N"), default: 50, "At most so many items")
  static let all = Flag("all", "Every item, however many")

  static let everywhere: [any Parameter] = [
    lab, json, text, select, compact, quiet, verbose, color, noInput, yes, help, version,
  ]
  static let ofLists: [any Parameter] = [limit, all]
}
