import Base
import Facts
import Ledger
import NightLab
import Testing

/// Who is told what of a night's trials, command by command.
@Suite struct TellingTests {
  private static let agent = ["BELAY_AGENT": "1"]

  @Test(arguments: [false, true])
  func
    `which gate task a trial is on is told when the night is over, and before to its owner's trace alone`(
      isOver: Bool
    ) async throws
  {
    try await RecordedNight.with(isOver: isOver) { night in
      try await Scratch.with { scratch in
        func ask(_ words: [String], _ environment: [String: String] = [:]) async -> Scratch.Answer {
          await scratch.belay(
            ["--lab", night.lab.path, "--json"] + words, environment: environment)
        }
        let reader = try night.lab.reader()
        var filter = TrialFilter(run: night.run)
        filter.split = .gate
        let gate = try #require(reader.trials(filter, limit: 100).last)
        #expect(gate.taskName.hasPrefix("g"))

        let log = await ask(["log", "r1", "--all"]).json["items"].array ?? []
        let trials = log.filter { $0["split"] == "gate" }
        #expect(!trials.isEmpty && log.contains { $0["split"] == "dev" })
        for trial in trials {
          #expect(trial["withheld"] == (isOver ? .null : true))
          #expect(trial["task"].isNull != isOver && trial["score"].isNull != isOver)
        }
        for trial in log where trial["split"] == "dev" {
          #expect(trial["task"].string?.hasPrefix("d") == true && trial["withheld"].isNull)
        }

        let found = await ask(["search", "notes"])
        let splits = Set((found.json["items"].array ?? []).compactMap { $0["split"].string })
        #expect(splits == (isOver ? ["dev", "gate"] : ["dev"]), "\(found.out)")
        #expect((found.json["places_withheld"].int ?? 0 > 0) == !isOver)

        let shown = await ask(["show", "\(gate.id)"])
        #expect(shown.code == (isOver ? 0 : 2), "\(shown.err)")
        #expect(shown.out.contains(gate.taskName) == isOver && !shown.err.contains(gate.taskName))
        let task = await ask(["show", gate.taskName]).json["items"][0]
        #expect(task["results"].array?.isEmpty == !isOver)
        #expect(task["withheld_of_runs"] == (isOver ? [] : ["r1"]))

        let owner = await ask(["trace", "\(gate.id)"])
        #expect(owner.json["trial"]["task"].string == gate.taskName, "\(owner.err)")
        let told = await ask(["trace", "\(gate.id)", "--content"], Self.agent)
        #expect(told.json["trial"]["withheld"] == (isOver ? .null : true), "\(told.out)")
        #expect(told.out.contains(gate.taskName) == isOver)
        #expect(told.out.contains(RecordedNight.shell) == isOver)

        let statement = ["sql", "SELECT count(*) AS n FROM attempt"]
        #expect(await ask(statement).code == 0)
        let asked = await ask(statement, Self.agent)
        #expect(asked.code == (isOver ? 0 : 2), "\(asked.out)")
        if !isOver {
          #expect(asked.error["place"] == "r1")
        }
      }
    }
  }

  @Test
  func `a night is shown by its stages, funnel and verdict, and by no score over all its trials`()
    async throws
  {
    try await RecordedNight.with { night in
      try await Scratch.with { scratch in
        let place = ["--lab", night.lab.path]
        let sheet = await scratch.belay(place + ["--json", "show", "r1"]).json["items"][0]
        #expect(sheet["kind"] == "run" && sheet["scores"].isNull, "\(sheet.text())")
        let report = await scratch.belay(place + ["--json", "report", "r1"]).json["items"][0]
        for name in ["verdict", "funnel", "champion", "trials", "state"] {
          #expect(!sheet["night"][name].isNull && sheet["night"][name] == report[name], "\(name)")
        }
        let text = await scratch.belay(place + ["--text", "show", "r1"]).out
        let verdict = try #require(report["verdict"]["sentence"].string?.prefix(20))
        for said in ["stages", "funnel", " handed in -> ", "verdict", String(verdict)] {
          #expect(text.contains(said), "\(said) in \(text)")
        }
        #expect(!text.contains("interval  "), "\(text)")
      }
    }
  }
}
