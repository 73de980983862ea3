public import Base
public import Climb
public import Experiment
internal import Layout

/// What of a night is worth telling, and when: a fold over its facts that knows what was told already.
public struct NoticeFold: Sendable {
  private let notify: Notify
  private let startedAt: Timestamp
  private let name: @Sendable (CandidateID) -> String
  private var rollouts: Int?
  private var stops = NightStops()
  private var spent = Spending()
  private var trials = 0
  private var underWay = 0
  private var lastAt: Timestamp
  private var warned: Set<String> = []
  private var isStalled = false
  private var told: [Notify.Occasion: Timestamp] = [:]

  /// Nothing was told yet of a night that began then; `name` is how people call one of its candidates.
  public init(
    _ notify: Notify, startedAt: Timestamp,
    name: @escaping @Sendable (CandidateID) -> String = { "candidate \($0.number) of the night" }
  ) {
    self.notify = notify
    self.startedAt = startedAt
    self.name = name
    lastAt = startedAt
  }

  /// Whether anybody wants to know of such things.
  public func isAsked(for occasion: Notify.Occasion) -> Bool { notify.on.contains(occasion) }

  /// What happened before this process: nobody is told again.
  public mutating func recall(_ fact: NightFact, at: Timestamp) {
    _ = all(fact, at: at)
    _ = look(at: at)
    told = [:]
    isStalled = false
  }

  /// What a fact is worth telling.
  public mutating func see(_ fact: NightFact, at: Timestamp) -> [Notice] {
    all(fact, at: at).filter { mayTell($0) }
  }

  /// What a look at the clock is worth telling.
  public mutating func look(at now: Timestamp) -> [Notice] {
    var found: [Notice] = []
    let silence = seconds(from: lastAt, to: now)
    if underWay > 0, !isStalled, silence >= notify.stallSeconds {
      let stall = Notice(
        .stall, .warning,
        "nothing came back for \(minutes(silence)), \(underWay) trials are under way",
        detail: ["seconds": .int(silence), "trials_under_way": .int(underWay)], at: now)
      // What may not be told yet is told at a later look, if it still holds.
      if mayTell(stall) {
        isStalled = true
        found.append(stall)
      }
    }
    if let most = stops.deadlineSeconds {
      let gone = Double(seconds(from: startedAt, to: now))
      found += nearing("time", gone, most, "\(minutes(Int(gone))) of \(minutes(Int(most)))", now)
        .filter { mayTell($0) }
    }
    return found
  }

  /// What the state of a model is worth telling: that it does not answer and why, or that it does again.
  public mutating func model(_ model: String, isDown: Bool, why: String, at: Timestamp) -> [Notice]
  {
    let text =
      isDown
      ? "\(model) does not answer: its callers wait" : "\(model) answers again"
    let notice = Notice(
      .provider, isDown ? .warning : .info, text,
      detail: ["model": .string(model), "down": .bool(isDown), "why": .string(why)], at: at)
    // That it is back closes what was told, however soon.
    if !isDown, told[.provider] != nil { return isAsked(for: .provider) ? [notice] : [] }
    return mayTell(notice) ? [notice] : []
  }

  private mutating func mayTell(_ notice: Notice) -> Bool {
    guard isAsked(for: notice.occasion) else { return false }
    guard comesOften(notice) else { return true }
    if let last = told[notice.occasion], seconds(from: last, to: notice.at) < notify.everySeconds {
      return false
    }
    told[notice.occasion] = notice.at
    return true
  }

  /// Whether it may be left out because one like it was told a moment ago: not what is told once in its life, what
  /// asks for a person, or what takes back what was told.
  private func comesOften(_ notice: Notice) -> Bool {
    switch notice.occasion {
    case .adopted: notice.level == .info
    case .stall, .provider: true
    case .budget, .waiting, .paused, .done, .crashed: false
    }
  }

