public import Base

// What a night has very many of is kept in few bytes.

extension TrialDraw: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) {
    writer.write(stream)
    writer.write(visit)
  }

  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    stream = try reader.whole()
    visit = try reader.whole()
  }
}

extension TrialOrder: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) {
    for number in [id.number, candidate.number, task, attempt] { writer.write(number) }
    draw.pack(into: &writer)
    purpose.pack(into: &writer)
  }

  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    id = try TrialID(from: &reader)
    candidate = try CandidateID(from: &reader)
    task = try reader.whole()
    attempt = try reader.whole()
    draw = try TrialDraw(from: &reader)
    purpose = try TrialPurpose(from: &reader)
  }
}

extension TrialPurpose: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) {
    let (kind, numbers): (Int, [Int]) =
      switch self {
      case .pilot(let visit): (0, [visit])
      case .smoke(let edit, let number): (1, [edit.number, number])
      case .screen(let number): (2, [number])
      case .race(let race, let pair): (3, [race, pair])
      case .bank(let visit): (4, [visit])
      case .twin(let race, let number): (5, [race, number])
      case .report(let visit): (6, [visit])
      case .vault(let visit): (7, [visit])
      }
    writer.write(kind)
    for number in numbers { writer.write(number) }
  }

  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    let kind = try reader.whole()
    let first = try reader.whole()
    switch kind {
    case 0: self = .pilot(visit: first)
    case 1: self = .smoke(EditID(first), number: try reader.whole())
    case 2: self = .screen(number: first)
    case 3: self = .race(first, pair: try reader.whole())
    case 4: self = .bank(visit: first)
    case 5: self = .twin(first, number: try reader.whole())
    case 6: self = .report(visit: first)
    case 7: self = .vault(visit: first)
    default: throw BelayError(.internal, "\(kind) is no purpose of a trial")
    }
  }
}

extension World.Assembled: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) {
    writer.write(harness)
    candidate.pack(into: &writer)
  }

  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    harness = try reader.text()
    candidate = try CandidateID(from: &reader)
  }
}

extension World.Waiting: Packable {
  func pack(into writer: inout PackWriter) {
    candidate.pack(into: &writer)
    writer.write(task)
    writer.write(attempt)
    purpose.pack(into: &writer)
  }

  init(from reader: inout PackReader) throws(BelayError) {
    candidate = try CandidateID(from: &reader)
    task = try reader.whole()
    attempt = try reader.whole()
    purpose = try TrialPurpose(from: &reader)
  }
}

extension World.Landed: Packable {
  func pack(into writer: inout PackWriter) {
    order.pack(into: &writer)
    switch end {
    case .scored(let score):
      writer.write(0)
      writer.write(score)
    case .invalid: writer.write(1)
    case .unfit: writer.write(2)
    }
    spending.costUSD.pack(into: &writer)
    spending.tokens.pack(into: &writer)
  }

  init(from reader: inout PackReader) throws(BelayError) {
    order = try TrialOrder(from: &reader)
    switch try reader.whole() {
    case 0: end = .scored(try reader.number())
    case 1: end = .invalid
    case 2: end = .unfit
    default: throw BelayError(.internal, "that is no end of a trial")
    }
    spending = Spending(
      costUSD: try Double?(from: &reader), tokens: try Int?(from: &reader))
  }
}

extension Bank.Outcome: Packable {
  func pack(into writer: inout PackWriter) {
    switch self {
    case .scored(let score):
      writer.write(0)
      writer.write(score)
    case .underWay: writer.write(1)
    case .void: writer.write(2)
    }
  }

  init(from reader: inout PackReader) throws(BelayError) {
    switch try reader.whole() {
    case 0: self = .scored(try reader.number())
    case 1: self = .underWay
    case 2: self = .void
    default: throw BelayError(.internal, "that is no outcome of a visit")
    }
  }
}

extension Bank.Visit: Packable {
  func pack(into writer: inout PackWriter) {
    writer.write(planned.trials)
    writer.write(planned.seconds)
    outcome.pack(into: &writer)
    writer.write(trial)
  }

  init(from reader: inout PackReader) throws(BelayError) {
    planned = Planned(trials: try reader.whole(), seconds: try reader.number())
    outcome = try Bank.Outcome(from: &reader)
    trial = try reader.whole()
  }
}

extension Contest.Pair: Packable {
  func pack(into writer: inout PackWriter) {
    writer.write(place)
    writer.write(visit)
    candidate.pack(into: &writer)
    writer.write(trial)
    writer.write(broken)
  }

  init(from reader: inout PackReader) throws(BelayError) {
    place = try reader.whole()
    visit = try reader.whole()
    candidate = try Bank.Outcome(from: &reader)
    trial = try reader.whole()
    broken = try reader.whole()
  }
}

extension RacePair: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) {
    writer.write(place)
    candidate.pack(into: &writer)
    control.pack(into: &writer)
    writer.write(difference)
  }

  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    place = try reader.whole()
    candidate = try TrialID(from: &reader)
    control = try TrialID(from: &reader)
    difference = try reader.number()
  }
}
