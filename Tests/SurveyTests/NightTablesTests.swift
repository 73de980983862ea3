import Base
import Climb
import Facts
import Layout
import Ledger
import NightLab
import NightReading
import Survey
import Testing

@Suite struct NightTablesTests {
  @Test func `a matrix has fresh trials of generations, letter by letter, and says what chose`()
    async throws
  {
    try await RecordedNight.with { lab in
      let (reader, view) = (try lab.lab.reader(), try lab.view())
      let page = try NightMatrix(reader, view, order: .delta)
      #expect(page.columns.map(\.title) == ["g0", "g1"])
      #expect(page.columns.map(\.isSelected) == [false, false])
      #expect(page.split == .gate)
      let cells = page.items.map { item in
        (item["cells"].array ?? []).map { $0["marks"].string ?? "-" }.joined(separator: " ")
      }
      // g1 was lost to a limit of neither; what has no difference comes last.
      #expect(cells == ["T #", "T R", "# #", "- #"], "\(cells)")
      #expect(page.items[0]["delta"].double == 1 && page.items[3]["delta"].isNull)
      // The race's own trials, which all passed, stand nowhere.
      #expect(page.fields["means"]?.array?.last?.double == 0.75)
      let changed = try NightMatrix(reader, view, changed: true)
      #expect(changed.counts["tasks"] == 1 && changed.fields["means"] == page.fields["means"])
      for width in [50, 120] {
        for line in page.text(width: width).split(separator: "\n") {
          #expect(DisplayWidth.of(String(line)) <= width)
          #expect(!line.contains("\u{1B}") && !line.contains("\u{202E}"))
        }
      }
      #expect(page.text(width: 80).contains("ehearsal"))
      #expect(throws: BelayError.self) { try NightMatrix(reader, view, split: .vault) }
    }
    try await RecordedNight.with(reports: false) { lab in
      let page = try NightMatrix(lab.lab.reader(), lab.view())
      #expect(page.columns.map(\.isSelected) == [false, true])
      #expect(page.text(width: 80).contains("g1*") && page.text(width: 80).contains("which chose"))
      #expect(page.fields["means"]?.array?.last == .null)
    }
  }

  @Test func `a matrix of a night that tried nothing says that, and not that nothing differs`()
    async throws
  {
    let facts: [NightFact] = [
      .opened(Nights.rules()), .assembled(CandidateID(1), harness: "h", candidate: CandidateID(41)),
    ]
    try await NightLab.with(facts) { lab in
      for changed in [false, true] {
        let page = try NightMatrix(lab.lab.reader(), lab.view(), changed: changed)
        #expect(page.text(width: 80).contains("no trial on these tasks yet"))
      }
    }
    try await RecordedNight.with { lab in
      let page = try NightMatrix(
        lab.lab.reader(), lab.view(), also: [CandidateID(1)], only: true, changed: true)
      #expect(page.text(width: 80).contains("no task differs between the columns"))
    }
  }

  @Test func `while a night goes on no gate task is told by its name`() async throws {
    try await RecordedNight.with(isOver: false) { lab in
      let (reader, view) = (try lab.lab.reader(), try lab.view())
      #expect(!view.isOver)
      #expect(try NightMatrix(reader, view).split == .dev)
      #expect(throws: BelayError.self) { try NightMatrix(reader, view, split: .gate) }
      let page = try Self.difference(lab)
      let text = page.text(width: 100) + page.fields.map { $0.value.text() }.joined()
      #expect(!text.contains("g1 ") && !text.contains("\"g1\""), "\(text)")
    }
  }

  static func difference(_ lab: NightLab, part: DifferencePage.Part = .all) throws -> DifferencePage
  {
    let sides = try (1...2).map {
      DifferencePage.Side("c\($0)", try RecordedNight.harness($0), candidate: CandidateID($0))
    }
    return try DifferencePage(
      sides[0], sides[1], part: part, night: lab.view(), reader: lab.lab.reader())
  }

  @Test
  func `a difference tells components, fresh trials by task, behaviour, worth and whose idea`()
    async throws
  {
    try await RecordedNight.with { lab in
      let page = try Self.difference(lab)
      #expect(page.items.map { $0["component"].string } == ["agent.sh", "harness.toml#name"])
      #expect(page.items[0]["kind"] == "program file")
      let gate = try #require(page.fields["scores"]?.array?.first { $0["split"] == "gate" })
      #expect(gate["basis_second"] == "report" && gate["chose_the_candidate"] == false)
      // Over three tasks that both were tried on: 0, 0, 1 before and 1, 0, 1 after.
      #expect(gate["better"] == 1 && gate["worse"] == 0 && gate["same"] == 2)
      #expect(abs((gate["mean_difference"].double ?? 0) - 1 / 3.0) < 1e-9)
      // So few trials on each task: nothing that a single one does is beyond chance.
      #expect(gate["tasks_beyond_chance"] == 0 && gate["tasks"].array?.count == 3)
      #expect(gate["tasks"].array?.allSatisfy { ($0["p_value"].double ?? 0) > 0.05 } == true)
      #expect(page.text(width: 100).contains("no single task moved by more than chance"))
      #expect(page.fields["vault"]?["tasks"] == 3)
      let edits = page.fields["edits"]?.array ?? []
      #expect(edits.compactMap { $0["edit"].string } == ["e1", "e2"])
      let measures = page.fields["behaviour"]?["measures"].array ?? []
      let wall = try #require(measures.first { $0["measure"] == "wall_ms" })
      #expect(wall["first"].double == 1000 && wall["second"].double == 2000)
      let turns = try #require(measures.first { $0["measure"] == "turns" })
      #expect(turns["first"].isNull)
      let text = page.text(width: 100)
      #expect(text.contains("fresh trials") && text.contains("ehearsal"), "\(text)")
      for scalar in ["\u{1B}", "\u{202E}"] { #expect(!text.contains(scalar)) }
      let config = try Self.difference(lab, part: .config)
      #expect(config.fields["scores"] == nil && config.items.count == 2)
      let scores = try Self.difference(lab, part: .scores)
      #expect(scores.items.isEmpty && scores.fields["scores"] != nil)
      // In colour, words are told by it and not by brackets.
      let ink = Ink(isUnicode: true, colours: .few)
      let painted = ink.finished(page.text(width: 100, ink: ink))
      #expect(painted.contains("\u{1B}[1;31mtold\u{1B}[0m"), "\(painted)")
      #expect(!painted.contains("[-told-]") && text.contains("[-told-]"), "\(text)")
    }
    try await RecordedNight.with(reports: false) { lab in
      let page = try Self.difference(lab)
      let gate = try #require(page.fields["scores"]?.array?.first { $0["split"] == "gate" })
      #expect(gate["chose_the_candidate"] == true)
      #expect(page.text(width: 100).contains("no result"))
    }
  }
}
