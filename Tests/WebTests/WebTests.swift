import Assets
import Base
import Facts
import Harness
import Http
import Layout
import Ledger
import NightLab
import NightLog
import NightPages
import NightReading
import Platform
import Survey
import Testing

@testable import Web

@Suite struct WebTests {
  private static let clock = WallClock { NightLab.at(100_000) }

  private static func router(
    _ lab: NightLab, port: UInt16 = 8378, isLoopback: Bool = true, token: String? = nil,
    address: NetworkAddress? = nil, clock: WallClock = clock, steering: WebSteering? = nil
  ) throws -> WebRouter {
    WebRouter(
      warm: try WarmLab(lab.lab, clock: clock, begin: { $0() }), mostListeners: 1,
      steering: steering,
      isOpen: isLoopback,
      gate: WebGuard(port: port, address: address, isLoopback: isLoopback, token: token))
  }

  private static func request(
    _ target: String, method: String = "GET", body: String = "", _ more: [(String, String)] = []
  ) -> HTTPServerRequest {
    HTTPServerRequest(
      method: method, target: target,
      headers: [("host", "127.0.0.1:8378")].filter { host in !more.contains { $0.0 == host.0 } }
        + more, body: Array(body.utf8))
  }

  private static func text(_ response: HTTPServerResponse) -> String {
    guard case .bytes(let bytes) = response.body else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `the browser is given the very records that the command line writes`() async throws {
    try await NightLab.with(Nights.finished(vault: [0.2, 0.1, 0.3]), end: .done) { lab in
      let router = try Self.router(lab)
      let view = try lab.view()
      let pages: [(String, any ReportPage)] = [
        ("status", StatusPage(view)), ("report", MorningPage(view)), ("tree", try TreePage(view)),
        ("hypotheses", HypothesesPage(view)), ("gates", GateList(view)),
        ("gate?what=e3", try GateExplanation(view, "e3", content: false)),
      ]
      for (name, page) in pages {
        let answer = await router.answer(Self.request("/api/\(name)"))
        #expect(answer.status == 200)
        let wanted = page.envelope(asOf: Self.clock.now).text()
        #expect(Self.text(answer) == wanted, "\(name)")
      }
    }
  }

  @Test(arguments: [
    ("/api/status?run=r99", 404), ("/api/status?run=x", 400), ("/api/tree?limit=0", 400),
    ("/api/tree?limit=501", 400), ("/api/tree?from=-1", 400), ("/api/hypotheses?status=x", 400),
    ("/api/gate", 400), ("/api/gate?what=e999", 404), ("/api/trace?trial=t9", 404),
    ("/api/diff?a=c1", 400), ("/api/nothing", 404), ("/nothing.js", 404), ("/../etc/passwd", 404),
    ("/api/gate?what=%1B%5B31m%3Cscript%3E", 404), ("/api/compare?a=r1&b=r1", 404),
  ]) func `what is not there or makes no sense is refused with a reason`(
    _ target: String, _ status: Int
  ) async throws {
    try await NightLab.with(Nights.racing()) { lab in
      let answer = await (try Self.router(lab)).answer(Self.request(target))
      #expect(answer.status == status, "\(Self.text(answer))")
      #expect(!Self.text(answer).contains("\u{1B}"))
      #expect(answer.headers.contains { $0.name == "x-content-type-options" })
    }
  }

  @Test func `an answer holds until the ledger changes, and its name tells whether it did`()
    async throws
  {
    let time = Locked(Int64(0))
    let clock = WallClock {
      Timestamp(milliseconds: NightLab.start.milliseconds + time.withLock { $0 })
    }
    try await NightLab.with(Nights.racing(), end: .interrupted) { lab in
      let router = try Self.router(lab, clock: clock)
      func tag(_ name: String, _ known: String? = nil) async -> (status: Int, tag: String?) {
        let answer = await router.answer(
          Self.request("/api/\(name)", known.map { [("if-none-match", $0)] } ?? []))
        return (answer.status, answer.headers.first { $0.name == "etag" }?.value)
      }
      let first = await tag("hypotheses")
      time.withLock { $0 += 10_000 }
      #expect(await tag("hypotheses", first.tag).status == 304)
      let ledger = try await lab.lab.open()
      let facts = try Nights.finished(vault: nil)
      let old = try Nights.racing().count
      try await ledger.append(
        NightLab.records(Array(facts.dropFirst(old)), from: old + 1), to: lab.run)
      try await ledger.close()
      // Within the time in which nobody looks, the old answer holds.
      #expect(await tag("hypotheses", first.tag).status == 304)
      time.withLock { $0 += 1000 }
      let second = await tag("hypotheses", first.tag)
      #expect(second.status == 200)
      #expect(second.tag != first.tag)
    }
  }

  @Test func `a night is kept up with while nobody asks, and asked again it is as it is`()
    async throws
  {
    let time = Locked(Int64(0))
    let clock = WallClock {
      Timestamp(milliseconds: NightLab.start.milliseconds + time.withLock { $0 })
    }
    try await NightLab.with(Nights.racing(), end: .interrupted) { lab in
      let warm = try WarmLab(lab.lab, clock: clock, begin: { $0() })
      func length() throws -> Int { try warm.night(lab.run) { $0.fold.count } }
      let old = try Nights.racing().count
      #expect(try length() == old)
      let facts = try Nights.finished(vault: nil)
      let ledger = try await lab.lab.open()
      try await ledger.append(
        NightLab.records(Array(facts.dropFirst(old)), from: old + 1), to: lab.run)
      try await ledger.close()
      // What was caught up with a moment ago is shown as it is; looking after it is what brings the rest.
      time.withLock { $0 += 1500 }
      #expect(try length() == old)
      warm.keep()
      #expect(try length() == facts.count)
    }
  }

  @Test func `a night that is asked for after long is caught up with first`() async throws {
    let time = Locked(Int64(0))
    let clock = WallClock {
      Timestamp(milliseconds: NightLab.start.milliseconds + time.withLock { $0 })
    }
    try await NightLab.with(Nights.racing(), end: .interrupted) { lab in
      let warm = try WarmLab(lab.lab, clock: clock, begin: { $0() })
      let old = try warm.night(lab.run) { $0.fold.count }
      let facts = try Nights.finished(vault: nil)
      let ledger = try await lab.lab.open()
      try await ledger.append(
        NightLab.records(Array(facts.dropFirst(old)), from: old + 1), to: lab.run)
      try await ledger.close()
      time.withLock { $0 += 60_000 }
      #expect(try warm.night(lab.run) { $0.fold.count } == facts.count)
    }
  }

  @Test func `what went wrong once is asked for anew, and an answer that holds is not`()
    async throws
  {
    try await NightLab.with(Nights.finished(vault: nil), end: .done) { lab in
      let warm = try WarmLab(lab.lab, clock: Self.clock, begin: { $0() })
      let asked = Locked(0)
      func answer() async -> Int {
        await warm.answer("page") { _ in
          let count = asked.withLock { count in
            count += 1
            return count
          }
          guard count > 1 else { throw BelayError(.busy, "the ledger is busy") }
          return WarmLab.Answer(bytes: [], tag: "a")
        }.status
      }
      #expect(await answer() == 503)
      #expect(await answer() == 200)
      #expect(await answer() == 200)
      #expect(asked.withLock { $0 } == 2)
    }
  }

  @Test func `a list comes page by page, and the pages together are the list`() async throws {
    try await NightLab.with(Nights.finished(vault: nil)) { lab in
      let router = try Self.router(lab)
      func page(_ target: String) async throws -> JSON {
        try JSON.parse(Self.text(await router.answer(Self.request(target))))
      }
      for name in ["hypotheses", "gates", "tree"] {
        let whole = try await page("/api/\(name)")["items"].array ?? []
        var pieces: [JSON] = []
        var from: String? = "0"
        while let at = from {
          let next = try await page("/api/\(name)?limit=1&from=\(at)")
          pieces += next["items"].array ?? []
          from = next["next"].string
          guard pieces.count <= whole.count else { break }
        }
        #expect(pieces == whole, "\(name)")
      }
    }
  }

  @Test(
    arguments: [
      ("127.0.0.1:8378", 200), ("localhost:8378", 200), ("LOCALHOST:8378", 200),
      ("[::1]:8378", 200), ("evil.example:8378", 421), ("127.0.0.1:80", 421), ("", 421),
      ("127.0.0.1:8378.evil.example", 421),
    ]) func `another name for this machine is refused, so that no foreign page can read it`(
      _ host: String, _ status: Int
    ) async throws
  {
    try await NightLab.with(Nights.racing()) { lab in
      let answer = await (try Self.router(lab)).answer(
        Self.request("/api/status", [("host", host)]))
      #expect(answer.status == status)
    }
  }

  @Test(
    arguments: [
      ([127, 0, 0, 2], "127.0.0.2:8378", 200), ([127, 0, 0, 2], "localhost:8378", 200),
      ([127, 0, 0, 2], "127.0.0.3:8378", 421), ([127, 0, 0, 2], "evil.example:8378", 421),
    ] as [([UInt8], String, Int)]) func `the address that was asked for is one that is answered to`(
      _ address: [UInt8], _ host: String, _ status: Int
    ) async throws
  {
    try await NightLab.with(Nights.racing()) { lab in
      let router = try Self.router(lab, address: NetworkAddress(bytes: address))
      let answer = await router.answer(Self.request("/api/status", [("host", host)]))
      #expect(answer.status == status)
    }
  }

  @Test func `what a night decided comes the latest first, and the pages together are all of it`()
    async throws
  {
    try await NightLab.with(Nights.finished(vault: [0.2, 0.1, 0.3]), end: .done) { lab in
      let router = try Self.router(lab)
      let all = try lab.view().decisionLines(after: 0).map { JSON.object($0.record) }
      #expect(all.count > 2)
      var told: [JSON] = []
      var from: String? = "0"
      while let here = from {
        let answer = await router.answer(Self.request("/api/decisions?limit=2&from=\(here)"))
        let page = try JSON.parse(Self.text(answer))
        let items = page["items"].array ?? []
        #expect((1...2).contains(items.count) && page["counts"]["items"].int == all.count)
        told += items
        from = page["next"].string
      }
      #expect(told == all.reversed())
      let beyond = await router.answer(Self.request("/api/decisions?from=\(all.count + 5)"))
      #expect(try JSON.parse(Self.text(beyond))["items"].array == [])
    }
  }

  @Test func `a figure comes in two widths, without the title and notes that stand beside it`()
    async throws
  {
    try await NightLab.with(Nights.finished(vault: [0.2, 0.1, 0.3]), end: .done) { lab in
      let router = try Self.router(lab)
      for what in ["score", "gap", "cost", "effects"] {
        let answer = await router.answer(Self.request("/api/figure?what=\(what)"))
        let page = try JSON.parse(Self.text(answer))
        for (name, width) in [("svg", 760), ("svg_narrow", 360)] {
          guard let svg = page[name].string else {
            #expect(page["items"].array == [], "\(what)")
            continue
          }
          #expect(svg.contains(" width=\"\(width)\""))
          #expect(!svg.contains("class=\"t\""))
          #expect(svg.contains("<desc>") && svg.contains("aria-label="))
        }
      }
    }
  }

  @Test func `candidates of a night are not compared over all their trials, which chose them`()
    async throws
  {
    try await RecordedNight.with { lab in
      let router = try Self.router(lab)
      let run = lab.run
      for target in [
        "compare?a=\(run)/c1&b=\(run)/c2", "matrix?of=\(run)/c1", "matrix?of=\(run)/c1,\(run)/c2",
        "matrix?of=\(run)", "matrix?of=c2",
      ] {
        let answer = await router.answer(Self.request("/api/\(target)"))
        #expect(answer.status == 400, "\(target)")
        #expect(Self.text(answer).contains("chose who was tried on"), "\(Self.text(answer))")
      }
    }
  }

  @Test func `while a night goes on nobody learns which gate task a trial is of, nor its score`()
    async throws
  {
    for isOver in [false, true] {
      try await RecordedNight.with(isOver: isOver) { lab in
        let router = try Self.router(lab)
        func page(_ target: String, _ status: Int = 200) async throws -> JSON {
          let answer = await router.answer(Self.request("/api/\(target)"))
          #expect(answer.status == status, "\(target): \(Self.text(answer))")
          return try JSON.parse(Self.text(answer))
        }
        for name in ["trials", "log"] {
          let trials = try await page("\(name)?run=\(lab.run)&limit=500")["items"].array ?? []
          let gate = trials.filter { $0["split"] == "gate" }
          #expect(!gate.isEmpty)
          for trial in gate {
            #expect(trial["withheld"].bool == (isOver ? nil : true))
            #expect(trial["task"].isNull == !isOver && trial["score"].isNull == !isOver)
            #expect(trial["task_digest"].isNull == !isOver)
          }
          let dev = trials.filter { $0["split"] == "dev" }
          #expect(!dev.isEmpty && dev.allSatisfy { !$0["task"].isNull && !$0["score"].isNull })
        }
        let id = try #require(
          try await page("trials?run=\(lab.run)&split=gate")["items"].array?.first?["trial"].string)
        let trace = try await page("trace?trial=\(id)&content=1")
        #expect(trace["content_withheld"].bool == !isOver)
        #expect(trace["trial"]["task"].isNull == !isOver)
        #expect(trace["attempt"]["score"].isNull == !isOver)
        #expect(trace["attempt"]["reward"].isNull == !isOver)
        #expect(trace["items"].array?.count == 2)
        #expect(trace.text().contains(RecordedNight.shell) == isOver)
        let digest = RecordedNight.suite.tasks[5].digest.hex
        _ = try await page("trials?run=\(lab.run)&task=\(digest)", isOver ? 200 : 400)
        _ = try await page("show?what=\(id)", isOver ? 200 : 400)
      }
    }
  }

