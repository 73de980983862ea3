internal import Base
internal import Dialect

/// The role of one who hands the work to others and looks at what came of it.
struct Delegator: Sendable {
  private let onlooker: Onlooker
  private let request: ModelRequest

  init(
    _ request: ModelRequest, _ model: RehearsalModel, _ recognition: Recognition, seed: UInt64
  ) {
    onlooker = Onlooker(.critic, request, model, recognition, seed: seed)
    self.request = request
  }

  func next() -> [Part] {
    let voice = onlooker.voice
    guard let (tool, member) = voice.delegates else { return [.text(Clerk.honest)] }
    let calls = onlooker.history.entries.count
    let pieces = request.turns.flatMap(\.toolUses).count { $0.name == tool }
    let looks = onlooker.history.entries.count { $0.move == .check }
    func hand(_ words: String, _ piece: String) -> [Part] {
      [
        .text(words), .toolUse(Speech.use(tool, [member: .string(piece)], calls + pieces)),
      ]
    }
    if pieces == 0 {
      return hand(
        "It is one piece of work; I hand it to one worker.",
        "Do the whole task as it is put. Check the result against the instruction before you finish."
      )
    }
    if voice.canAct, looks < pieces, let command = onlooker.script.command(.check) {
      return Speech.act(
        voice, "I look at the files myself.", command, call: calls + pieces)
    }
    let faults = onlooker.faults
    if !faults.isEmpty, pieces < 3 {
      return hand(
        "That does not hold yet; I hand it out again.",
        "Repair what is wrong with the result. " + faults.joined(separator: " "))
    }
    return Speech.submit(
      voice, "The whole is done.", passes: voice.submits?.verdict == nil ? nil : faults.isEmpty,
      call: calls + pieces)
  }
}
