internal import Base
internal import Climb
internal import Console
internal import Fleet
internal import Night

/// Shows a night while it goes on: one line for people, a record for each fact for programs.
actor NightWatcher {
  private let output: Output
  /// The ids in the lab of the night's candidates: those that people see.
  private var names: [CandidateID: CandidateID] = [:]

  private var notices: NightNotices?

  init(output: Output) { self.output = output }

  private var drafts: NightDrafts?

  /// From now on others are told too.
  func pass(to notices: NightNotices?, _ drafts: NightDrafts?) {
    self.notices = notices
    self.drafts = drafts
  }

  /// What was put together before this process.
  func know(_ assembled: [CandidateID: World.Assembled]) {
    names = assembled.mapValues(\.candidate)
  }

  func see(_ news: NightNews) async {
    await notices?.see(news)
    if case .fact(.issued(.ask(let candidate, _)), _) = news { await drafts?.write(candidate) }
    switch news {
    case .slots(let change):
      output.note("slots \(change.from) -> \(change.to): \(change.reason)")
    case .fact(let fact, let number):
      tell(fact, number)
    }
  }

  private func tell(_ fact: NightFact, _ number: Int) {
    if let json = try? JSON.encoding(fact) {
      try? output.event("fact", ["number": .int(number), "fact": json])
    }
    if case .assembled(let own, _, let lab) = fact { names[own] = lab }
    if let words = words(fact) { output.note(words) }
  }

  /// What a person who watches wants to know; nil for what happens all the time.
  private func words(_ fact: NightFact) -> String? {
    switch fact {
    case .proposed(let number, let proposals, _, let note):
      let heads = proposals.map { "  \($0.summary.printable())" }
      let said = note.map { " (\($0.printable()))" } ?? ""
      return (["proposal \(number): \(proposals.count) edits\(said)"] + heads).joined(
        separator: "\n")
    case .reflected(let edit, let verdicts, _, _):
      let failed = verdicts.filter { $0.word == .fail }
      guard !failed.isEmpty else { return nil }
      return "\(edit) blocked: " + failed.map { $0.sentence.printable() }.joined(separator: "; ")
    case .issued(let command): return words(command)
    case .steered(let steering): return "\(steering.by.printable()): \(words(steering.order))"
    default: return nil
    }
  }

  private func words(_ command: Climb.Command) -> String? {
    switch command {
    case .drop(let edit, let verdict): "\(edit) dropped: \(verdict.sentence.printable())"
    case .race(let opening):
      "race \(opening.number): \(opening.edits.map { "\($0)" }.joined(separator: " ")) (\(opening.question.rawValue))"
    case .twin(let candidate, _): "comparing \(name(candidate)) on tasks and their twins"
    case .adopt(let candidate, let figures):
      "adopted \(name(candidate)) after \(figures.pairs) pairs"
    case .refuse(let candidate, let refusal, let figures):
      "refused \(name(candidate)): \(refusal.rawValue) after \(figures.pairs) pairs"
    case .rollBack(let candidate, _): "taken back: \(name(candidate))"
    case .openVault: "the vault is opened"
    case .pause(let why): "paused: \(why.printable())"
    default: nil
    }
  }

  private func words(_ order: Steering.Order) -> String {
    switch order {
    case .pause(let isHard): isHard ? "pause now" : "pause"
    case .resume: "go on"
    case .hint(let text): "a hint: \(text.printable())"
    case .veto(let component): "no more of \(component.printable())"
    case .branch(let candidate): "go on from \(name(candidate))"
    case .retune: "other limits"
    case .approve(let candidate): "yes to \(name(candidate))"
    case .reject(let candidate): "no to \(name(candidate))"
    }
  }

  private func name(_ own: CandidateID) -> String {
    names[own].map { "\($0)" } ?? "a candidate that was never put together"
  }
}

/// The last words of a night on a terminal.
struct NightEnding {
  let world: World
  let run: RunID
  let isOver: Bool

  var verdict: String {
    guard isOver, let report = world.report else { return "interrupted" }
    return report.adoptions > 0 ? "adopted" : "nothing adopted"
  }

  var text: String {
    guard isOver else { return "interrupted: belay run --resume \(run) goes on\n" }
    return "\(run) is over: \(verdict)\nNext: belay report \(run)\n"
  }
}