  @Test func `sealed tasks are told one by one to nobody, on the page as in a site`() async throws {
    let suite = SuiteFact(
      digest: Digest.of("sealed"), name: "sealed", path: "/suites/sealed", definition: [:],
      tasks: [TaskFact(name: "secret-task", digest: Digest.of("v"), split: .vault)])
    try await NightLab.with(
      Nights.finished(vault: [0.2, 0.1]), end: .done, suite: suite,
      also: { ledger, run in
        let harness = try RecordedNight.harness(1)
        try await ledger.record(
          HarnessFact(
            digest: harness.digest, name: "a", kind: "program", definition: [:], files: []))
        let candidate = try await ledger.candidate(harness: harness.digest)
        let trials = try await ledger.dispatch([
          TrialFact(
            run: run, candidate: candidate, task: Digest.of("v"), index: 1, seed: 1,
            dispatchedAt: NightLab.start)
        ])
        for trial in trials {
          try await ledger.record(
            AttemptFact(
              trial: trial, number: 1, isFinal: true, outcome: .completed, detail: "", reward: 1,
              score: 1, usage: Usage(wallMs: 1, cpuMs: 1), startedAt: NightLab.start,
              endedAt: NightLab.start,
              files: [
                AttemptFile(
                  role: "artifact", path: "secret-task/x", content: Array("x".utf8))
              ]))
        }
      }
    ) { lab in
      let router = try Self.router(lab)
      for target in [
        "trials?run=\(lab.run)", "trace?trial=t1", "trace?trial=t1&content=1",
        "trace?trial=t1&against=sibling", "trace?trial=t1&against=parent", "log",
      ] {
        let answer = await router.answer(Self.request("/api/\(target)"))
        #expect(answer.status == 200)
        #expect(!Self.text(answer).contains("secret-task"), "\(target)")
        #expect(Self.text(answer).contains("\"withheld\":true"), "\(target)")
      }
      let found = await router.answer(Self.request("/api/search?text=x&content=1"))
      #expect(found.status == 200 && !Self.text(found).contains("secret-task"))
      let folder = Path.join(lab.lab.path, "site")
      _ = try WebSite.write(lab.lab, traces: true, to: folder, clock: Self.clock)
      let data = Path.join(folder, "data")
      let names = try Files.names(in: data)
      #expect(names.contains("trace~trial=t1.json"))
      for name in names {
        #expect(try !Files.readText(Path.join(data, name)).contains("secret-task"), "\(name)")
      }
    }
  }

