import Base
import Climb
import Ledger
import NightLab
import NightLog
import Platform
import Selftest
import Testing

@testable import NightReading

/// What is kept of a reading: it saves time, and nothing ever rests on it.
@Suite struct NightCacheTests {
  private static let clock = WallClock { NightLab.at(1_000_000) }

  /// A whole simulated night: a pilot, first trials, a judge, trials that break, races, checks, sealed tasks.
  private static func night(_ weather: Weather, rollouts: Int, slots: Int) throws -> [NightFact] {
    let tasks = (0..<26).map { number -> JSON in
      let split = number < 16 ? "train" : "test"
      let ease: Double = -1.2 + Double(number % 7) * 0.35
      let known: Double = number < 2 ? 3 : -0.3
      let worth: JSON = ["0": 1.6, "1": 1.1, "2": -1.3, "3": .double(known)]
      return [
        "split": .string(split), "visible": .bool(number < 10), "a": .double(ease), "w": worth,
        "v": [], "s": [1],
      ]
    }
    let problem = try Problem([
      "name": "small", "pairs": [], "knobs": [["levels": 8, "optimum": 5, "weight": 2]],
      "kinds": ["good_strong", "good_weak", "bad", "overfit_visible", "neutral", "neutral"],
      "seed_candidate": ["features": [0, 0, 0, 0, 0, 0], "knobs": [1]], "tasks": .array(tasks),
    ])
    var rules = SimulatedNight.rules(problem, seed: 3, rollouts: rollouts, slots: slots)
    rules.reflects = true
    rules.pilotTrials = 2
    rules.smokeTrials = 3
    rules.proposalsFirst = 4
    rules.proposalsAtOnce = 2
    rules.stops.proposals = 24
    rules.stops.deadlineSeconds = 1e9
    rules.proposers = ["blind", "other"]
    rules.tasks += (16..<24).map { NightTask(name: "\($0)", split: .vault) }
    rules.tasks += (0..<4).map { (task: Int) in
      NightTask(name: "twin-\(task)", split: .dev, twinOf: task)
    }
    rules.twins = TwinRules(rollouts: rollouts)
    var night = SimulatedNight(problem, seed: 3, rules: rules, weather: weather, keepsFacts: true)
    _ = try night.run()
    // Every candidate is put together before it runs.
    var facts: [NightFact] = []
    var known: Set<CandidateID> = []
    for fact in night.facts {
      if case .issued(.run(let order)) = fact, known.insert(order.candidate).inserted {
        facts.append(
          .assembled(
            order.candidate, harness: "h\(order.candidate)",
            candidate: CandidateID(order.candidate.number + 40)))
      }
      facts.append(fact)
    }
    return facts
  }

  private static let calm: [NightFact] = {
    var weather = Weather()
    weather.trialCost = 0.01
    weather.broken = 0.02
    weather.refused = ["x5"]
    do { return try night(weather, rollouts: 1300, slots: 4) } catch { fatalError("\(error)") }
  }()

  private static func wild() throws -> [NightFact] {
    var weather = Weather()
    weather.durations = .heavy
    weather.broken = 0.08
    weather.proposerDelay = 200
    weather.judgeDelay = 90
    return try night(weather, rollouts: 900, slots: 24)
  }

  /// How much was read since the fold was kept is the one thing in which views of a night may differ.
  private static let apart: Set<String> = ["unkept"]

