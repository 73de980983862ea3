import Base
import Facts
import Layout
import Testing

@testable import Report

/// One evaluation: run, candidate, scores by task, conditions, trials lost to the sandbox.
private struct Entry {
  var run: Int
  var candidate: Int
  var scores: [[Double]]
  var conditions: JSON = ["trials": 2]
  var lost = 0
}

@Suite struct LeaderboardTests {
  private func board(
    _ entries: [Entry], tasks: Int = 10, all: Bool = false, limit: Int = 50, split: Split = .dev,
    chosen: Set<CandidateID> = []
  ) -> Leaderboard {
    var groups = Leaderboard.group(
      entries.map {
        Fixture.standing(
          run: $0.run, candidate: $0.candidate, $0.scores, split: split, lost: $0.lost)
      },
      runs: Dictionary(
        uniqueKeysWithValues: entries.map {
          (
            RunID($0.run),
            Fixture.run($0.run, conditions: $0.conditions, candidates: [$0.candidate])
          )
        }),
      candidates: Dictionary(
        entries.map {
          (CandidateID($0.candidate), Fixture.candidate($0.candidate, name: "h\($0.candidate)"))
        }, uniquingKeysWith: { $1 }),
      tasks: Fixture.tasks(tasks), minCoverage: 0.9, chosen: split == .vault ? [] : chosen)
    let cells = entries.flatMap {
      Fixture.cells(run: $0.run, candidate: $0.candidate, $0.scores)
    }
    if !groups.isEmpty {
      Leaderboard.rank(&groups[0].rows, means: TaskMeansByRow(cells), limit: limit)
    }
    return Leaderboard(
      suiteName: "shell", suite: Fixture.suite, split: split, groups: groups, otherDigests: 0,
      vaultOpenings: 1, showsAll: all, window: Window(limit: limit))
  }

  private let good = Array(repeating: [1.0, 1], count: 10)
  private let nearly = Array(repeating: [1.0, 1], count: 9) + [[1.0, 0]]
  private let poor = Array(repeating: [0.0, 0], count: 9) + [[1.0, 0]]

  @Test func `of two parts of one run the one with more tasks is ranked`() {
    for _ in 1...20 {
      let groups = Leaderboard.group(
        [1, 9].map { Fixture.standing(run: 1, candidate: $0, Array(good.prefix($0)), split: nil) },
        runs: [RunID(1): Fixture.run(1, conditions: ["trials": 2], candidates: [1, 9])],
        candidates: [
          CandidateID(1): Fixture.candidate(1, name: "h1"),
          CandidateID(9): Fixture.candidate(9, name: "h9"),
        ], tasks: Fixture.tasks(10), minCoverage: 0.9)
      #expect(groups.map(\.conditions.tasks) == [9, 1])
    }
  }