  @Test func `a site with traces holds what the agents asked their tools, word by word`()
    async throws
  {
    try await RecordedNight.with { lab in
      let folder = Path.join(lab.lab.path, "site")
      _ = try WebSite.write(lab.lab, traces: true, to: folder, clock: Self.clock)
      let data = Path.join(folder, "data")
      let name = try #require(
        Files.names(in: data).first { $0.hasPrefix("trace~content=1~trial=") })
      let page = try JSON.parse(Files.readText(Path.join(data, name)))
      let call = try #require(page["items"].array?.last?["calls"].array?.first)
      #expect(
        call["arguments"] == [
          "command": .string(RecordedNight.shell), "host": ["settings": "mine"],
        ])
      // A process that went on with the night is nobody's business either.
      let report = try JSON.parse(Files.readText(Path.join(data, "report~run=\(lab.run).json")))
      #expect(report["items"].array?.first?["state"] == "finished")
    }
  }

  @Test func `the leaderboard has the rows of nights that the command has`() async throws {
    try await RecordedNight.with { lab in
      let answer = await (try Self.router(lab)).answer(Self.request("/api/leaderboard?all=1"))
      let boards = try BoardsPage.read(lab.lab.reader(), all: true, clock: Self.clock)
      let items = try JSON.parse(Self.text(answer))["items"].array ?? []
      let wanted = try JSON.parse(boards.envelope(asOf: Self.clock.now).text())["items"].array
      #expect(items == wanted)
      #expect(items.contains { $0["fresh_trials_of_a_night"] == "report" })
    }
  }

  @Test func `a page that others can reach gives nothing from the lab without its token`()
    async throws
  {
    try await NightLab.with(Nights.racing()) { lab in
      let router = try Self.router(lab, isLoopback: false, token: "0123456789abcdef")
      for (token, status) in [(nil, 401), ("0123456789abcdeg", 401), ("0123456789abcdef", 200)]
        as [(String?, Int)]
      {
        let headers = token.map { [("x-belay-token", $0)] } ?? []
        for name in ["status", "report.html", "about"] {
          #expect(
            await router.answer(Self.request("/api/\(name)", headers)).status == status, "\(name)")
        }
        if status == 401 {
          #expect(await router.answer(Self.request("/api/events", headers)).status == 401)
        }
      }
      #expect(await router.answer(Self.request("/")).status == 200)
      #expect(throws: BelayError.self) {
        _ = try WebServer(
          lab.lab, WebOptions(address: NetworkAddress(bytes: [0, 0, 0, 0])), clock: Self.clock)
      }
      #expect(throws: BelayError.self) {
        _ = try WebServer(lab.lab, WebOptions(), clock: Self.clock) { _ in .null }
      }
    }
  }

  @Test func `a word reaches the night from the page itself alone, with the token`() async throws {
    let heard = Locked<[WebWord]>([])
    try await NightLab.with(Nights.racing()) { lab in
      let body = "{\"run\":\"r1\",\"order\":\"hint\",\"text\":\"look\",\"reason\":\"why\"}"
      let json = ("content-type", "application/json")
      let token = ("x-belay-token", "0123456789abcdef")
      let origin = ("origin", "http://127.0.0.1:8378")
      let router = try Self.router(lab, token: token.1) { word in
        heard.withLock { $0.append(word) }
        return ["changed": true]
      }
      for (headers, status) in [
        ([json, origin], 401), ([json, token], 403), ([origin, token], 403),
        ([json, token, ("origin", "http://evil.example")], 403),
        ([json, token, origin, ("sec-fetch-site", "cross-site")], 403),
        ([json, token, origin, ("host", "evil.example")], 421),
      ] as [([(String, String)], Int)] {
        let answer = await router.answer(
          Self.request("/api/steer", method: "POST", body: body, headers))
        #expect(answer.status == status, "\(headers)")
      }
      #expect(heard.withLock(\.isEmpty))
      let said = await router.answer(
        Self.request("/api/steer", method: "POST", body: body, [json, token, origin]))
      #expect(said.status == 200)
      #expect(
        heard.withLock { $0 } == [WebWord(run: lab.run, order: "hint", text: "look", reason: "why")]
      )
      let more =
        "{\"run\":\"r1\",\"order\":\"retune\",\"limits\":{\"slots\":4,\"cost_usd\":2.5}}"
      _ = await router.answer(
        Self.request("/api/steer", method: "POST", body: more, [json, token, origin]))
      #expect(heard.withLock { $0.last?.limits } == ["slots": 4, "cost_usd": 2.5])
      let wrong = more.replacing("2.5", with: "\"2.5\"")
      #expect(
        await router.answer(
          Self.request("/api/steer", method: "POST", body: wrong, [json, token, origin])
        ).status == 400)
      let reading = try Self.router(lab)
      for method in ["POST", "PUT", "DELETE"] {
        let answer = await reading.answer(
          Self.request("/api/steer", method: method, body: body, [json, origin]))
        #expect([401, 403, 405].contains(answer.status), "\(method)")
      }
    }
  }

  @Test func `no more clients are told of changes than was agreed`() async throws {
    try await NightLab.with(Nights.racing()) { lab in
      let router = try Self.router(lab)
      #expect(await router.answer(Self.request("/api/events")).status == 200)
      #expect(await router.answer(Self.request("/api/events")).status == 503)
    }
  }

  @Test func `the page loads nothing from elsewhere and makes no markup from text`() throws {
    #expect(Asset.all.count > 5)
    #expect(Asset.all.reduce(0) { $0 + $1.bytes.count } < 250 << 10)
    for asset in Asset.all {
      let text = String(decoding: asset.bytes, as: UTF8.self)
        .replacing("http://www.w3.org/2000/svg", with: "")
      for banned in [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
        "http://", "https://", "style=", "onclick=", "javascript:",
      ] { #expect(!text.contains(banned), "\(asset.name): \(banned)") }
    }
    #expect(WebGuard.headers.contains { $0.value.contains("default-src 'none'") })
    #expect(!WebGuard.headers.contains { $0.value.contains("unsafe") })
  }

  @Test func `a site holds what the page asks for, and no process, machine or command line`()
    async throws
  {
    let resumed: JSON = ["pid": 71_717, "start_ticks": 81_818, "host": "box", "reason": "again"]
    try await NightLab.with(
      Nights.finished(vault: [0.2, 0.1]), end: .done,
      events: [EventFact(at: NightLab.at(-5), kind: "resumed", detail: resumed)]
    ) { lab in
      let folder = Path.join(lab.lab.path, "site")
      let summary = try WebSite.write(lab.lab, to: folder, clock: Self.clock)
      #expect(summary.files > 20)
      let index = try Files.readText(Path.join(folder, "index.html"))
      #expect(index.contains("name=\"belay-source\" content=\"site\""))
      // Where the page cannot begin, a link that leads somewhere is left.
      #expect(index.contains("href=\"report.html\"") && !index.contains("api/report.html"))
      let data = Path.join(folder, "data")
      let names = try Files.names(in: data)
      for name in [
        "status~run=r1.json", "document~run=r1.json", "tree~brief=1~limit=500~run=r1.json",
        "hypotheses~run=r1~status=supported.json", "gate~run=r1~what=e1.json",
      ] { #expect(names.contains(name), "\(name)") }
      for name in names {
        let text = try Files.readText(Path.join(data, name))
        for secret in ["\"pid\"", "\"host\"", "belay run demo", lab.lab.path, "71717", "81818"] {
          #expect(!text.contains(secret), "\(name): \(secret)")
        }
      }
      // A site may be written anew; anything else is left alone.
      _ = try WebSite.write(lab.lab, to: folder, clock: Self.clock)
      #expect(throws: BelayError.self) {
        _ = try WebSite.write(lab.lab, to: lab.lab.path, clock: Self.clock)
      }
    }
  }

  @Test(arguments: [
    ("a=1&b=x%20y", ["a": "1", "b": "x y"]), ("a=%E2%82%AC+1", ["a": "€ 1"]), ("", [:]),
    ("a", ["a": ""]), ("a=%zz%4", ["a": "%zz%4"]), ("=1&&a=2", ["a": "2"]),
    ("a=%FF", ["a": "\u{FFFD}"]),
  ]) func `a query is read as it was meant`(_ text: String, _ values: [String: String]) {
    #expect(WebQuery(encoded: text).values == values)
  }

  @Test func `names of files are the same here and in the page`() {
    #expect(
      WebSite.fileName("runs", ["limit": "200", "fields": "run,type"])
        == "runs~fields=run_2ctype~limit=200")
    #expect(WebSite.fileName("gate", ["what": "a/b_c é"]) == "gate~what=a_2fb_5fc_20_c3_a9")
  }
}
