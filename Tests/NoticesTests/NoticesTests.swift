import Base
import Climb
import Experiment
import Notices
import Platform
import Testing

@Suite struct NoticesTests {
  private static func at(_ seconds: Int) -> Timestamp {
    Timestamp(milliseconds: Int64(seconds) * 1000)
  }

  private static func fold(
    _ change: (inout Notify) -> Void = { _ in }, stops: NightStops = NightStops(),
    rollouts: Int = 10
  ) -> NoticeFold {
    var notify = Notify(command: ["tell"])
    change(&notify)
    var fold = NoticeFold(notify, startedAt: at(0)) { "c\($0.number)" }
    var rules = NightRules(
      seed: 1, tasks: [NightTask(name: "a", split: .dev), NightTask(name: "b", split: .gate)],
      rollouts: rollouts)
    rules.stops = stops
    _ = fold.see(.opened(rules), at: at(0))
    return fold
  }

  private let figures: RaceFigures

  init() throws {
    figures = try JSON.parse(#"{"race":1,"pairs":35,"logE":3,"bar":2,"shrunk":0.1}"#).decode()
  }

  private static func order(_ number: Int) -> NightFact {
    .issued(
      .run(
        TrialOrder(
          id: TrialID(number), candidate: CandidateID(1), task: 0,
          purpose: .pilot(visit: 0), attempt: 1,
          draw: TrialDraw(stream: 0, visit: number))))
  }

  @Test("each thing is told in its own word, with ids and figures alone")
  func words() {
    let cases: [(NightFact, String, String)] = [
      (.issued(.adopt(CandidateID(7), figures)), "adopted", "c7 was adopted after 35 pairs"),
      (.issued(.rollBack(CandidateID(7), logE: 0)), "adopted", "taken back"),
      (.issued(.ask(CandidateID(7), figures)), "waiting", "belay approve c7"),
      (.issued(.pause("ten trials broke in a row")), "paused", "ten trials broke"),
      (
        .steered(Steering(by: "belay", reason: "it leaks", order: .pause(hard: true))), "paused",
        "it leaks"
      ),
    ]
    for (fact, word, words) in cases {
      var fold = Self.fold()
      let told = fold.see(fact, at: Self.at(5))
      #expect(told.map(\.occasion.rawValue) == [word])
      #expect(told.first?.text.contains(words) == true)
    }
  }

  @Test("what a person did, and what is not asked for, is not told")
  func silence() {
    var fold = Self.fold { $0.on = [.done] }
    #expect(fold.see(.issued(.adopt(CandidateID(7), figures)), at: Self.at(5)).isEmpty)
    fold = Self.fold()
    let pause = Steering(by: "ann", reason: "the fan", order: .pause(hard: false))
    #expect(fold.see(.steered(pause), at: Self.at(5)).isEmpty)
  }

  @Test("of what comes often only so many are told")
  func interval() {
    var fold = Self.fold { $0.everySeconds = 60 }
    let adopted = NightFact.issued(.adopt(CandidateID(7), figures))
    let told = [0, 30, 59, 60, 61, 200].map { fold.see(adopted, at: Self.at($0)).count }
    #expect(told == [1, 0, 0, 1, 0, 1])
  }

  @Test("what asks for a person, and what takes back what was told, is told however soon")
  func each() {
    var fold = Self.fold()
    let facts: [NightFact] = [
      .issued(.ask(CandidateID(3), figures)), .issued(.ask(CandidateID(4), figures)),
      .issued(.adopt(CandidateID(5), figures)), .issued(.rollBack(CandidateID(5), logE: 0)),
      // The same candidate once more, in a later race.
      .issued(.ask(CandidateID(3), figures)), .issued(.pause("ten trials broke")),
      .issued(.pause("ten trials broke again")),
    ]
    let told = facts.enumerated().flatMap { fold.see($1, at: Self.at($0)) }.map(\.text)
    #expect(told.count == facts.count, "\(told)")
    #expect(told.dropFirst(3).first?.contains("taken back") == true)
    // And an adoption that comes on its heels is still one of many.
    #expect(fold.see(.issued(.adopt(CandidateID(6), figures)), at: Self.at(9)).isEmpty)
  }

  @Test(
    "four fifths of each limit are told once, and again of a new limit", arguments: [0, 600])
  func budget(every: Int) {
    var fold = Self.fold(
      { $0.everySeconds = every }, stops: NightStops(costUSD: 1, tokens: 1000, deadlineSeconds: 100)
    )
    var told: [String] = []
    func take(_ notices: [Notice]) {
      told += notices.map { $0.detail["of"]?.string ?? "?" }
    }
    for number in 1...8 {
      take(fold.see(Self.order(number), at: Self.at(number)))
      take(
        fold.see(
          .finished(TrialID(number), .scored(1), Spending(costUSD: 0.1, tokens: 110)),
          at: Self.at(number)))
    }
    #expect(told == ["trials", "money", "tokens"])
    take(fold.look(at: Self.at(79)))
    take(fold.look(at: Self.at(80)))
    take(fold.look(at: Self.at(99)))
    #expect(told == ["trials", "money", "tokens", "time"])
    _ = fold.see(
      .steered(Steering(by: "ann", order: .retune(Retuning(costUSD: 2)))), at: Self.at(81))
    take(fold.see(.inspected(CandidateID(1), [], Spending(costUSD: 0.9)), at: Self.at(82)))
    #expect(told.last == "money" && told.count == 5)
  }

  @Test("a night whose trials do not come back is told of once, until one does")
  func stall() {
    var fold = Self.fold { $0.stallSeconds = 600 }
    #expect(fold.look(at: Self.at(5000)).isEmpty, "nothing is under way")
    _ = fold.see(Self.order(1), at: Self.at(5000))
    #expect(fold.look(at: Self.at(5599)).isEmpty)
    #expect(fold.look(at: Self.at(5600)).map(\.occasion) == [.stall])
    #expect(fold.look(at: Self.at(9000)).isEmpty)
    _ = fold.see(Self.order(2), at: Self.at(9000))
    _ = fold.see(.finished(TrialID(1), .invalid, Spending()), at: Self.at(9000))
    #expect(fold.look(at: Self.at(9600)).map(\.occasion) == [.stall])
  }

  @Test("a stall that may not be told yet is told later, if nothing came back meanwhile")
  func stallSoon() {
    var fold = Self.fold {
      $0.stallSeconds = 60
      $0.everySeconds = 600
    }
    _ = fold.see(Self.order(1), at: Self.at(0))
    _ = fold.see(Self.order(2), at: Self.at(0))
    #expect(fold.look(at: Self.at(60)).count == 1)
    _ = fold.see(.finished(TrialID(1), .invalid, Spending()), at: Self.at(100))
    let told = [160, 400, 659, 660, 700].map { fold.look(at: Self.at($0)).count }
    #expect(told == [0, 0, 0, 1, 0])
  }

  @Test("the time between a night that was cut off and its resumption is no stall")
  func resumedLate() {
    var fold = Self.fold { $0.stallSeconds = 600 }
    fold.recall(Self.order(1), at: Self.at(10))
    #expect(fold.see(.resumed, at: Self.at(30_000)).isEmpty)
    #expect(fold.look(at: Self.at(30_015)).isEmpty)
    #expect(fold.look(at: Self.at(30_600)).map(\.occasion) == [.stall])
  }

  @Test("a model that is away is told of, and that it is back too")
  func provider() {
    var fold = Self.fold()
    #expect(fold.model("a/b", isDown: true, why: "529", at: Self.at(1)).count == 1)
    #expect(fold.model("a/b", isDown: true, why: "529", at: Self.at(2)).isEmpty)
    #expect(fold.model("a/b", isDown: false, why: "", at: Self.at(3)).first?.level == .info)
  }

  @Test("what was told before an interruption is not told again")
  func resumed() {
    var fold = Self.fold(stops: NightStops(costUSD: 1))
    fold.recall(.inspected(CandidateID(1), [], Spending(costUSD: 0.9)), at: Self.at(1))
    #expect(
      fold.see(.inspected(CandidateID(1), [], Spending(costUSD: 0.05)), at: Self.at(2)).isEmpty)
    // Of the time too, which no fact tells: it was looked at.
    fold = Self.fold(stops: NightStops(deadlineSeconds: 100))
    fold.recall(Self.order(1), at: Self.at(85))
    #expect(fold.look(at: Self.at(90)).isEmpty)
  }

