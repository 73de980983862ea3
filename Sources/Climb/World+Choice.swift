internal import Base
internal import Stats

extension World {
  /// The share of the screening after which the last candidate is chosen.
  private var lastMoment: Int {
    let beside = rules.rollouts < 4000 ? 0 : rules.racing.beside
    return Int(Double(screeningTarget) * (1 - beside))
  }

  /// Whether it is time to choose a candidate for a race.
  var isChoiceDue: Bool {
    guard closing == nil, screening.begun > 0, !gate.isEmpty else { return false }
    if isProposing {
      let step = rules.racing.every * Double(screeningTarget)
      return Double(screening.begun - screening.chosenAt) >= max(step, 1)
    }
    guard screening.begun >= lastMoment else { return false }
    guard let last = screening.lastChoice else { return true }
    // When there turned out to be more to screen, or what was left of it has come in and nothing was
    // found until now.
    let isMore = Double(screeningTarget) > 1.1 * Double(last)
    let isRest = screening.chosenAt < screening.begun && screening.begun >= screeningTarget
    return isMore || isRest && taken == rollouts && adoptions == 0 && contests.isEmpty
  }

  /// Chooses what is raced.
  mutating func choose() {
    if !isProposing { screening.lastChoice = screeningTarget }
    screening.chosenAt = screening.begun
    tries = 0
    bundles.removeAll { $0.question == .better }
    // While better ones may still come, only what is plainly worth it is raced.
    guard let bundle = bundle(), !isEarly || bundle.expected >= rules.racing.target,
      !contests.contains(where: { $0.opening.edits == bundle.edits }),
      !isRefusedForGood(bundle.edits)
    else { return }
    bundles.append(bundle)
  }

  /// Whether these edits lost a race for reasons that more pairs would not change.
  private func isRefusedForGood(_ edits: [EditID]) -> Bool {
    races.contains { race in
      guard race.opening.edits == edits, case .refused(let refusal) = race.state else {
        return false
      }
      return [.inspection, .memorised, .rejected].contains(refusal)
    }
  }

  /// The base plus all edits with a convincing posterior; nil when that would be no gain.
  private func bundle() -> Bundle? {
    let rules = self.rules.screening
    var worth = model.effects + model.pairs.map(\.effect)
    let errors = model.standardErrors
    let general = model.general(dropping: rules.trim)
    for index in pool.switches {
      worth[index] = general[index] + rules.allowance - rules.margin * errors[index]
    }
    let edits = Assembly(pool: pool, effects: worth, pairs: model.pairs).best()
    return convincing(edits)
  }

  /// The bundle with the gain that the model expects of it, if that is large and sure enough for a race.
  func convincing(_ edits: [EditID]) -> Bundle? {
    let base = self.edits(of: incumbent)
    guard edits != base else { return nil }
    let (mean, error) = model.gain(
      of: pool.features(of: edits), over: pool.features(of: base))
    guard mean - self.rules.racing.conviction * error > 0, mean >= self.rules.racing.target / 2
    else { return nil }
    return Bundle(edits: edits, question: .better, expected: mean)
  }

  /// What is needless, if there are trials to find out with.
  func prunable() -> Bundle? { paysForPruning ? needless : nil }

  /// Whether a race of the incumbent against what is simpler can be paid.
  var paysForPruning: Bool {
    room - max(screeningTarget - screening.begun, 0) >= 2 * rules.racing.fewestToPrune
  }

  /// The incumbent without what the model takes for inert or harmful on it; nil when there is nothing of
  /// that kind, or better ones may still come.
  var needless: Bundle? {
    guard !isEarly else { return nil }
    let edits = self.edits(of: incumbent)
    let row = pool.features(of: edits)
    func loss(without gone: [EditID]) -> (mean: Double, error: Double) {
      model.gain(of: row, over: pool.features(of: edits.filter { !gone.contains($0) }))
    }
    var gone = edits.filter { !pool.isActive($0) }
    let losses = edits.filter(pool.isActive).map { (id: $0, loss: loss(without: [$0])) }
      .filter { $0.loss.mean <= rules.racing.inert * $0.loss.error }
      .sorted { ($0.loss.mean, $0.id) < ($1.loss.mean, $1.id) }
    // Those that are missed least: as long as the model expects to lose no more by it than the race bears.
    for (id, _) in losses where loss(without: gone + [id]).mean <= -Race.Rules.simpler.target {
      gone.append(id)
    }
    let rest = pool.mended(edits.filter { !gone.contains($0) }) { _ in 0 }
    guard rest.count < edits.count, !isRaced(rest) else { return nil }
    let (gain, _) = model.gain(of: pool.features(of: rest), over: row)
    return Bundle(edits: rest, question: .simpler, expected: gain)
  }

  /// Whether it was asked already if these edits do as well.
  private func isRaced(_ edits: [EditID]) -> Bool {
    races.contains {
      $0.opening.question == .simpler && $0.opening.edits == edits && $0.opening.control == anchor
    }
  }

  /// The dearer and the cheaper half of what a failed bundle has more than the incumbent, on top of it.
  func halves(of edits: [EditID]) -> [Bundle] {
    let base = self.edits(of: incumbent)
    let added = edits.filter { !base.contains($0) && pool.isActive($0) }
    guard added.count > 1 else { return [] }
    let worth = added.map { id in
      let without = edits.filter { $0 != id }
      return model.gain(of: pool.features(of: edits), over: pool.features(of: without)).mean
    }
    let order = added.indices.sorted { (worth[$1], added[$0]) < (worth[$0], added[$1]) }
    let parts = [order.prefix(added.count / 2), order.suffix(added.count - added.count / 2)]
    return parts.compactMap { part in convincing(rebase(part.map { added[$0] }, onto: base)) }
  }

  /// What a candidate had more than the control that it was raced against, on top of the new incumbent.
  func rebased(_ contest: Contest) -> [Bundle] {
    let old = edits(of: contest.control)
    let added = contest.opening.edits.filter { !old.contains($0) && pool.isActive($0) }
    return convincing(rebase(added, onto: edits(of: incumbent))).map { [$0] } ?? []
  }

  private func rebase(_ added: [EditID], onto base: [EditID]) -> [EditID] {
    let rest = base.filter { id in !added.contains(id) && !added.contains { pool.clash($0, id) } }
    return pool.mended(rest + added) { _ in 0 }
  }
}
