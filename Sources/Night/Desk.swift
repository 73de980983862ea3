internal import Base
internal import Climb
internal import Ledger
internal import NightLog

/// Where everything that happens in a night comes in, is recorded, and is followed by what is decided.
///
/// One fact after the other: what came in is folded, what is decided from it too, and all of that is durable
/// before any of it is done.
actor Desk {
  private(set) var world: World
  private(set) var length: Int
  private let ledger: Ledger
  private let run: RunID
  private let clock: WallClock
  private let told: @Sendable (NightFact, Int) async -> Void
  private var inbox: [NightFact] = []
  private var asleep: CheckedContinuation<Void, Never>?
  private var orders: [TrialOrder] = []
  private var hungry: CheckedContinuation<TrialOrder?, Never>?
  private var isClosed = false

  init(
    _ world: World, length: Int, ledger: Ledger, run: RunID, clock: WallClock,
    told: @escaping @Sendable (NightFact, Int) async -> Void
  ) {
    self.world = world
    self.length = length
    self.ledger = ledger
    self.run = run
    self.clock = clock
    self.told = told
  }

  /// Something happened.
  func post(_ fact: NightFact) {
    inbox.append(fact)
    wake()
  }

  /// A trial that is to be run now.
  func enqueue(_ order: TrialOrder) {
    if let taker = hungry {
      hungry = nil
      taker.resume(returning: order)
    } else {
      orders.append(order)
    }
  }

  /// The next trial, when there is one; nil when there will be none.
  func nextOrder() async -> TrialOrder? {
    if isClosed { return nil }
    if !orders.isEmpty { return orders.removeFirst() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { hungry = $0 }
    } onCancel: {
      Task { await self.close() }
    }
  }

  /// Nothing is begun any more; what happens is still recorded.
  func close() {
    isClosed = true
    hungry?.resume(returning: nil)
    hungry = nil
    wake()
  }

  /// Goes on until the night is over or closed; `enact` is given each command but trials once it is durable.
  func go(_ enact: (Command, Moment) -> Void) async throws {
    while !isClosed {
      for (command, moment) in try await advance() {
        if case .run(let order) = command {
          enqueue(order)
        } else {
          enact(command, moment ?? Moment(world, facts: length))
        }
      }
      if world.phase == .over { return close() }
      if inbox.isEmpty, !isClosed { await withCheckedContinuation { asleep = $0 } }
    }
    try await settle()
  }

  /// Records what came in last, without following it up: a resumed night does that.
  func settle() async throws {
    let facts = inbox
    inbox = []
    for fact in facts { world.fold(fact) }
    try await record(facts)
  }

  /// What is decided by now, durable; a proposer is asked by what was known when it was decided.
  private func advance() async throws -> [(command: Command, moment: Moment?)] {
    var facts = inbox
    inbox = []
    for fact in facts { world.fold(fact) }
    var commands: [(command: Command, moment: Moment?)] = []
    while true {
      let next = decide(world)
      if next.isEmpty { break }
      for command in next {
        world.fold(.issued(command))
        facts.append(.issued(command))
        var moment: Moment?
        if case .propose = command { moment = Moment(world, facts: length + facts.count) }
        commands.append((command, moment))
      }
    }
    try await record(facts)
    return commands
  }

  private func record(_ facts: [NightFact]) async throws {
    guard !facts.isEmpty else { return }
    let now = clock.now
    var records: [NightRecord] = []
    for (offset, fact) in facts.enumerated() {
      records.append(try NightRecord(fact, number: length + 1 + offset, at: now))
    }
    let before = length
    length += facts.count
    try await ledger.append(records, to: run)
    for (offset, fact) in facts.enumerated() { await told(fact, before + 1 + offset) }
  }

  private func wake() {
    asleep?.resume()
    asleep = nil
  }
}

extension NightRecord {
  /// A fact of the climb, written down.
  init(_ fact: NightFact, number: Int, at: Timestamp) throws(BelayError) {
    self.init(number: number, at: at, kind: fact.word, body: try JSON.encoding(fact).text())
  }
}

extension NightFact {
  /// What kind of fact it is, in one word.
  var word: String {
    switch self {
    case .opened: "opened"
    case .issued(let command): command.word
    case .proposed: "proposed"
    case .reflected: "reflected"
    case .finished: "finished"
    case .inspected: "inspected"
    case .assembled: "assembled"
    case .steered: "steered"
    case .clock: "clock"
    case .resumed: "resumed"
    }
  }
}

extension Command {
  fileprivate var word: String {
    switch self {
    case .propose: "propose"
    case .reflect: "reflect"
    case .drop: "drop"
    case .absorb: "absorb"
    case .screen: "screen"
    case .run: "run"
    case .race: "race"
    case .inspect: "inspect"
    case .twin: "twin"
    case .ask: "ask"
    case .adopt: "adopt"
    case .refuse: "refuse"
    case .rollBack: "roll_back"
    case .measure: "measure"
    case .openVault: "open_vault"
    case .pause: "pause"
    case .halt: "halt"
    }
  }
}
