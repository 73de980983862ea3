internal import Base
package import Console
internal import Inspection
internal import Layout
internal import NightReading
internal import Platform
internal import Workbench

package enum LogCommand {
  static let run = Argument(
    optional: ValueKind<RunID>.id("RUN"), "The run; else all runs are listed")
  static let cursor = Option("cursor", .text("C"), "Go on where an earlier page ended (its 'next')")
  static let content = Flag("content", "Show sentences that may quote an agent")

  package static let command = Command(
    "log", in: .inspect, "List the runs, or what happened in one: its trials and events",
    takes: [run, cursor, content],
    examples: [
      Example("belay log", "the runs, newest first"), Example("belay log r3", "what happened"),
    ],
    output: .list(
      "log",
      compact: [
        "run", "type", "ending", "started_at", "trial", "kind", "at", "task", "outcome", "score",
      ]),
    reading: .untrusted(
      "items.detail")
  ) { call in
    let reader = try LabWord.reader(call)
    let limit = call.limit ?? 1_000_000
    if let run = call[run] {
      try call.show(
        RunLog.read(
          reader, run: run, after: call[cursor], limit: limit, content: call[content],
          withholding: NightView.withholding(reader, clock: call.surroundings.clock)))
    } else {
      let from = try call[cursor].map { text throws(BelayError) in
        guard let from = Int(text), from >= 0 else {
          throw BelayError(
            .usage, "not a cursor of this list: \(text.printable())", hint: "belay log")
        }
        return from
      }
      try call.show(RunList.read(reader, window: Window(from: from ?? 0, limit: limit)))
    }
    return .ok
  }
}
