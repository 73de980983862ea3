internal import Base

/// Hands recorded answers out again in their order, and counts how often each request was answered.
final class Replay: Sendable {
  private struct Book {
    var waiting: [JournalKey: [JournalAnswer]] = [:]
    var counts: [JournalKey: Int] = [:]
  }

  private let journal: any Journal
  // By trial, so that one that is over is forgotten without looking at all others.
  private let trials = Locked<[TrialID?: [JournalPlace: Book]]>([:])

  init(_ journal: any Journal) { self.journal = journal }

  /// The next recorded answer to a request; nil when all were handed out.
  func next(_ key: JournalKey, at place: JournalPlace) async throws -> JournalAnswer? {
    if trials.withLock({ $0[place.trial]?[place] == nil }) {
      let found = try await journal.answers(of: place)
      let book = Book(
        waiting: Dictionary(grouping: found, by: \.key).mapValues { answers in
          answers.sorted { $0.occurrence > $1.occurrence }
        },
        counts: Dictionary(found.map { ($0.key, $0.occurrence) }, uniquingKeysWith: max))
      trials.withLock { trials in
        // Another lane may have been faster, and have taken answers already.
        if trials[place.trial]?[place] == nil { trials[place.trial, default: [:]][place] = book }
      }
    }
    return trials.withLock { $0[place.trial]?[place]?.waiting[key]?.popLast() }
  }

  /// Which answer to a request the one will be that is asked for now.
  func count(_ key: JournalKey, at place: JournalPlace) -> Int {
    trials.withLock { trials in
      let count = (trials[place.trial]?[place]?.counts[key] ?? 0) + 1
      trials[place.trial, default: [:]][place, default: Book()].counts[key] = count
      return count
    }
  }

  func forget(_ trial: TrialID) { trials.withLock { $0[trial] = .none } }
}
