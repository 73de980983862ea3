public import Base

/// What a trial is for.
public enum TrialPurpose: Sendable, Hashable {
  /// Measures the baseline on a dev task before anything else, again and again; counted from 0.
  case pilot(visit: Int)
  /// A first look at whether an edit breaks things, on a dev task.
  case smoke(EditID, number: Int)
  /// Teaches the model about the edits that its candidate carries; counted from 0.
  case screen(number: Int)
  /// The candidate's side of a pair of a race; races are counted from 1, pairs from 0.
  case race(Int, pair: Int)
  /// The control's side of pairs: the n-th trial of the control on the task.
  case bank(visit: Int)
  /// One of four trials of a comparison of a dev task with its twin, before an adoption; counted from 0: the
  /// candidate and its control on the task, then both on its twin.
  case twin(Int, number: Int)
  /// A figure of the report and nothing else.
  case report(visit: Int)
  /// A trial on a sealed task.
  case vault(visit: Int)
}

/// Which draw of a task a trial sees: two trials of one task with the same draw are given the same seed.
public struct TrialDraw: Sendable, Hashable {
  /// What the draw belongs to; a bank never shares one with another bank.
  public let stream: Int
  /// The number within it.
  public let visit: Int

  /// A draw.
  public init(stream: Int, visit: Int) {
    self.stream = stream
    self.visit = visit
  }
}

/// One trial to be run.
public struct TrialOrder: Sendable, Hashable {
  /// Its number, in dispatch order.
  public let id: TrialID
  /// Who runs.
  public let candidate: CandidateID
  /// The number of the task.
  public let task: Int
  /// What it is for.
  public let purpose: TrialPurpose
  /// 1 for the first attempt.
  public let attempt: Int
  /// Which draw of the task it sees.
  public let draw: TrialDraw

  /// An order.
  public init(
    id: TrialID, candidate: CandidateID, task: Int, purpose: TrialPurpose, attempt: Int,
    draw: TrialDraw
  ) {
    self.id = id
    self.candidate = candidate
    self.task = task
    self.purpose = purpose
    self.attempt = attempt
    self.draw = draw
  }
}

/// What became of a trial.
public enum TrialEnd: Sendable, Hashable {
  /// It was judged; from 0 to 1.
  case scored(Double)
  /// It broke for reasons not its own and says nothing; it is tried again.
  case invalid
  /// Its candidate cannot be put together, so that there is nothing to try again.
  case unfit
}

// A night may have millions of these, so they are written as short lists.

extension TrialOrder: Codable {
  /// Reads an order from its list.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    id = try TrialID(list.decode(Int.self))
    candidate = try CandidateID(list.decode(Int.self))
    task = try list.decode(Int.self)
    attempt = try list.decode(Int.self)
    draw = try TrialDraw(stream: list.decode(Int.self), visit: list.decode(Int.self))
    purpose = try TrialPurpose(from: &list)
  }

  /// Writes an order as a list: trial, candidate, task, attempt, stream, visit, purpose with its numbers.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for number in [id.number, candidate.number, task, attempt, draw.stream, draw.visit] {
      try list.encode(number)
    }
    try purpose.encode(to: &list)
  }
}

extension TrialPurpose {
  /// The purpose in one word.
  public var word: String {
    switch self {
    case .pilot: "pilot"
    case .smoke: "smoke"
    case .screen: "screen"
    case .race: "race"
    case .bank: "bank"
    case .twin: "twin"
    case .report: "report"
    case .vault: "vault"
    }
  }

  fileprivate init(from list: inout any UnkeyedDecodingContainer) throws {
    let word = try list.decode(String.self)
    let first = try list.decode(Int.self)
    switch word {
    case "pilot": self = .pilot(visit: first)
    case "smoke": self = try .smoke(EditID(first), number: list.decode(Int.self))
    case "screen": self = .screen(number: first)
    case "race": self = try .race(first, pair: list.decode(Int.self))
    case "bank": self = .bank(visit: first)
    case "twin": self = try .twin(first, number: list.decode(Int.self))
    case "report": self = .report(visit: first)
    case "vault": self = .vault(visit: first)
    default:
      throw DecodingError.dataCorruptedError(
        in: list, debugDescription: "'\(word)' is no purpose of a trial")
    }
  }

  fileprivate func encode(to list: inout any UnkeyedEncodingContainer) throws {
    try list.encode(word)
    switch self {
    case .smoke(let edit, let number):
      try list.encode(edit.number)
      try list.encode(number)
    case .race(let race, let pair), .twin(let race, let pair):
      try list.encode(race)
      try list.encode(pair)
    case .pilot(let number), .screen(let number), .bank(let number), .report(let number),
      .vault(let number):
      try list.encode(number)
    }
  }
}

extension TrialEnd: Codable {
  /// Reads a score, or the word of what kept it from having one.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let score = try? value.decode(Double.self) {
      self = .scored(score)
      return
    }
    switch try value.decode(String.self) {
    case "invalid": self = .invalid
    case "unfit": self = .unfit
    case let word:
      throw DecodingError.dataCorruptedError(
        in: value, debugDescription: "'\(word)' is no end of a trial")
    }
  }

  /// Writes the score, or the word.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .scored(let score): try value.encode(score)
    case .invalid: try value.encode("invalid")
    case .unfit: try value.encode("unfit")
    }
  }
}
