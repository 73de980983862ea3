public import Base
public import Experiment

/// One thing that a person is told of a night: a sentence, and the same for programs.
public struct Notice: Sendable, Hashable {
  /// How much it matters.
  public enum Level: String, Sendable, Hashable {
    /// Good to know.
    case info
    /// Somebody should look.
    case warning
    /// Something is broken.
    case error
  }

  /// What happened, in one word.
  public let occasion: Notify.Occasion
  /// How much it matters.
  public let level: Level
  /// It in words: ids and figures only, nothing that a model or a task wrote.
  public let text: String
  /// It for programs.
  public let detail: [String: JSON]
  /// When.
  public let at: Timestamp

  /// A notice.
  public init(
    _ occasion: Notify.Occasion, _ level: Level = .info, _ text: String,
    detail: [String: JSON] = [:], at: Timestamp
  ) {
    self.occasion = occasion
    self.level = level
    self.text = text
    self.detail = detail
    self.at = at
  }
}

/// Which night the notices are of.
public struct NoticeOrigin: Sendable, Hashable {
  /// The run.
  public let run: RunID
  /// The experiment's name.
  public let name: String
  /// The lab.
  public let lab: String
  /// Says that simulated models answer; nil when none does.
  public let rehearsal: String?

  /// A night.
  public init(run: RunID, name: String, lab: String, rehearsal: String?) {
    self.run = run
    self.name = name
    self.lab = lab
    self.rehearsal = rehearsal
  }

  /// What a program is given: one object on one line.
  public func json(of notice: Notice) -> JSON {
    let simulated = rehearsal == nil ? "" : " (rehearsal)"
    return [
      "schema": "belay.notice/1", "event": .string(notice.occasion.rawValue),
      "level": .string(notice.level.rawValue), "at": .string(notice.at.description),
      "run": .string("\(run)"), "name": .string(name), "lab": .string(lab),
      "rehearsal": .optional(rehearsal), "title": .string("belay \(run)\(simulated)"),
      "text": .string(notice.text + simulated), "detail": .object(notice.detail),
    ]
  }
}
