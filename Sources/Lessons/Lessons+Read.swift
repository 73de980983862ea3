public import Base
public import Climb
internal import Facts
public import Ledger
public import NightReading

/// The nights of a lab that lessons may be drawn from.
public enum Lessons {
  // So many nights are read, the newest.
  private static let nights = 20

  /// The lessons of earlier nights for one with these tasks: of the same suite, on models of the same kind
  /// (simulated or not), whose dev tasks are dev tasks here too, so that nothing sealed is ever told.
  public static func carried(
    _ reader: LedgerReader, suite: Digest, isRehearsal: Bool, tasks: [NightTask],
    before run: RunID?,
    clock: WallClock
  ) throws -> [Lesson] {
    let dev = Set(tasks.filter { $0.split == .dev }.map(\.name))
    let views = try views(reader, clock) { record in
      record.fact.suite == suite && (record.fact.rehearsal != nil) == isRehearsal
        && run.map { record.id < $0 } ?? true
    }
    let fitting = views.filter { view in
      // No proposer sees a twin: whether this night has them says nothing of what may be told.
      view.world.rules.tasks.allSatisfy {
        $0.split != .dev || $0.twinOf != nil || dev.contains($0.name)
      }
    }
    return Lesson.drawn(from: fitting.flatMap { $0.taught }).filter(\.isCarried)
  }

  /// All lessons of the nights on one suite, of simulated models or of real ones.
  public static func all(
    _ reader: LedgerReader, suite: Digest, isRehearsal: Bool, clock: WallClock
  ) throws -> [Lesson] {
    let views = try views(reader, clock) {
      $0.fact.suite == suite && ($0.fact.rehearsal != nil) == isRehearsal
    }
    return Lesson.drawn(from: views.flatMap { $0.taught })
  }

  private static func views(
    _ reader: LedgerReader, _ clock: WallClock, where fits: (RunHead) -> Bool
  ) throws -> [NightView] {
    let nights = try reader.heads().filter { $0.fact.type == .night && fits($0) }
    return try nights.prefix(Self.nights).reversed().compactMap { record in
      do {
        return try NightView.read(reader, run: record.id, clock: clock)
      } catch let error as BelayError where error.kind == .notFound {
        // It was begun and has recorded nothing.
        return nil
      }
    }
  }
}

extension NightView {
  /// The night's edits as far as they teach something.
  public var taught: [Taught] {
    let isSettled = hasEnded && world.report?.isAwaited != true
    return edits.compactMap { edit in
      let proposal = edit.entry.proposal
      let mechanism = proposal.hypothesis.mechanism
      let text = mechanism.isEmpty ? proposal.summary : mechanism
      // A level of a knob has no mechanism, and what a screen kept out taught nothing about harnesses.
      guard !proposal.edit.isNumber, !text.isEmpty, edit.trials > 0, edit.status != .blocked
      else { return nil }
      let side: Lesson.Side =
        switch edit.status {
        case .supported: isSettled ? .bears : .open
        case .bundled: isSettled ? .rides : .open
        case .refuted: .speaksAgainst
        case .open, .dropped, .blocked: .open
        }
      return Taught(
        text: text, kind: edit.kind,
        sighting: Lesson.Sighting(
          run: run.id, edit: edit.id, word: edit.word, side: side, gain: edit.effect?.mean,
          error: edit.effect?.error, bundle: edit.bundle, brief: edit.brief))
    }
  }
}