  @Test(arguments: [false, true])
  func `a fold that was written down and read back goes on as the other does, wherever it is cut`(
    isWild: Bool
  ) throws {
    let facts = isWild ? try Self.wild() : Self.calm
    let records = try NightLab.records(facts)
    if !isWild { #expect(facts.contains { if case .issued(.adopt) = $0 { true } else { false } }) }
    var whole = try #require(try NightFold(first: records[0]))
    var others: [NightFold] = []
    for (place, record) in records.enumerated().dropFirst() {
      try whole.take(record)
      for index in others.indices { try others[index].take(record) }
      // Often, and after every command that is not a trial.
      let isTurn: Bool
      switch facts[place] {
      case .issued(.run), .finished, .assembled, .clock: isTurn = place % 397 == 0
      case .issued(.absorb), .issued(.screen): isTurn = place % 11 == 0
      default: isTurn = true
      }
      guard isTurn else { continue }
      let read = try JSON.parse(JSON.encoding(whole).utf8()).decode(NightFold.self)
      // A stored part that is packed by hand and was forgotten there comes back as it was in the beginning.
      try #require(Content.difference(read, whole) == nil, "after fact \(place)")
      others.append(read)
      let commands = decide(whole.world)
      for other in others {
        #expect(decide(other.world) == commands)
        #expect(other.count == whole.count && other.decisions == whole.decisions)
      }
      // The oldest and the youngest of them go on to the end.
      if others.count > 6 { others.remove(at: others.count / 2) }
    }
    #expect(others.count > 3)
    #expect(whole.world.report != nil)
    for other in others { try #require(Content.difference(other, whole) == nil) }
  }

  /// A lab with the first facts of a night kept, and then the others.
  private func kept(
    _ facts: [NightFact], _ cut: Int,
    _ body: (NightLab, NightCache, LedgerReader) async throws -> Void
  ) async throws {
    try await NightLab.with(Array(facts.prefix(cut))) { lab in
      let reader = try lab.lab.reader()
      var view = try NightView.read(reader, run: lab.run, clock: Self.clock)
      let cache = NightCache(reader, lab.run)
      #expect(cache.fold(reader) == nil)
      view.keep(reader)
      #expect(cache.fold(reader)?.count == cut)
      let ledger = try await lab.lab.open()
      try await ledger.append(
        NightLab.records(Array(facts.dropFirst(cut)), from: cut + 1), to: lab.run)
      try await ledger.close()
      try await body(lab, cache, reader)
    }
  }

  @Test func `a night that went on is read as if nothing had been kept`() async throws {
    let facts = Self.calm
    for cut in [2, facts.count / 2, facts.count - 30, facts.count] {
      try await kept(facts, cut) { lab, cache, reader in
        #expect(cache.fold(reader)?.count == cut)
        let begun = try lab.view()
        try Files.removeTree(cache.path)
        let difference = try Content.difference(begun, lab.view(), apartFrom: Self.apart)
        #expect(difference == nil, "cut at \(cut)")
      }
    }
  }

  @Test func `what is torn, damaged, foreign or of another build is as good as nothing`()
    async throws
  {
    let facts = Array(Self.calm.prefix(700))
    var foreign: [UInt8] = []
    var other = facts
    other[650] = .clock(4711)
    try await kept(other, 680) { _, cache, _ in foreign = try Files.read(cache.path) }
    try await kept(facts, 680) { lab, cache, reader in
      let whole = try Files.read(cache.path)
      let lines = whole.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
      let head = try JSON.parse(String(decoding: lines[1], as: UTF8.self))
      func sealed(_ head: JSON, _ frame: [UInt8]) -> [UInt8] {
        let rest = Array(head.text().utf8) + [0x0A] + frame
        return Array("\(Digest.of(rest).hex)\n".utf8) + rest
      }
      #expect(sealed(head, Array(lines[2])) == whole)
      var bad: [[UInt8]] = [
        [], foreign, Array(whole.dropLast()), whole + [0], [UInt8](repeating: 0, count: 500),
      ]
      bad += [1, 64, 65, 66, 300, whole.count / 2].map { Array(whole.prefix($0)) }
      for place in stride(from: 0, to: whole.count, by: max(whole.count / 25, 1)) {
        var changed = whole
        changed[place] ^= 0x10
        bad.append(changed)
      }
      // With a checksum that is right.
      for (key, value) in [
        ("format", 2), ("program", "1-2-3"), ("edition", 1), ("run", "r99"), ("facts", 679),
        ("facts", 681), ("facts", 1_000_000), ("facts", 0), ("facts", -5), ("facts", .int(.max)),
        ("digest", "00"), ("more", 1),
      ] as [(String, JSON)] {
        var changed = head
        changed[key] = value
        bad.append(sealed(changed, Array(lines[2])))
      }
      bad.append(sealed(head, []))
      bad.append(sealed(head, Array(lines[2].dropLast(3))))
      bad.append(sealed(head, Array("no frame".utf8)))
      try Files.removeTree(cache.path)
      let clean = try lab.view()
      for bytes in bad {
        try Files.write(bytes, to: cache.path, durable: false)
        #expect(cache.fold(reader) == nil)
      }
      #expect(try Content.difference(lab.view(), clean) == nil)
      try Files.write(whole, to: cache.path, durable: false)
      #expect(cache.fold(reader)?.count == 680)
      // A folder in its place, and a link to nowhere.
      try Files.removeTree(cache.path)
      try Files.makeDirectory(cache.path)
      #expect(cache.fold(reader) == nil)
      try Files.removeTree(cache.path)
      try Files.link("/nowhere", at: cache.path)
      #expect(cache.fold(reader) == nil)
      #expect(try Content.difference(lab.view(), clean) == nil)
    }
  }

  @Test func `what a killed process left is swept away, and where nothing can be kept nothing is`()
    async throws
  {
    try await kept(Array(Self.calm.prefix(300)), 200) { lab, cache, reader in
      let left = "\(cache.path).a1b2c3"
      try Files.write(Array("half".utf8), to: left)
      try Files.write(Array("another night's".utf8), to: "\(cache.path)1.a1b2c3")
      var view = try NightView.read(reader, run: lab.run, clock: Self.clock)
      #expect(view.fold.count == 300)
      view.keep(reader)
      #expect(Files.kind(left) == nil && Files.isFile("\(cache.path)1.a1b2c3"))
      #expect(cache.fold(reader)?.count == 300)
      let folder = Path.parent(cache.path)
      try Files.removeTree(folder)
      try Files.write([], to: folder)
      view.keep(reader)
      #expect(Files.kind(folder) == .regular && cache.fold(reader) == nil)
      #expect(try lab.view().fold.count == 300)
    }
  }

  @Test func `who reads bit by bit begins where an earlier reader ended, and comes to the same`()
    async throws
  {
    let facts = Self.calm
    try await kept(facts, 900) { lab, _, reader in
      var view = try NightView.begin(reader, run: lab.run, clock: Self.clock)
      #expect(view.fold.count == 900)
      while try view.catchUp(reader, through: view.fold.count + 200, clock: Self.clock) {}
      #expect(view.fold.count == facts.count)
      #expect(
        try Content.difference(view, lab.view(at: 1_000_000), apartFrom: Self.apart) == nil)
    }
  }

  @Test func `half a night is never begun with what was kept of more of it`() async throws {
    let facts = Array(Self.calm.prefix(300))
    try await kept(facts, 200) { lab, _, reader in
      var view = try NightView.read(reader, run: lab.run, through: 100, clock: Self.clock)
      #expect(view.fold.count == 100)
      #expect(try view.catchUp(reader, through: 150, clock: Self.clock))
      #expect(view.fold.count == 150)
      #expect(try view.catchUp(reader, clock: Self.clock))
      #expect(view.fold.count == 300)
    }
  }
}
