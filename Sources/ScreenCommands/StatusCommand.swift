package import Console
internal import NightPages
internal import Workbench

package enum StatusCommand {
  package static let command = Command(
    "status", in: .inspect, "Show where a night stands, on one screen",
    takes: [NightWord.which],
    examples: [
      Example("belay status", "the newest night"),
      Example("belay status r12 --json", "for a program that watches"),
    ],
    output: .page(
      "status", compact: ["run", "state", "phase", "champion", "adoptions", "trials", "awaiting"]),
    reading: .plain
  ) { call in
    try call.show(StatusPage(NightWord.view(call[NightWord.which], call)))
    return .ok
  }
}
