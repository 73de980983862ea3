internal import Base
internal import Dialect

/// Who the model is in a request, and what it says in that role.
struct Speaker: Sendable {
  let request: ModelRequest
  let model: RehearsalModel
  let recognition: Recognition?
  let seed: UInt64

  init(
    _ request: ModelRequest, _ model: RehearsalModel, _ knowledge: RehearsalKnowledge, seed: UInt64
  ) {
    self.request = request
    self.model = model
    self.seed = seed
    let first = request.turns.first { $0.role == .user }?.text ?? ""
    recognition = knowledge.recognise(
      TextSentence.all(in: request.system ?? "") + TextSentence.all(in: first))
  }

  func parts() -> [Part] {
    if let recognition, Voice(request).canAct {
      return Worker(request, model, recognition, seed: seed).next()
    }
    return [.text(Self.honest)]
  }

  static let honest = """
    This is a rehearsal: a simulated model that knows the tasks of its suite and nothing else. It \
    has no answer to this.
    """
}
