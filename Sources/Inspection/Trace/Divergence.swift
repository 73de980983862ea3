internal import Base
public import Facts
internal import Interchange
internal import Layout
internal import Ledger
internal import Score

/// Where two trials of one task part.
public struct Divergence: Sendable {
  /// The other trial.
  public let other: TrialRecord
  /// The first step at which what they were told differs; nil when it never does.
  public let prompt: Int?
  /// The first step at which they do different things; nil when they never do.
  public let action: Int?
  /// The first step at which a tool answered them differently, before they did different things; nil when
  /// none did.
  public let answer: Int?
  /// Whether both saw the same draw of the task: what differs is then not the task's luck.
  public let isSameDraw: Bool
  /// Why this trial, where it was chosen and not named.
  public let reason: String?
  let place: String
  let mine: [TraceStep]
  let theirs: [TraceStep]

  /// Compares the steps of two trials, each in the lane that began first; `seed` is that of the first,
  /// `place` is which trial of its run the other is.
  init(
    _ steps: [TraceStep], with trial: TrialRecord, _ theirs: [TraceStep], seed: UInt64,
    reason: String?, place: String
  ) {
    self.other = trial
    isSameDraw = trial.fact.seed == seed
    self.reason = reason
    self.place = place
    let mine = Self.lane(steps)
    let other = Self.lane(theirs)
    self.mine = mine
    self.theirs = other
    var found: (prompt: Int?, action: Int?, answer: Int?) = (nil, nil, nil)
    for place in 0..<max(mine.count, other.count) {
      guard mine.indices.contains(place), other.indices.contains(place) else {
        found.action = place
        break
      }
      let (one, two) = (mine[place].step, other[place].step)
      if one.source == .agent || two.source == .agent || one.source != two.source {
        guard one.source == two.source, one.text == two.text, Self.calls(one) == Self.calls(two)
        else {
          found.action = place
          break
        }
      } else if one.text != two.text, found.prompt == nil {
        found.prompt = place
      }
      if found.answer == nil, one.results.map(\.text) != two.results.map(\.text) {
        found.answer = place
      }
    }
    prompt = found.prompt
    action = found.action
    answer = found.answer
  }

  private static func lane(_ steps: [TraceStep]) -> [TraceStep] {
    steps.filter { $0.part == steps.first?.part }
  }

  private static func calls(_ step: TrajectoryStep) -> [String] {
    step.calls.map { "\($0.name) \($0.arguments.text())" }
  }

  /// The comparison as a record; steps count from 1.
  var json: JSON {
    func step(_ index: Int?) -> JSON { .optional(index.map { $0 + 1 }) }
    func summary(_ steps: [TraceStep]) -> JSON {
      .optional(action.flatMap { steps.indices.contains($0) ? steps[$0].summary : nil })
    }
    return [
      "trial": .string("\(other.id)"), "run": .string("\(other.fact.run)"),
      "candidate": .string("\(other.fact.candidate)"), "score": .number(other.latest?.score),
      "outcome": .optional(other.latest?.outcome.rawValue), "steps": .int(theirs.count),
      "why": .string(why), "same_draw": .bool(isSameDraw), "first_prompt_step": step(prompt),
      "first_action_step": step(action),
      "first_answer_step": step(answer), "here": summary(mine), "there": summary(theirs),
    ]
  }

  private var why: String {
    reason ?? "it was named; \(isSameDraw ? "the same draw" : "another draw") of the task"
  }

  func lines(content: Bool, width: Int) -> [String] {
    let ending = other.latest?.verdict ?? "NOT SCORED"
    var lines = Prose.parts(
      [
        "against \(other.id)", "\(other.fact.candidate)", place,
        "\(other.fact.run)", ending, Figure.plural(theirs.count, "step"),
      ], width: width, indent: 2)
    lines += Prose.wrap("  because: \(why)", width: width, indent: 4)
    if mine.isEmpty || theirs.isEmpty {
      return lines
        + Prose.wrap("  one of the two left no steps to compare", width: width, indent: 2)
    }
    if let prompt {
      lines += Prose.wrap("  told otherwise from step \(prompt + 1) on", width: width, indent: 4)
    }
    if let answer {
      lines += Prose.wrap(
        "  a tool first answers otherwise at step \(answer + 1)", width: width, indent: 4)
    }
    guard let action else {
      return lines + Prose.wrap("  they never do different things", width: width, indent: 4)
    }
    lines += Prose.wrap(
      "  first divergence at step \(action + 1): \(Self.kind(mine, theirs, action))", width: width,
      indent: 4)
    for (word, steps) in [("here ", mine), ("there", theirs)] {
      let step = steps.indices.contains(action) ? steps[action] : nil
      lines += Prose.wrap("  \(word)  \(step?.summary ?? "it had ended")", width: width, indent: 9)
      guard content, let step = step?.step else { continue }
      let said = ([step.text] + step.calls.map { "-> \($0.name) \($0.arguments.text())" })
        .filter { !$0.isEmpty }.joined(separator: "\n")
      lines += Prose.quote(
        Trace.cut(Array(said.utf8), to: 1000), width: width, prefix: "         | ")
    }
    return lines
  }

  private static func kind(_ mine: [TraceStep], _ theirs: [TraceStep], _ at: Int) -> String {
    guard mine.indices.contains(at), theirs.indices.contains(at) else { return "one of them ends" }
    let (one, two) = (mine[at].step, theirs[at].step)
    if one.calls.map(\.name) != two.calls.map(\.name) { return "other tools" }
    if calls(one) != calls(two) { return "the same tools, asked otherwise" }
    return "the same tools, other words"
  }
}
