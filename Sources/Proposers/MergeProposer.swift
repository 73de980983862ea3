internal import Base
internal import Climb
internal import Components
internal import Evidence
internal import Harness

/// Crosses lineages by component: what another branch of the night has and the base has not, whole, in parts,
/// and mixed with parts of a third.
public struct MergeProposer: Proposing {
  /// `merge`.
  public let name = "merge"

  /// A crosser.
  public init() {}

  /// A part of another lineage that stands on the base.
  private struct Part {
    let patch: ComponentPatch
    let from: CandidateID
    let hypotheses: [Hypothesis]
  }

  /// Proposes crossings.
  public func propose(_ request: ProposalRequest) async throws -> ProposalAnswer {
    var intake = try Intake(request, author: name)
    var chance = Draws(seed: request.seed, for: UInt64(truncatingIfNeeded: request.number))
    let tree = try ComponentTree(request.base)
    let family = ancestry(request.baseCandidate, request.archive)
    let others = request.archive.filter {
      $0.id != request.baseCandidate && !family.contains($0.id)
    }
    let ranked = others.sorted { (mean($0.id, request), $1.id) > (mean($1.id, request), $0.id) }
    let lineages = ranked.map { parts(of: $0, family, on: tree, request) }.filter { !$0.isEmpty }
    // The whole of each lineage first, the best lineage first.
    for parts in lineages where intake.drafts.count < request.count {
      cross(parts, tree, &intake)
    }
    let all = lineages.flatMap(\.self)
    for _ in 0..<(4 * request.count) where intake.drafts.count < request.count && all.count > 1 {
      var chosen: [Part] = []
      var touched: Set<String> = []
      for part in chance.shuffled(all).prefix(2 + chance.below(max(1, all.count - 1)))
      where touched.isDisjoint(with: part.patch.touches) {
        chosen.append(part)
        touched.formUnion(part.patch.touches)
      }
      cross(chosen, tree, &intake)
    }
    return ProposalAnswer(
      drafts: intake.drafts, refused: intake.refused, spending: Spending(costUSD: 0, tokens: 0),
      note: lineages.isEmpty
        ? "there is no other lineage" : EvidencePage.count(intake.drafts.count, "crossing"))
  }

  private func cross(_ parts: [Part], _ tree: ComponentTree, _ intake: inout Intake) {
    guard let crossed = try? tree.applying(parts.map(\.patch)),
      let patch = tree.difference(to: crossed)
    else { return }
    let sources = Set(parts.map(\.from)).sorted()
    let names = sources.map { "\($0)" }.joined(separator: " and ")
    let hypotheses = parts.flatMap(\.hypotheses)
    intake.takeWhole(
      patch,
      Hypothesis(
        evidence: [], cause: "another lineage found what this one lacks",
        mechanism: "cross \(names): \(patch.components.joined(separator: ", "))",
        fixes: Array(Set(hypotheses.flatMap(\.fixes))).sorted(),
        risks: Array(Set(hypotheses.flatMap(\.risks))).sorted(),
        gain: hypotheses.compactMap(\.gain).max()),
      summary: "\(EvidencePage.count(patch.components.count, "component")) of \(names)")
  }

  /// A candidate and all that it was made of.
  private func ancestry(_ id: CandidateID?, _ archive: [ArchivedCandidate]) -> [CandidateID] {
    var line = id.map { [$0] } ?? []
    var at = 0
    while at < line.count {
      let parents = archive.first { $0.id == line[at] }?.parents ?? []
      line += parents.filter { !line.contains($0) }
      at += 1
    }
    return line
  }

  /// What a candidate has since it parted from the base, as edits that stand on the base.
  private func parts(
    of other: ArchivedCandidate, _ family: [CandidateID], on tree: ComponentTree,
    _ request: ProposalRequest
  ) -> [Part] {
    let shared = ancestry(other.id, request.archive).first { family.contains($0) }
    let origin =
      shared == request.baseCandidate
      ? request.base : request.archive.first { $0.id == shared }?.harness ?? request.base
    guard let before = try? ComponentTree(origin), let after = try? ComponentTree(other.harness),
      let whole = before.difference(to: after)
    else { return [] }
    return whole.split(on: origin).compactMap { piece in
      guard let made = try? tree.applying(piece), let patch = tree.difference(to: made) else {
        return nil
      }
      return Part(patch: patch, from: other.id, hypotheses: other.hypotheses)
    }
  }

  private func mean(_ id: CandidateID, _ request: ProposalRequest) -> Double {
    let means = request.evidence.scores.first { $0.candidate == id }?.tasks.compactMap(\.mean) ?? []
    return means.isEmpty ? 0 : means.reduce(0, +) / Double(means.count)
  }
}
