internal import Archive
internal import Base
internal import Database
public import Facts

extension LedgerReader {
  /// Lines of indexed logs and trajectories that hold the text (capitals do not matter), newest first.
  ///
  /// A file is found when it holds every word of the text; its lines are those with the text as a whole, or
  /// else the first one with any of the words.
  public func search(_ text: String, limit: Int = 50) throws -> [SearchHit] {
    guard let query = SearchText.query(text) else {
      throw BelayError(
        .usage, "expected a letter or a digit to search for", place: text.printable())
    }
    return try read { connection in
      var hits: [SearchHit] = []
      try connection.eachMatch(query, SearchText.words(text)) { blob in
        hits += try connection.hits(in: blob, text, limit: limit - hits.count)
        return hits.count < limit
      }
      return hits
    }
  }
}

extension Connection {
  // What the index does not hold yet is looked through here: at most a batch, or what a killed writer left.
  fileprivate func eachMatch(
    _ query: String, _ words: Set<String>, _ body: (Int) throws -> Bool
  ) throws {
    var seen: Set<Int> = []
    var goesOn = true
    for source in SearchIndex.Source.allCases where goesOn {
      try each("\(source.fresh) ORDER BY source.id DESC") { row in
        guard seen.insert(row.int(1)).inserted else { return true }
        let content = try Zstandard.decompress(row.blob(2), limit: row.int(3))
        if SearchText.words(SearchText.of(content)).isSuperset(of: words) {
          goesOn = try body(row.int(1))
        }
        return goesOn
      }
    }
    guard goesOn else { return }
    try each("SELECT rowid FROM search WHERE search MATCH \(query) ORDER BY rowid DESC") { row in
      seen.contains(row.int(0)) ? true : try body(row.int(0))
    }
  }

  fileprivate func hits(in blob: Int, _ text: String, limit: Int) throws -> [SearchHit] {
    let content = try first("SELECT frame, bytes FROM blob WHERE id = \(blob)") { row in
      try Zstandard.decompress(row.blob(0), limit: row.int(1))
    }
    let lines = SearchLines.find(text, in: content ?? [])
    return try rows(
      """
      SELECT * FROM (
        SELECT attempt.trial, attempt.number, role, attempt_file.path FROM attempt_file
        JOIN attempt ON attempt.id = attempt_file.attempt
        WHERE attempt_file.blob = \(blob) AND indexed ORDER BY attempt_file.id DESC)
      UNION ALL
      SELECT trial, attempt, 'step', 'step ' || number FROM step WHERE body = \(blob)
      LIMIT \(limit)
      """
    ) { row in
      lines.map { line in
        SearchHit(
          trial: TrialID(row.int(0)), attempt: row.int(1), role: row.text(2), path: row.text(3),
          line: line.number, text: line.text)
      }
    }.joined().prefix(limit).map { $0 }
  }
}

/// The lines of one file that a search shows.
struct SearchLines {
  static let perFile = 3
  private static let width = 200

  let number: Int
  let text: String

  static func find(_ text: String, in content: [UInt8]) -> [SearchLines] {
    let phrase = text.utf8.map(SearchText.lower)
    let words = SearchText.words(text).map { Array($0.utf8) }
    var whole: [SearchLines] = []
    var partial: SearchLines?
    for (index, line) in content.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated()
    {
      let lowered = line.map(SearchText.lower)
      if let at = position(of: phrase, in: lowered) {
        whole.append(SearchLines(number: index + 1, text: excerpt(line, around: at)))
        if whole.count == perFile { break }
      } else if partial == nil,
        let at = words.lazy.compactMap({ position(of: $0, in: lowered) }).first
      {
        partial = SearchLines(number: index + 1, text: excerpt(line, around: at))
      }
    }
    return whole.isEmpty ? partial.map { [$0] } ?? [] : whole
  }

  private static func position(of needle: [UInt8], in line: [UInt8]) -> Int? {
    guard let first = needle.first, line.count >= needle.count else { return nil }
    return (0...line.count - needle.count).first { start in
      line[start] == first && line[start..<start + needle.count].elementsEqual(needle)
    }
  }

  private static func excerpt(_ line: ArraySlice<UInt8>, around at: Int) -> String {
    let start = line.startIndex + max(0, at - width / 4)
    let part = line[start..<min(line.endIndex, start + width)]
    return (start > line.startIndex ? "…" : "") + String(decoding: part, as: UTF8.self)
      + (part.endIndex < line.endIndex ? "…" : "")
  }
}
