internal import Base
internal import Climb
internal import Components
internal import Evidence
internal import Harness
public import Proposers

/// A simulated meta-agent, for nights with `rehearsal/…` as the proposing model: it reads the evidence and the
/// harness, and comes with good ideas, with some that only seem good, with harmful ones, and now and then
/// with one that knows the dev tasks by heart.
///
/// It knows nothing of what is true. The same request gives the same answer.
public struct RehearsalProposer: Proposing {
  /// `rehearsal`.
  public let name = "rehearsal"

  /// A simulated meta-agent.
  public init() {}

  // In twelve proposals: six that may be gains, and everything that gates are there for.
  private static let rota: [Idea.Worth?] = [
    .helps, .helps, .overfits, .seems, .helps, .harms, nil, .helps, .seems, .helps, .harms, .helps,
  ]

  /// Thinks of edits.
  public func propose(_ request: ProposalRequest) async throws -> ProposalAnswer {
    guard let desk = RehearsalDesk(request) else {
      return ProposalAnswer(note: "a simulated meta-agent edits prompts, and there are none")
    }
    var intake = try Intake(request, author: name)
    var chance = Draws(seed: request.seed, for: UInt64(truncatingIfNeeded: request.number))
    var used = Set(request.pool.filter { $0.author == name }.map { RehearsalDesk.trace(of: $0) })
    let before = request.pool.count { $0.author == name }
    for place in 0..<max(0, request.count) {
      // What is refused, as a repetition or because it does not fit here, is tried another way.
      for _ in 0..<8 where intake.drafts.count <= place {
        let worth = Self.rota[(before + place) % Self.rota.count]
        guard let thought = desk.thought(worth, &used, &chance) else { break }
        intake.take(files: thought.files, thought.hypothesis, summary: thought.summary)
      }
    }
    return ProposalAnswer(
      drafts: intake.drafts, refused: intake.refused,
      spending: Spending(costUSD: 0, tokens: 0),
      note: "simulated: \(EvidencePage.count(intake.drafts.count, "edit"))")
  }
}