  private mutating func all(_ fact: NightFact, at: Timestamp) -> [Notice] {
    switch fact {
    case .opened(let rules):
      rollouts = rules.rollouts
      stops = rules.stops
    case .issued(.run):
      if underWay == 0 { lastAt = at }
      underWay += 1
      trials += 1
      return near(at)
    case .finished(_, _, let spending):
      underWay -= 1
      arrived(at)
      spent += spending
      return near(at)
    case .proposed(_, _, let spending, _), .reflected(_, _, _, let spending),
      .inspected(_, _, let spending):
      arrived(at)
      spent += spending
      return near(at)
    case .steered(let steering): return steered(steering, at)
    case .issued(let command): return issued(command, at)
    // What was under way begins anew: the time between two processes is no silence.
    case .resumed: arrived(at)
    case .assembled, .clock: break
    }
    return []
  }

  private mutating func arrived(_ at: Timestamp) {
    lastAt = at
    isStalled = false
  }

  private mutating func issued(_ command: Command, _ at: Timestamp) -> [Notice] {
    switch command {
    case .adopt(let id, let figures):
      return [
        Notice(
          .adopted, .info, "\(name(id)) was adopted after \(figures.pairs) pairs",
          detail: ["candidate": .string(name(id)), "pairs": .int(figures.pairs)], at: at)
      ]
    case .rollBack(let id, _):
      return [
        Notice(
          .adopted, .warning,
          "the adoption of \(name(id)) was taken back: later trials do not bear it out",
          detail: ["candidate": .string(name(id)), "taken_back": true], at: at)
      ]
    case .ask(let id, let figures):
      return [
        Notice(
          .waiting, .warning,
          "\(name(id)) won its race (\(figures.pairs) pairs) and waits for: belay approve \(name(id))",
          detail: ["candidate": .string(name(id)), "pairs": .int(figures.pairs)], at: at)
      ]
    case .pause(let why): return [Notice(.paused, .error, "the night waits: \(why)", at: at)]
    default: return []
    }
  }

  private mutating func steered(_ steering: Steering, _ at: Timestamp) -> [Notice] {
    switch steering.order {
    case .retune(let new):
      rollouts = new.rollouts ?? rollouts
      stops.costUSD = new.costUSD ?? stops.costUSD
      // Of a new limit four fifths are gone anew.
      if new.rollouts != nil { warned.remove("trials") }
      if new.costUSD != nil { warned.remove("money") }
    // What people do themselves they need not be told.
    case .pause where steering.by == "belay":
      return [Notice(.paused, .error, "the night holds itself: \(steering.reason ?? "")", at: at)]
    default: break
    }
    return []
  }

  private mutating func near(_ at: Timestamp) -> [Notice] {
    var found: [Notice] = []
    if let most = stops.costUSD, let cost = spent.costUSD {
      found += nearing(
        "money", cost, most, "$\(Figure.fixed(cost, 2)) of $\(Figure.fixed(most, 2))", at)
    }
    if let most = stops.tokens, let tokens = spent.tokens {
      found += nearing("tokens", Double(tokens), Double(most), "\(tokens) of \(most)", at)
    }
    if let most = rollouts {
      found += nearing("trials", Double(trials), Double(most), "\(trials) of \(most)", at)
    }
    return found
  }

  private mutating func nearing(
    _ what: String, _ used: Double, _ most: Double, _ words: String, _ at: Timestamp
  ) -> [Notice] {
    guard most > 0, used >= 0.8 * most - 1e-9 * most, warned.insert(what).inserted else {
      return []
    }
    return [
      Notice(
        .budget, .warning, "four fifths of the \(what) are gone: \(words)",
        detail: ["of": .string(what), "used": .double(used), "most": .double(most)], at: at)
    ]
  }

  private func seconds(from: Timestamp, to: Timestamp) -> Int {
    Int(to.since(from).components.seconds)
  }

  private func minutes(_ seconds: Int) -> String {
    seconds < 3600 ? "\(seconds / 60) min" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
