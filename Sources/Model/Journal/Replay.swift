internal import Base

/// Hands recorded answers out again in their order, and counts how often each request was answered.
final class Replay: Sendable {
  private struct Book {
    var waiting: [JournalKey: [JournalAnswer]] = [:]
    var counts: [JournalKey: Int] = [:]
  }

  private let journal: any Journal
  private let books = Locked<[JournalPlace: Book]>([:])

  init(_ journal: any Journal) { self.journal = journal }

  /// The next recorded answer to a request; nil when all were handed out.
  func next(_ key: JournalKey, at place: JournalPlace) async throws -> JournalAnswer? {
    if books.withLock({ $0[place] == nil }) {
      let found = try await journal.answers(of: place)
      let book = Book(
        waiting: Dictionary(grouping: found, by: \.key).mapValues { answers in
          answers.sorted { $0.occurrence > $1.occurrence }
        },
        counts: Dictionary(found.map { ($0.key, $0.occurrence) }, uniquingKeysWith: max))
      books.withLock { books in
        // Another lane may have been faster, and have taken answers already.
        if books[place] == nil { books[place] = book }
      }
    }
    return books.withLock { $0[place]?.waiting[key]?.popLast() }
  }

  /// Which answer to a request the one will be that is asked for now.
  func count(_ key: JournalKey, at place: JournalPlace) -> Int {
    books.withLock { books in
      books[place, default: Book()].counts[key, default: 0] += 1
      return books[place]?.counts[key] ?? 1
    }
  }

  func forget(_ trial: TrialID) {
    books.withLock { books in books = books.filter { $0.key.trial != trial } }
  }
}
