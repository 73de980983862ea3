internal import Base
internal import Database
public import Facts

extension LedgerReader {
  /// Runs one read-only statement with a cap on rows and time, on a connection of its own.
  public func sql(_ text: String, rowCap: Int = 1000, timeCap: Duration = .seconds(10)) throws
    -> SQLPage
  {
    let connection = try Connection.open(path, .read)
    let deadline = ContinuousClock.now.advanced(by: timeCap)
    connection.restrict(until: deadline)
    do {
      let table = try connection.table(text, rowCap: rowCap)
      return SQLPage(
        columns: table.columns, rows: table.rows.map { $0.map(Self.shown) },
        truncated: table.truncated)
    } catch {
      guard error.kind == .interrupted else { throw error }
      throw BelayError(
        .budget, "the statement ran longer than \(timeCap)", place: path,
        hint: "narrow it with WHERE or LIMIT")
    }
  }

  private static func shown(_ value: SQLValue) -> JSON {
    switch value {
    case .null: .null
    case .int(let number): .int(number)
    case .double(let number): .number(number)
    case .text(let text): .string(text)
    case .blob(let bytes):
      .string(
        "x'\(Hex.text(bytes.prefix(32)))'" + (bytes.count > 32 ? "… \(bytes.count) bytes" : ""))
    }
  }
}
