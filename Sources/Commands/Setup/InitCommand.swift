internal import Base
internal import Console
internal import Ledger
internal import Platform
internal import Workbench

enum InitCommand {
  static let folder = Argument(
    optional: .directory("DIR"), "The folder that the lab is for; .belay is made in it [default: .]"
  )

  static let command = Command(
    "init", in: .setup, "Make a lab: the folder .belay, which keeps what was run",
    discussion:
      "With --lab DIR the lab is DIR itself. A lab that is there already is left as it is.",
    takes: [folder],
    examples: [
      Example("belay init", "make ./.belay"),
      Example("belay init --lab /data/night", "make a lab elsewhere"),
    ],
    output: .page("init", compact: ["lab", "created"])
  ) { call in
    if call.lab != nil, call.isGiven(folder) {
      throw BelayError(.usage, "DIR and --lab exclude each other", hint: "belay init --help")
    }
    let path = Path.absolute(
      call.lab ?? Path.join(call[folder] ?? ".", ".belay"),
      from: call.surroundings.workingDirectory)
    let isNew = !Files.isFile(Path.join(path, "ledger.sqlite"))
    let lab = isNew ? try LabWord.make(at: path).path : path
    if call.lab != nil { _ = try LabWord.resolve(call) }
    let page = Page(
      items: [["lab": .string(lab), "created": .bool(isNew)]],
      hints: ["belay doctor", "belay suite list", "belay eval oracle --suite SUITE"])
    try call.output.page(page) { _ in
      isNew ? "made a lab: \(lab)" : "there is a lab already: \(lab)"
    }
    if call.output.mode == .text {
      call.output.note("next: " + page.hints.joined(separator: "  |  "))
    }
    return .ok
  }
}
