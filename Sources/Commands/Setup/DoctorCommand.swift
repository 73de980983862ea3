internal import Base
internal import Console
internal import Layout
internal import Sandbox
internal import Suite
internal import Workbench

enum DoctorCommand {
  static let suite = Option("suite", SuiteWord.kind, "Also look for the programs that it needs")

  static let command = Command(
    "doctor", in: .setup, "Say what holds on this machine: sandbox, limits, disk, lab",
    discussion: """
      Everything is tried, nothing is assumed. Ends with 9 when trials cannot run here: no sandbox, or a \
      program that the suite needs is missing.
      """,
    takes: [suite],
    examples: [
      Example("belay doctor", "can trials run here?"),
      Example("belay doctor --suite benchmarks/shell", "those of this suite?"),
    ],
    output: .page("doctor", compact: ["area", "name", "state"])
  ) { call in
    let suite = try call[suite].map { try SuiteWord.load($0, call) }
    let findings = await Examination(call: call, suite: suite).findings()
    let stops = findings.filter { $0.mandatory && $0.state == .missing }
    var counts = ["items": findings.count]
    for state in [Finding.State.ok, .degraded, .missing] {
      counts[state.rawValue] = findings.count { $0.state == state }
    }
    let page = Page(
      items: findings.map(\.json), counts: counts, hints: stops.isEmpty ? [] : ["make setup"],
      fields: ["usable": .bool(stops.isEmpty)])
    try call.output.page(page) { width in
      var lines: [String] = []
      for area in Finding.Area.allCases {
        let members = findings.filter { $0.area == area }
        guard !members.isEmpty else { continue }
        lines += (lines.isEmpty ? [] : [""]) + [area.rawValue]
        let label = (members.map(\.name.count).max() ?? 0) + 2
        for member in members {
          let space = String(repeating: " ", count: label - member.name.count)
          lines += Prose.wrap(
            "\(member.mark) \(member.name)\(space)\(member.detail)", width: width,
            indent: label + 5)
        }
      }
      lines += [
        "",
        stops.isEmpty
          ? "trials can run here"
          : "trials cannot run here: \(stops.map(\.name).joined(separator: ", "))",
      ]
      return Prose.text(lines)
    }
    return stops.isEmpty ? .ok : ExitCode(.sandbox)
  }
}
