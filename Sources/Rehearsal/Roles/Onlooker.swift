internal import Dialect

/// The roles that look and speak: judges, reviewers, critics and advisers.
struct Onlooker: Sendable {
  let role: Role
  let model: RehearsalModel
  let script: Script
  let voice: Voice
  let history: History
  let texts: [String]

  init(
    _ role: Role, _ request: ModelRequest, _ model: RehearsalModel, _ recognition: Recognition,
    seed: UInt64
  ) {
    self.role = role
    self.model = model
    voice = Voice(request)
    script = Script(
      task: recognition.task, model: model,
      draws: Draws(seed: seed, task: recognition.task.name))
    history = History(request, voice, script)
    texts = request.turns.filter { $0.role == .user }.map(\.text)
  }

  private var task: RehearsalTask { script.task }

  func next() -> [Part] {
    if voice.canAct, let command = script.command(move), !history.contains(where: { $0 == move }) {
      return Speech.act(voice, opening, command, call: history.entries.count)
    }
    switch role {
    case .adviser: return Speech.submit(voice, advice, call: history.entries.count)
    case .reviewer:
      return Speech.submit(
        voice, "Every demand of the task has a point that would fail without it.", passes: true,
        call: history.entries.count)
    default: return judged
    }
  }

  private var move: Move { role == .adviser || role == .reviewer ? .look(whole: false) : .check }

  private var opening: String {
    switch role {
    case .adviser: "I look at what is there before I say what to do."
    case .reviewer: "I look at the inputs that the points are about."
    default: "I look at the result as it is now, whatever was said of it."
    }
  }

  /// What it finds wrong with what it was shown: of what is wrong only what it notices.
  var faults: [String] {
    guard let output = history.answer(where: { $0 == .check }) else { return [] }
    guard let shown = task.slipsShown(in: output) else { return [Self.strange] }
    let chances = Chances(
      model, task, TraitReading(traits: [], words: 40), sawCut: false
    ).seenByOthers
    return shown.sorted().filter { index in
      script.draws.happens("seen \(task.slips[index].name)", chances[index])
    }.map { task.slips[$0].finding }
  }

  private var judged: [Part] {
    let faults = faults
    let holds =
      history.answer(where: { $0 == .check }) == nil
      // Without a look at the files there are only the words of others.
      ? "Nothing in what was handed over speaks against it." : "Every demand held when I looked."
    return Speech.submit(
      voice, faults.isEmpty ? holds : faults.joined(separator: "\n"), passes: faults.isEmpty,
      faults: faults, call: history.entries.count)
  }

  /// What is said of a result that is nothing that a right or a nearly right work would leave.
  static let strange = "The result is not there, or nothing like what the instruction asks for."

  private var advice: String {
    let seen = Hints.kinds(in: texts)
    let own = task.slips.filter {
      script.draws.happens("hint \($0.name)", model.hinting)
    }.map(\.kind)
    let kinds = SlipKind.allCases.filter { own.contains($0) || seen.contains($0) }
    return
      (["What to mind in this task:"] + kinds.map { "- \(Hints.sentence($0))" }
      + ["- \(Hints.check)"]).joined(separator: "\n")
  }
}
