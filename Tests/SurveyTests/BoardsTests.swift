import Base
import Facts
import Layout
import Ledger
import NightLab
import NightLog
import NightReading
import Survey
import Testing

@Suite struct BoardsTests {
  @Test func `a night's champion and baseline stand on a board by trials that chose nothing`()
    async throws
  {
    try await RecordedNight.with { lab in
      let clock = WallClock { NightLab.at(100) }
      let page = try BoardsPage.read(lab.lab.reader(), all: true, clock: clock)
      #expect(page.boards.count == 1)
      let rows = Dictionary(
        page.items.map { ($0["candidate"].string ?? "", $0) }, uniquingKeysWith: { one, _ in one })
      let champion = try #require(rows["c2"])
      #expect(champion["fresh_trials_of_a_night"] == "report")
      // Its race's trials all passed; one of the four that chose nothing did not.
      #expect(champion["score"]["mean"].double == 0.75)
      // Its trials are fresh, but these tasks chose it.
      #expect(champion["rank"].isNull && champion["rehearsal"] == true)
      #expect(champion["chosen_on_these_tasks"] == true)
      #expect(rows["c1"]?["chosen_on_these_tasks"] == false)
      #expect(rows["c1"]?["fresh_trials_of_a_night"] == "bank")
      #expect(rows["c1"]?["comparable"] == false)
      for width in [60, 140] {
        for line in page.text(width: width).split(separator: "\n") {
          #expect(DisplayWidth.of(String(line)) <= width, "\(line)")
        }
      }
      #expect(page.text(width: 140).contains("c2†‡"))
      for said in [
        "| ---: |", "‡ a night chose it", "rehearsal: simulated by",
        "score in % with its 95% interval over tasks", "vault opened 0 times", "not comparable:",
      ] {
        #expect(
          page.markdown.contains(Document.escaped(said)) || page.markdown.contains(said),
          "\(said) in \(page.markdown)")
      }
      let sheet = page.csv.split(separator: "\r\n", omittingEmptySubsequences: false)
      #expect(sheet.count == page.items.count + 2 && sheet.last == "")
      let heading = try #require(sheet.first).split(separator: ",")
      #expect(heading.prefix(4) == ["suite", "suite_digest", "split", "comparable"])
      #expect(!sheet.dropFirst().contains { $0.hasPrefix("suite,") })
      for (line, item) in zip(sheet.dropFirst(), page.items) {
        let said = [
          item["suite"].string ?? "", item["suite_digest"].string ?? "",
          item["split"].string ?? "", item["comparable"] == true ? "yes" : "no",
        ]
        #expect(line.hasPrefix(said.joined(separator: ",") + ","), "\(line)")
        #expect(line.contains("rehearsal: simulated by"))
        #expect(line.contains(",\(item["candidate"].string ?? "?"),"), "\(line)")
      }
    }
    // While it goes on, it has no champion.
    try await RecordedNight.with(isOver: false) { lab in
      let page = try BoardsPage.read(
        lab.lab.reader(), clock: WallClock { NightLab.at(100) })
      #expect(page.items.isEmpty)
      #expect(page.cautions == ["\(lab.run) is under way: it stands here when it is over"])
      #expect(page.text(width: 80).contains("caution: \(lab.run) is under way"))
    }
  }

  @Test func `a night under way is told of unread, and one that is over is read once`() async throws
  {
    // Facts that nobody can read: whoever reads them says so.
    let broken = [NightRecord(number: 1, at: NightLab.start, kind: "fact", body: "no")]
    for isOver in [false, true] {
      try await NightLab.with(
        [], end: isOver ? .done : nil, suite: RecordedNight.suite,
        also: { ledger, run in try await ledger.append(broken, to: run) }
      ) { lab in
        let page = try BoardsPage.read(lab.lab.reader(), clock: WallClock { NightLab.at(100) })
        #expect(page.cautions.count == 1)
        #expect(
          page.cautions.first?.contains(isOver ? "cannot be read" : "is under way") == true,
          "\(page.cautions)")
      }
    }
    try await RecordedNight.with { lab in
      let known = FreshRows()
      let clock = WallClock { NightLab.at(100) }
      let first = try BoardsPage.read(lab.lab.reader(), all: true, known: known, clock: clock)
      #expect(!first.items.isEmpty)
      // Its facts may go: they are not read again.
      let ledger = try await lab.lab.open()
      let count = try lab.view().fold.count
      try await ledger.append(
        [NightRecord(number: count + 1, at: NightLab.at(100), kind: "fact", body: "no")],
        to: lab.run)
      let again = try BoardsPage.read(lab.lab.reader(), all: true, known: known, clock: clock)
      #expect(again.items == first.items && again.cautions.isEmpty)
      let anew = try BoardsPage.read(lab.lab.reader(), all: true, clock: clock)
      #expect(anew.items.isEmpty && anew.cautions.count == 1)
      // Whoever goes on with it makes it another night.
      try await ledger.record(
        EventFact(run: lab.run, at: NightLab.at(200), kind: "resumed", detail: [:]))
      let resumed = try BoardsPage.read(lab.lab.reader(), all: true, known: known, clock: clock)
      #expect(resumed.items.isEmpty && resumed.cautions.count == 1)
      try await ledger.close()
    }
  }

  @Test func `a night that cannot be read is named with its reason, and hides no other`()
    async throws
  {
    let facts = try RecordedNight.facts(reports: true)
    try await NightLab.with(
      facts, end: .done, suite: RecordedNight.suite,
      also: { ledger, run in
        try await RecordedNight.record(facts, ledger, run)
        let broken = try await ledger.begin(
          RunFact(
            type: .night, suite: RecordedNight.suite.digest, settings: [:], conditions: [:],
            startedAt: NightLab.start, owner: ProcessOwner(pid: 1, startTicks: 1, host: "far"),
            command: "belay run \(NightLab.hostile)"))
        try await ledger.append(
          [
            NightRecord(
              number: 1, at: NightLab.start, kind: "fact", body: "no \(NightLab.hostile)")
          ], to: broken)
      }
    ) { lab in
      let page = try BoardsPage.read(
        lab.lab.reader(), all: true, clock: WallClock { NightLab.at(100) })
      #expect(page.cautions.count == 1)
      let caution = try #require(page.cautions.first)
      #expect(caution.hasPrefix("r2 does not stand here, since it cannot be read: "), "\(caution)")
      #expect(page.fields["cautions"]?[0].string == caution)
      #expect(page.items.contains { $0["run"] == "r1" })
      for text in [page.text(width: 100), page.markdown] {
        #expect(text.contains("r2 does not stand here"))
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
      }
    }
  }

  @Test func `boards and a night's matrix are read page by page, each row once`() async throws {
    try await RecordedNight.with { lab in
      let reader = try lab.lab.reader()
      let view = try lab.view()
      let clock = WallClock { NightLab.at(100) }
      let lists: [(String, (Window) throws -> any ReportPage)] = [
        ("rows", { try BoardsPage.read(reader, all: true, window: $0, clock: clock) }),
        ("tasks", { try NightMatrix(reader, view, order: .delta, window: $0) }),
      ]
      for (many, read) in lists {
        let whole = try read(Window(limit: .max)).items
        #expect(whole.count > 1)
        var seen: [JSON] = []
        var from: Int? = 0
        while let place = from, seen.count <= whole.count {
          let page = try read(Window(from: place, limit: 1))
          seen += page.items
          from = page.next.flatMap { Int($0) }
          let said = from.map { "\(whole.count - seen.count) more: --cursor \($0)" }
          #expect(
            page.text(width: 300).contains(
              "Showing \(place + 1) of \(whole.count) \(many); "
                + (said ?? "the last of them")), "\(page.text(width: 300))")
        }
        #expect(seen == whole)
        if let cut = try read(Window(limit: 1)) as? BoardsPage {
          #expect(cut.cut != nil && cut.markdown.contains("Showing 1 of \(whole.count) rows"))
        }
      }
    }
  }

  @Test
  func `a table in Markdown has no markup from outside, and one for a spreadsheet no formula`() {
    var table = TextTable([
      TextTable.Column(title: "a"), TextTable.Column(title: "n", right: true),
    ])
    table.add(["=cmd|' /C calc'!A0", "-0.5"])
    table.add(["[x](http://y) | <b>\"q\", r", "1"])
    #expect(
      table.markdown() == """
        | a | n |
        | --- | ---: |
        | =cmd\\|' /C calc'\\!A0 | -0.5 |
        | \\[x\\]\\(http://y\\) \\| \\<b\\>"q", r | 1 |

        """, "\(table.markdown())")
    #expect(
      table.csv()
        == "a,n\r\n'=cmd|' /C calc'!A0,-0.5\r\n\"[x](http://y) | <b>\"\"q\"\", r\",1\r\n")
  }
}
