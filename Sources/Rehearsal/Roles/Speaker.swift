internal import Dialect

/// Who the model is in a request, and what it says in that role.
struct Speaker: Sendable {
  let request: ModelRequest
  let model: RehearsalModel
  let recognition: Recognition?
  let memory: TraitMemory
  let seed: UInt64

  init(
    _ request: ModelRequest, _ model: RehearsalModel, _ knowledge: RehearsalKnowledge,
    _ memory: TraitMemory, seed: UInt64
  ) {
    self.request = request
    self.model = model
    self.memory = memory
    self.seed = seed
    let first = request.turns.first { $0.role == .user }?.text ?? ""
    recognition = knowledge.recognise(
      TextSentence.all(in: request.system ?? "") + TextSentence.all(in: first))
  }

  func parts() -> [Part] {
    let role = Role(request, Voice(request), knowsTask: recognition != nil)
    switch (role, recognition) {
    case (.editJudge, _): return [.text(EditJudge(request).answer())]
    case (.summarizer, _): return [.text(Clerk.summary(request))]
    case (.chooser, _): return [.text(Clerk.choice(request, seed: seed))]
    case (.worker, let recognition?):
      return Worker(request, model, recognition, memory.read(recognition.around), seed: seed).next()
    case (.delegator, let recognition?):
      return Delegator(request, model, recognition, seed: seed).next()
    case (.judge, let recognition?), (.reviewer, let recognition?), (.critic, let recognition?),
      (.adviser, let recognition?):
      return Onlooker(role, request, model, recognition, seed: seed).next()
    default: return [.text(Clerk.strange(request))]
    }
  }
}
