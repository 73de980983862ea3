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

  private struct Item {
    let file: Int
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
      try connection.first(
        """
        SELECT 1 FROM attempt_file
        WHERE id > (SELECT attempt_file FROM search_state) AND indexed LIMIT 1
        """, { _ in true }) ?? false
  }

  mutating func add(file: Int, blob: Int, text: String) {
    waiting.append(Item(file: file, blob: blob, text: text))
    waitingBytes += text.utf8.count
  }

  mutating func write(to connection: Connection, all: Bool) throws {
    if isBehind { try catchUp(connection) }
    guard
      all ? !waiting.isEmpty : waiting.count >= Self.batch || waitingBytes >= Self.batchBytes
    else { return }
    for item in waiting { try Self.insert(item, connection) }
    if let last = waiting.last { try Self.advance(to: last.file, connection) }
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
    let start =
      try connection.first("SELECT attempt_file FROM search_state") { $0.int(0) } ?? 0
    let held = waiting.first?.file ?? Int.max
    var last = start
    var texts = 0
    try connection.each(
      """
      SELECT attempt_file.id, blob.id, blob.frame, blob.bytes FROM attempt_file
      JOIN blob ON blob.id = attempt_file.blob
      WHERE attempt_file.id > \(start) AND attempt_file.id < \(held) AND attempt_file.indexed
      ORDER BY attempt_file.id
      """
    ) { row in
      let content = try Zstandard.decompress(row.blob(2), limit: row.int(3))
      last = row.int(0)
      texts += 1
      try Self.insert(
        Item(file: last, blob: row.int(1), text: SearchText.of(content)), connection)
      return true
    }
    if texts > 0 { try Self.advance(to: last, connection) }
    isBehind = false
  }

  // A blob that several attempts left is indexed once.
  private static func insert(_ item: Item, _ connection: Connection) throws {
    let present = try connection.first(
      "SELECT 1 FROM search_docsize WHERE id = \(item.blob)", { _ in true })
    guard present == nil else { return }
    try connection.run("INSERT INTO search (rowid, text) VALUES (\(item.blob), \(item.text))")
  }

  private static func advance(to file: Int, _ connection: Connection) throws {
    try connection.run("UPDATE search_state SET attempt_file = \(file)")
  }
}
