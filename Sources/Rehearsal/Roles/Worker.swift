internal import Dialect

/// The role of the one who does a task: what it does next.
struct Worker: Sendable {
  let model: RehearsalModel
  let script: Script
  let voice: Voice
  let reading: TraitReading
  let history: History
  let texts: [String]
  let maxOutputTokens: Int?

  init(
    _ request: ModelRequest, _ model: RehearsalModel, _ recognition: Recognition,
    _ reading: TraitReading, seed: UInt64
  ) {
    self.model = model
    voice = Voice(request)
    script = Script(
      task: recognition.task, model: model,
      draws: Draws(seed: seed, task: recognition.task.name))
    self.reading = reading
    history = History(request, voice, script)
    texts = request.turns.filter { $0.role == .user }.map(\.text)
    maxOutputTokens = request.maxOutputTokens
  }

  /// The parts of its next answer.
  func next() -> [Part] {
    let move = nextMove()
    let words = TokenRule.lengthened(script.words(move), model, reading)
    let calls = history.entries.count
    guard let command = script.command(move) else {
      return move == .finish ? Speech.submit(voice, words, call: calls) : [.text(words)]
    }
    return Speech.act(
      voice, words, history.lastWasCut || isInPieces ? piece(of: command) : command, call: calls)
  }

  /// What it will do, as far as chance and the harness have it.
  var intent: Intent {
    let task = script.task
    let printed = history.answer { $0 == .look(whole: true) }
    // It knows what it printed: when much less came back, the end was cut.
    let sawCut = printed.map { $0.utf8.count * 10 < task.lookAllBytes * 9 } ?? false
    let chances = Chances(model, task, reading, sawCut: sawCut, hasEditor: voice.hasEditor)
    return Intent(chances, script.draws, task)
  }

  private func nextMove() -> Move {
    let task = script.task
    let intent = intent
    let told = Set(
      task.slips.indices.filter { index in
        texts.contains { $0.contains(task.slips[index].finding) }
      })
    if !told.isEmpty {
      let before = history.slipsInWork ?? intent.slips
      let wanted = before.subtracting(told)
      return history.slipsInWork == wanted
        ? .finish : .repair(slips: wanted, found: told.intersection(before))
    }
    if texts.last?.contains(Onlooker.strange) ?? false, !history.contains(where: Self.isRepair) {
      return .repair(slips: history.slipsInWork ?? intent.slips, found: [])
    }
    let plan = Plan(intent, task, model, reading.traits)
    let last = plan.moves.lastIndex(where: isDone) ?? -1
    var next = plan.moves[min(last + 1, plan.moves.count - 1)]
    if case .check? = last >= 0 ? plan.moves[last] : nil {
      let shown = history.answer { $0 == .check }.flatMap { task.slipsShown(in: $0) }
      let isRight = shown == []
      if isRight { next = .finish }
      // Nothing was done wrong and yet it is not right: a command did not come through.
      if !isRight, history.slipsInWork == [], !history.contains(where: Self.isRepair) {
        next = .repair(slips: [], found: [])
      }
    }
    return next
  }

  private static func isRepair(_ move: Move) -> Bool {
    if case .repair = move { true } else { false }
  }

  private func isDone(_ move: Move) -> Bool {
    switch move {
    case .ask: return history.hasAsked
    case .finish: return false
    case .solve:
      if history.slipsInWork != nil { return true }
    case .repair:
      if history.contains(where: Self.isRepair) { return true }
    case .look:
      if history.contains(where: { if case .look = $0 { true } else { false } }) { return true }
    default:
      if history.contains(where: { $0 == move }) { return true }
    }
    // After a compaction only a summary tells what was done.
    return texts.contains { $0.contains(script.words(move)) }
  }

  private var isInPieces: Bool {
    history.entries.last.map { Pieces.content(of: $0.command) != nil } ?? false
  }

  /// The next piece of a command that was cut when it came whole.
  private func piece(of command: String) -> String {
    let pieces = Pieces.split(
      command, bytes: Pieces.size(maxOutputTokens: maxOutputTokens ?? 4_096))
    let done = history.entries.last.flatMap { last in pieces.lastIndex(of: last.command) } ?? -1
    return pieces[min(done + 1, pieces.count - 1)]
  }
}