  @Test
  func `sealed tasks stay the board when gate tasks are tried again by the one that they chose`() {
    let groups = Leaderboard.group(
      [1, 2].flatMap { candidate in
        [
          Fixture.standing(run: 1, candidate: candidate, good, split: .vault),
          Fixture.standing(run: 1 + candidate, candidate: candidate, good, split: .gate),
        ]
      },
      runs: Dictionary(
        uniqueKeysWithValues: (1...3).map {
          (RunID($0), Fixture.run($0, conditions: ["trials": 2], candidates: [1, 2]))
        }),
      candidates: [
        CandidateID(1): Fixture.candidate(1, name: "h1"),
        CandidateID(2): Fixture.candidate(2, name: "h2"),
      ], tasks: [], minCoverage: 0.9, chosen: [CandidateID(2)])
    #expect(groups.map(\.conditions.split) == [.vault, .gate])
    #expect(
      groups.map { $0.rows.filter(\.isChosen).map(\.candidate.id) } == [[], [CandidateID(2)]])
  }

  @Test func `of the splits of one run the gate is ranked`() {
    for _ in 1...20 {
      let groups = Leaderboard.group(
        [.vault, .dev, .gate].map { Fixture.standing(run: 1, candidate: 1, good, split: $0) },
        runs: [RunID(1): Fixture.run(1, conditions: ["trials": 2], candidates: [1])],
        candidates: [CandidateID(1): Fixture.candidate(1, name: "h1")], tasks: [],
        minCoverage: 0.9)
      #expect(groups.map(\.conditions.split) == [.gate, .dev, .vault])
    }
  }

  @Test func `rows that the paired test cannot separate share their place`() {
    let page = board([
      Entry(run: 1, candidate: 1, scores: poor), Entry(run: 2, candidate: 2, scores: nearly),
      Entry(run: 3, candidate: 3, scores: good),
    ])
    #expect(page.rows.map(\.candidate.id.number) == [3, 2, 1])
    #expect(page.rows.map(\.rank) == [1, 1, 3])
    #expect(page.rows.map(\.isTied) == [true, true, false])
    #expect(page.counts["ranked"] == 3)
    #expect(page.items.first?["score"]["mean"].double == 1)
    #expect(page.items.first?["score"]["method"] == "exact")
  }

  @Test func `rows with other conditions, tasks or trials are not ranked and it says why`() {
    let page = board([
      Entry(run: 1, candidate: 1, scores: poor), Entry(run: 2, candidate: 2, scores: nearly),
      Entry(
        run: 3, candidate: 3, scores: good,
        conditions: ["trials": 2, "limits": ["wall": "10\u{1B}m"]]),
      Entry(run: 4, candidate: 4, scores: good.map { _ in [1.0, 1, 1] }),
      Entry(run: 5, candidate: 5, scores: Array(good.prefix(4))),
    ])
    #expect(page.rows.map(\.candidate.id.number) == [2, 1])
    #expect(page.incomparable == 3)
    let text = page.text(width: 120)
    #expect(text.contains("1 row (r3…): limits {\"wall\":\"10\\u001bm\"} and not none"))
    #expect(text.contains("1 row (r4…): 3 trials a task and not 2 trials"))
    #expect(text.contains("1 row (r5…): 4 of 10 tasks"))
    #expect(page.hints.contains("belay leaderboard --suite shell --all"))
  }

  @Test func `with all, the others follow unranked under their reason`() {
    let page = board(
      [
        Entry(run: 1, candidate: 1, scores: poor), Entry(run: 2, candidate: 2, scores: nearly),
        Entry(run: 3, candidate: 3, scores: good, conditions: ["trials": 2, "cpu": 4]),
      ], all: true)
    #expect(page.rows.map(\.rank) == [1, 2, nil])
    #expect(page.items.map { $0["comparable"].bool } == [true, true, false])
    #expect(page.items.last?["differs_in"] == ["cpu 4 and not none"])
    #expect(page.text(width: 100).contains("not comparable: cpu 4 and not none"))
  }

  @Test(
    arguments: [
      // The best was chosen by these tasks: it has no place, and takes none from the others.
      ([3], Split.gate, [nil, 1, 2]), ([2], .gate, [1, nil, 2]), ([1], .dev, [1, 1, nil]),
      // One alone among those that were chosen is first of nothing.
      ([2, 3], .gate, [nil, nil, nil]), ([1, 2, 3], .gate, [nil, nil, nil]),
      // Sealed tasks chose nobody.
      ([1, 2, 3], .vault, [1, 1, 3]), ([], .gate, [1, 1, 3]),
    ] as [([Int], Split, [Int?])])
  func `who was chosen by the tasks that score it has no place beside those who were not`(
    chosen: [Int], split: Split, ranks: [Int?]
  ) {
    let page = board(
      [
        Entry(run: 1, candidate: 1, scores: poor), Entry(run: 2, candidate: 2, scores: nearly),
        Entry(run: 3, candidate: 3, scores: good),
      ], split: split, chosen: Set(chosen.map { CandidateID($0) }))
    #expect(page.rows.map(\.candidate.id.number) == [3, 2, 1])
    #expect(page.rows.map(\.rank) == ranks)
    #expect(page.counts["ranked"] == ranks.count { $0 != nil })
    let marked = split == .vault ? [] : chosen
    for row in page.rows {
      let isMarked = marked.contains(row.candidate.id.number)
      #expect(row.isChosen == isMarked)
      #expect(page.text(width: 120).contains("\(row.candidate.id)‡") == isMarked)
    }
    #expect(page.text(width: 120).contains("‡ a night chose it by these tasks") == !marked.isEmpty)
    #expect(page.items.map { $0["chosen_on_these_tasks"].bool } == page.rows.map(\.isChosen))
  }

  @Test func `a night chose all of its candidates but the harness that it began with`() {
    func night(_ candidates: [Int], began: Int?) -> RunRecord {
      let settings: JSON =
        began.map { ["harness": .string(Fixture.candidate($0).harness.hex)] } ?? [:]
      return Fixture.run(9, candidates: candidates, type: .night, settings: settings)
    }
    let known = Dictionary(
      uniqueKeysWithValues: (1...9).map { (CandidateID($0), Fixture.candidate($0)) })
    func chosen(_ nights: RunRecord...) -> [Int] {
      Leaderboard.chosen(nights, known).map(\.number).sorted()
    }
    #expect(chosen(night([2, 4, 7], began: 4)) == [2, 7])
    #expect(chosen(night([2, 4, 7], began: nil)) == [4, 7])
    // What one night chose and the next began with was chosen all the same.
    #expect(chosen(night([2, 4], began: 2), night([4, 6], began: 4)) == [4, 6])
    #expect(chosen() == [])
  }

  @Test func `an undecided row has no place and no number`() {
    let page = board([
      Entry(run: 1, candidate: 1, scores: poor),
      Entry(run: 2, candidate: 2, scores: good, lost: 5),
    ])
    #expect(page.rows.map(\.rank) == [1, nil])
    #expect(page.items.last?["score"].isNull == true)
    #expect(page.items.last?["verdict"] == "undecided")
    #expect(page.text(width: 100).contains("r2 c2 undecided: 20 of 25 trials scored, 90.0% needed"))
  }

  @Test func `of several runs of one harness the newest stands, not the best`() {
    let page = board([
      Entry(run: 1, candidate: 1, scores: good), Entry(run: 2, candidate: 1, scores: nearly),
      Entry(run: 3, candidate: 1, scores: nearly, lost: 9),
    ])
    #expect(page.rows.map(\.run.id.number) == [2])
    #expect(page.rows.first?.evaluations == 3)
    #expect(page.text(width: 100).contains("c1 3×"))
  }

  @Test func `a limit cuts rows and says so`() {
    let page = board(
      (1...5).map { Entry(run: $0, candidate: $0, scores: good) }, limit: 2)
    #expect(page.rows.count == 2)
    #expect(page.isTruncated)
    #expect(page.text(width: 80).contains("Showing 2 of 5 rows"))
  }

  @Test func `an empty lab says what to do`() {
    let page = Leaderboard(
      suiteName: nil, suite: nil, split: nil, groups: [], otherDigests: 0, vaultOpenings: 0,
      showsAll: false, window: Window(limit: 50))
    #expect(page.items.isEmpty)
    #expect(page.text(width: 80).contains("belay eval"))
  }

  @Test func `the text is as drawn`() {
    let page = board([
      Entry(run: 1, candidate: 1, scores: poor), Entry(run: 2, candidate: 2, scores: nearly),
    ])
    #expect(
      page.text(width: 110) == """
        shell@\(Fixture.suite.short)  dev, 10 tasks  2 trials a task  score in % with its 95% interval over tasks
          vault opened 1 time
         #  run  candidate  harness  score       interval  scored  $/trial  tok/trial  time/trial  date
        1   r2   c2         h2        95.0  [83.7, 100.0]   20/20        -          -        1.0s  1970-01-01
        2   r1   c1         h1         5.0    [0.0, 16.3]   20/20        -          -        1.0s  1970-01-01

        """)
  }
}
