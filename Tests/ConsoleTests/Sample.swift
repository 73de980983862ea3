import Base
import Layout
import Platform

@testable import Console

/// A small program with one command of each form, and what a call of it wrote.
enum Sample {
  static let target = Argument(.path("TARGET", suggestions: ["oracle", "nop"]), "What to run")
  static let rest = Argument(repeated: .text("NAME"), "More names")
  static let trials = Option(
    "trials", short: "k", .whole("K", 1...100), default: 1, "Trials per task")
  static let part = Option("part", ValueKind<Split>.choice("PART"), default: .dev, "Which part")
  static let seed = Option("seed", .whole("S", 0...Int.max), "The first seed", heading: "Chance")
  static let tags = Option(repeated: "tag", .text("TAG"), "A tag")
  static let suite = Option(required: "suite", .path("SUITE"), "The suite")
  static let timeout = Option("timeout", ValueKind<Duration>.duration(), "When to give up")
  static let resume = Flag("resume", short: "r", "Go on")

  static let job = Command(
    "work", in: .run, "Run a thing", discussion: "It runs the thing.\nTwice.",
    takes: [target, rest, trials, part, seed, tags, suite, timeout, resume],
    examples: [Example("prog work x --suite s", "one run")],
    output: .job("work", compact: ["score"])
  ) { call in
    if call[target] == "broken" {
      throw BelayError(
        .notFound, "no thing '\(call[target])'", place: "here.toml:3", hint: "prog list")
    }
    try call.output.event("launch", ["k": .int(call[trials]), "part": .string("\(call[part])")])
    call.output.note("noted")
    call.output.detail("detailed")
    try call.output.done(
      success: true, ["score": ["mean": 0.5], "line": .string(call.commandLine)]
    ) { _ in "score 0.5" }
    return .ok
  }

  static let list = Command(
    "list", in: .inspect, "List things", examples: [], output: .list("things", compact: ["id"])
  ) { call in
    let all: [JSON] = (1...60).map { ["id": .int($0), "score": ["mean": 0.5, "low": 0.25]] }
    let shown = Array(all.prefix(call.limit ?? all.count))
    let page = Page(
      items: shown, counts: ["items": all.count], isTruncated: shown.count < all.count)
    try call.output.page(page) { _ in
      ["\(shown.count) things \u{1B}[31m", page.narrowing].compactMap(\.self)
        .joined(separator: "\n")
    }
    return .ok
  }

  static let drop = Command(
    "drop", in: .upkeep, "Drop things", examples: [], output: .page("drop")
  ) { call in
    try call.output.confirm("Drop everything?")
    try call.output.page(Page(items: [])) { _ in "dropped" }
    return .ok
  }

  static let walk = Command(
    "walk", in: .run, "Show progress", examples: [], output: .job("walk")
  ) { call in
    call.output.progress("1 of 2")
    call.output.progress("too soon")
    call.output.note("noted")
    call.output.progress("2 of 2")
    try call.output.done(success: true, [:]) { _ in "" }
    return .ok
  }

  static let leads = Command(
    "leads", in: .inspect, "Show where to go on", examples: [], output: .page("leads")
  ) { call in
    call.output.note("belay log")
    call.output.sends(commandsTo: "a b")
    call.output.note("see belay log")
    try call.output.page(Page(items: [], hints: ["belay log r1"])) { width in
      Prose.text(Prose.parts(["next", "belay log r1"], width: width))
    }
    throw BelayError(.notFound, "no r1", hint: "belay show r1")
  }

  static let program = Program(
    "prog", version: "1.2.3", "A program for tests.",
    commands: [
      job, list, walk, leads,
      Command("box", in: .upkeep, "A box", otherwise: "list", commands: [list, drop]),
      Command("bin", in: .upkeep, "A bin", commands: [drop]),
    ],
    examples: [Example("prog work", "start")],
    topics: [Topic("colours", "About colours", text: "Red is red.")])

  struct Result: Sendable {
    var code: ExitCode
    var out: String
    var err: String
  }

  static func run(
    _ words: [String], environment: [String: String] = [:], isTerminal: Bool = false,
    answer: String? = nil
  ) async -> Result {
    let out = Locked("")
    let err = Locked("")
    let now = Locked(Int64(1_800_000_000_000))
    func collect(_ text: Locked<String>) -> TextStream {
      TextStream(isTerminal: isTerminal, columns: isTerminal ? 80 : nil) {
        (bytes) throws(BelayError) in
        text.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
      }
    }
    let reply: @Sendable () -> String? = { answer }
    let surroundings = Surroundings(
      environment: environment, workingDirectory: "/nowhere", output: collect(out),
      errors: collect(err), ask: answer == nil ? nil : reply,
      clock: WallClock { Timestamp(milliseconds: now.withLock { Self.tick(&$0) }) })
    let code = await program.run(words, in: surroundings)
    return Result(code: code, out: out.withLock { $0 }, err: err.withLock { $0 })
  }

  // A clock that goes on by 60 ms whenever somebody looks at it.
  private static func tick(_ now: inout Int64) -> Int64 {
    defer { now += 60 }
    return now
  }
}
