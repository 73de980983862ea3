internal import Archive
internal import Base
internal import Database

/// Feeds logs to the full-text index in batches, because many small batches cost several times as much.
///
/// What is not yet in a batch is above `search_state`; a reader looks through that part itself, and after a kill
/// the next writer takes it up.
struct SearchIndex {
  /// Files in a batch: larger batches outgrow the processor's cache and are slower (measured).
  static let batch = 512
  private static let batchBytes = 8 << 20

  /// What is indexed: the files of attempts, and steps.
  enum Source: String, CaseIterable {
    case file = "attempt_file"
    case step

    /// The rows with the blob that is indexed.
    var rows: SQL {
      switch self {
      case .file: "SELECT id, blob FROM attempt_file WHERE indexed"
      case .step: "SELECT id, body AS blob FROM step"
      }
    }

    /// Rows that the index may not hold yet.
    var fresh: SQL {
      """
      SELECT source.id, blob.id, blob.frame, blob.bytes FROM (\(rows)) AS source
      JOIN blob ON blob.id = source.blob
      WHERE source.id > (SELECT \(raw: rawValue) FROM search_state)
      """
    }
  }

  private struct Item {
    let source: Source
    let id: Int
    let blob: Int
    let text: String
  }

  private var waiting: [Item] = []
  private var waitingBytes = 0
  // Whether files above `search_state` exist that `waiting` does not hold.
  private var isBehind = false
  private var written = 0

  init() {}

  init(_ connection: Connection) throws {
    isBehind =
      try Source.allCases.contains { source in
        try connection.first("\(source.fresh) LIMIT 1", { _ in true }) ?? false
      }
  }

  mutating func add(_ source: Source, _ id: Int, blob: Int, text: String) {
    waiting.append(Item(source: source, id: id, blob: blob, text: text))
    waitingBytes += text.utf8.count
  }

  mutating func write(to connection: Connection, all: Bool) throws {
    if isBehind { try catchUp(connection) }
    guard
      all ? !waiting.isEmpty : waiting.count >= Self.batch || waitingBytes >= Self.batchBytes
    else { return }
    for item in waiting { try Self.insert(item, connection) }
    for source in Source.allCases {
      guard let last = waiting.last(where: { $0.source == source }) else { continue }
      try Self.advance(source, to: last.id, connection)
    }
    written = waiting.count
  }

  mutating func committed() {
    guard written > 0 else { return }
    waiting.removeFirst(written)
    waitingBytes = waiting.reduce(0) { $0 + $1.text.utf8.count }
    written = 0
  }

  mutating func rolledBack() {
    // Some of what waits was never recorded; the rest is found again above `search_state`.
    self = SearchIndex()
    isBehind = true
  }

  private mutating func catchUp(_ connection: Connection) throws {
    for source in Source.allCases {
      let held = waiting.first { $0.source == source }?.id ?? Int.max
      var last: Int?
      try connection.each("\(source.fresh) AND source.id < \(held) ORDER BY source.id") { row in
        let content = try Zstandard.decompress(row.blob(2), limit: row.int(3))
        let item = Item(
          source: source, id: row.int(0), blob: row.int(1), text: SearchText.of(content))
        try Self.insert(item, connection)
        last = item.id
        return true
      }
      if let last { try Self.advance(source, to: last, connection) }
    }
    isBehind = false
  }

  // A blob that several attempts left is indexed once.
  private static func insert(_ item: Item, _ connection: Connection) throws {
    let present = try connection.first(
      "SELECT 1 FROM search_docsize WHERE id = \(item.blob)", { _ in true })
    guard present == nil else { return }
    try connection.run("INSERT INTO search (rowid, text) VALUES (\(item.blob), \(item.text))")
  }

  private static func advance(_ source: Source, to id: Int, _ connection: Connection) throws {
    try connection.run("UPDATE search_state SET \(raw: source.rawValue) = \(id)")
  }
}
