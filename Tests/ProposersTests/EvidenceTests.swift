import Base
import Evidence
import Facts
import Ledger
import Suite
import Testing

@Suite struct EvidenceTests {
  @Test func `a task of another split cannot be held`() async throws {
    try await DevNight.with { night in
      #expect(try night.tasks.all.map(\.name).sorted() == DevNight.dev)
      for hidden in DevNight.hidden {
        let task = try #require(night.suite.task(named: hidden.name))
        #expect(throws: BelayError.self) { try DevTask(task) }
        #expect(throws: BelayError.self) { try DevTasks([task] + night.tasks.all.map(\.task)) }
        #expect(try night.tasks.task(task.digest) == nil)
      }
    }
  }

  @Test func `a pack tells causes, pairs and what was never solved`() async throws {
    try await DevNight.with { night in
      let pack = try night.reader.pack(base: night.candidates[0])
      #expect(pack.trials == 12)
      #expect(pack.passes == 4)
      #expect(pack.neverSolved == ["fix-ends"])
      #expect(
        pack.clusters.map(\.cause.key) == ["wrong:encoding", "limit:turns", "wrong:values"])
      #expect(pack.clusters.map(\.trials.count) == [4, 2, 2])
      // Of the same harness where there is one, and they part at the second step.
      #expect(pack.pairs.map(\.task) == ["count-rows", "sort-names"])
      #expect(pack.pairs.map(\.isSameCandidate) == [true, false])
      #expect(pack.pairs.map { $0.divergence?.shared } == [1, 1])
      #expect(pack.pairs[0].divergence?.failed?.did.contains("cat data.csv") == true)
      #expect(pack.scores.map(\.candidate) == [night.candidates[1], night.candidates[0]])
      #expect(pack.scores[0].tasks.map(\.passes) == [1, 0, 2])
      #expect(pack.traces.count == 12)
      let first = try #require(pack.traces.first { $0.trial == pack.pairs[0].failed })
      #expect(first.document["trajectory"]["steps"][1]["source"].string == "agent")
      #expect(first.document["verifier"].string?.contains("expected 7 rows") == true)
    }
  }

  @Test func `nothing of a hidden task is in a pack, a page, a table, a search or a trial`()
    async throws
  {
    try await DevNight.with { night in
      let reader = try night.reader
      let pack = try reader.pack(base: nil)
      let pages = [
        EvidencePage.failures(pack), EvidencePage.pairs(pack), EvidencePage.tasks(pack),
        pack.traces.map { $0.document.text() }.joined(), "\(pack)",
      ]
      let tables = try DevTables(reader)
      let rows = try tables.ask("SELECT * FROM trials JOIN tasks USING (task)")
      let shown = pages + ["\(rows)", "\(try reader.search(DevNight.canary))"]
      for text in shown {
        #expect(!text.contains(DevNight.canary))
        for hidden in DevNight.hidden { #expect(!text.contains(hidden.name)) }
      }
      #expect(rows.rows.count == 12)
      #expect(try reader.search("data.csv").count == 12)
      let ledger = try night.lab.reader()
      let hidden = try ledger.trials(TrialFilter(split: .gate)).map(\.id)
      #expect(hidden.count == 4)
      for id in hidden + [TrialID(999)] {
        let error = #expect(throws: BelayError.self) { try reader.trial(id) }
        #expect(error?.message == "no dev trial \(id)")
      }
    }
  }

  @Test func `what came back after the asking is not there, however it is looked for`() async throws
  {
    try await DevNight.with { night in
      let all = try night.reader.trials()
      let known = try #require(all.first?.id)
      let reader = EvidenceReader(try night.lab.reader(), tasks: try night.tasks, runs: [night.run])
      {
        $0.id == known
      }
      #expect(all.count > 1)
      #expect(try reader.trials().map(\.id) == [known])
      #expect(try reader.pack(base: night.candidates.first).trials == 1)
      #expect(throws: BelayError.self) { try reader.trial(all[1].id) }
      #expect(try Set(reader.search("ok").map(\.trial)).isSubset(of: [known]))
    }
  }

  @Test(arguments: [
    "DELETE FROM trials", "ATTACH 'x' AS y", "PRAGMA journal_mode = OFF", "SELECT * FROM blob",
    "CREATE TABLE x (y)", "BEGIN",
  ])
  func `a statement that does more than read the dev tables is refused`(statement: String)
    async throws
  {
    try await DevNight.with { night in
      let tables = try DevTables(night.reader)
      #expect(throws: BelayError.self) { try tables.ask(statement) }
      #expect(try tables.ask("SELECT count(*) FROM trials").rows == [[12]])
    }
  }

  @Test func `what is untrusted stands in a fence that it cannot close`() async throws {
    try await DevNight.with { night in
      let page = EvidencePage.failures(try night.reader.pack(base: nil))
      #expect(page.contains("````untrusted\n"))
      #expect(page.contains("\\u{1b}[31mline ends of a.txt differ```"))
      #expect(!page.contains("\u{1B}"))
    }
    #expect(Fence.line("a “b”\n\u{202E}c", limit: 80) == "“a \"b\" \\u{202e}c”")
    #expect(Fence.cut("0123456789", to: 6) == "0123[… 4 bytes cut …]89")
  }

  @Test func `a pack stays within its limits whatever was recorded`() async throws {
    try await DevNight.with { night in
      var limits = EvidenceReader.Limits()
      limits.clusters = 1
      limits.pairs = 1
      limits.traces = 3
      limits.traceBytes = 900
      let pack = try night.reader.pack(base: nil, limits: limits)
      #expect(pack.clusters.count == 1)
      #expect(pack.pairs.count == 1)
      #expect(pack.traces.count == 3)
      #expect(pack.traces.allSatisfy { $0.document.utf8().count <= 900 })
    }
  }

  @Test func `the page of the pool tells words and no gate's figures`() {
    let line = PoolLine(
      id: "e3", author: "model", components: ["b", "a"], summary: "quote\nnames",
      mechanism: "quoting", state: "dropped",
      verdicts: [.init(gate: "race", word: .fail), .init(gate: "ngram", word: .pass)],
      effect: -0.254, error: 0.1)
    #expect(
      EvidencePage.pool([line])
        == "- e3 dropped on `a`, `b`: “quote names”; on dev −0.25 logits ± 0.10; race fail, ngram pass\n"
    )
    #expect(EvidencePage.pool([]) == "Nothing was tried yet.\n")
  }
}
