internal import Base
internal import Climb
internal import Components
internal import Evidence

/// Several proposers look at the same evidence, each by itself; what several come to is set before what one
/// alone thinks of: a prior, never evidence.
public struct PanelProposer: Proposing {
  /// `panel`.
  public let name = "panel"
  private let members: [any Proposing]

  /// A panel of these.
  public init(_ members: [any Proposing]) { self.members = members }

  /// Asks all of them at once and brings their answers together.
  public func propose(_ request: ProposalRequest) async throws -> ProposalAnswer {
    let answers = await withTaskGroup(of: (Int, Result<ProposalAnswer, any Error>).self) { group in
      for (index, member) in members.enumerated() {
        var own = request
        own.seed = Draws(seed: request.seed, for: UInt64(index) + 1).peek
        group.addTask { [own] in
          do {
            return (index, .success(try await member.propose(own)))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
    }
    try Task.checkCancellation()
    var panel = PanelMinutes()
    for (index, answer) in answers { panel.add(answer, of: members[index].name) }
    if panel.answer.drafts.isEmpty, let error = panel.onlyError { throw error }
    return panel.close(count: request.count, name: name)
  }
}

extension Draws {
  fileprivate var peek: UInt64 {
    var copy = self
    return copy.next()
  }
}

/// What the members of a panel said, without repetitions.
private struct PanelMinutes {
  private struct Motion {
    var draft: Draft
    var members: [String]
  }

  private(set) var answer = ProposalAnswer()
  private var motions: [Motion] = []
  private var notes: [String] = []
  private var errors: [any Error] = []
  private var answered = 0

  /// The error to throw when nobody answered at all.
  var onlyError: (any Error)? { answered == 0 ? errors.first : nil }

  mutating func add(_ result: Result<ProposalAnswer, any Error>, of member: String) {
    switch result {
    case .failure(let error):
      errors.append(error)
      notes.append("\(member) failed: \(error)")
    case .success(let said):
      answered += 1
      answer.spending += said.spending
      answer.refused += said.refused
      if said.ending != .done, answer.ending == .done { answer.ending = said.ending }
      notes.append("\(member): \(EvidencePage.count(said.drafts.count, "edit"))")
      for draft in said.drafts { move(draft, by: member) }
    }
  }

  private mutating func move(_ draft: Draft, by member: String) {
    guard let index = motions.firstIndex(where: { Self.agree($0.draft, draft) }) else {
      motions.append(Motion(draft: draft, members: [member]))
      return
    }
    if !motions[index].members.contains(member) { motions[index].members.append(member) }
    // Of two that mean the same the smaller is taken.
    if draft.patch.size < motions[index].draft.patch.size { motions[index].draft = draft }
  }

  /// Whether two edits are one idea: the same effect, or the same kind of place and much the same words.
  private static func agree(_ one: Draft, _ other: Draft) -> Bool {
    if one.patch.effect == other.patch.effect { return true }
    func places(_ draft: Draft) -> Set<Substring> {
      Set(draft.patch.components.map { $0.prefix { $0 != "#" } })
    }
    guard !places(one).isDisjoint(with: places(other)) else { return false }
    if !one.levels.isEmpty || !other.levels.isEmpty {
      return Set(one.levels.map(\.target)) == Set(other.levels.map(\.target))
    }
    return likeness(one.hypothesis.mechanism, other.hypothesis.mechanism) >= 0.5
      || likeness(one.patch.added, other.patch.added) >= 0.6
  }

  /// The share of words that two texts have in common.
  private static func likeness(_ one: String, _ other: String) -> Double {
    func words(_ text: String) -> Set<String> {
      Set(
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
          .filter { $0.count > 2 })
    }
    let (left, right) = (words(one), words(other))
    let all = left.union(right).count
    return all == 0 ? 0 : Double(left.intersection(right).count) / Double(all)
  }

  func close(count: Int, name: String) -> ProposalAnswer {
    var answer = answer
    let order = motions.enumerated().sorted { left, right in
      let (one, other) = (left.element, right.element)
      return (one.members.count, -one.draft.patch.size, -left.offset)
        > (other.members.count, -other.draft.patch.size, -right.offset)
    }
    answer.drafts = order.prefix(count).map { entry in
      var draft = entry.element.draft
      draft.author = name
      draft.support = entry.element.members.count
      return draft
    }
    answer.note = notes.joined(separator: "; ")
    answer.record = [
      "members": .array(
        order.prefix(count).map { .array($0.element.members.map(JSON.string)) })
    ]
    return answer
  }
}