  @Test("the program gets one object on its input, few variables, and no key")
  func program() async throws {
    let folder = "/tmp/belay-notices-\(Files.randomName())"
    try Files.makeDirectory(folder)
    defer { try? Files.removeTree(folder) }
    var notify = Notify(command: ["sh", "-c", "cat > told; env > seen; pwd >> seen"])
    notify.environment = ["TOKEN"]
    let program = NoticeProgram(
      notify, environment: ["PATH": "/usr/bin:/bin", "TOKEN": "t", "OPENAI_API_KEY": "secret"],
      folder: folder)
    let origin = NoticeOrigin(
      run: RunID(4), name: "n\u{1B}[31m", lab: "/lab", rehearsal: "simulated by rehearsal/careful")
    let notice = Notice(.done, .info, "r4 is over", detail: ["a": 1], at: Self.at(3))
    #expect(await program.tell(origin.json(of: notice)) == nil)
    let told = try JSON.parse(Files.readText(Path.join(folder, "told")))
    #expect(told["schema"] == "belay.notice/1" && told["event"] == "done" && told["run"] == "r4")
    #expect(told["text"].string?.contains("rehearsal") == true)
    let seen = try Files.readText(Path.join(folder, "seen"))
    #expect(seen.contains("TOKEN=t") && !seen.contains("secret") && seen.contains(folder))
  }

  @Test(
    "a program that cannot be run, or says no, is an answer and no end",
    arguments: [
      (["/no/such/program"], "No such file"),
      (["sh", "-c", "echo full >&2; exit 3"], "with 3: full"),
    ])
  func failure(_ command: [String], _ words: String) async {
    let program = NoticeProgram(
      Notify(command: command), environment: ["PATH": "/usr/bin:/bin"], folder: nil)
    #expect(await program.tell([:])?.contains(words) == true)
  }
}
