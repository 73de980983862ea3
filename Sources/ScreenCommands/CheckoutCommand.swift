internal import Base
package import Console
internal import Harness
internal import Platform
internal import Workbench

package enum CheckoutCommand {
  static let candidate = Argument(
    ValueKind<String>.path("CAND", suggestions: []),
    "champion or g1 of the newest night; else any HARNESS")
  static let folder = Argument(.directory("DIR"), "A folder that is new or empty")

  package static let command = Command(
    "checkout", in: .decide, "Write a candidate's harness into a folder",
    discussion: "Nothing is overwritten: a folder that holds anything is refused.",
    takes: [candidate, folder],
    examples: [Example("belay checkout c7 harnesses/mine", "the champion, to be read and run")],
    output: .page("checkout", compact: ["harness", "folder", "files"])
  ) { call in
    let from = call.surroundings.workingDirectory
    let lab = try LabWord.resolve(call, for: [call[candidate]])
    let harness = try HarnessWord.resolve(
      GenerationWord.known(call[candidate], call), lab: lab, from: from)
    let path = Path.absolute(call[folder], from: from)
    _ = try harness.written(to: path)
    let page = Page(
      items: [
        [
          "harness": .string(harness.id), "folder": .string(path),
          "files": .int(harness.files.count),
        ]
      ],
      hints: ["belay check \(call[folder])", "belay eval \(call[folder]) --suite SUITE"])
    try call.output.page(page) { _ in
      "\(harness.id): \(harness.files.count) files in \(path.printable())"
    }
    return .ok
  }
}
