public import Base
internal import Platform

/// Prices by model: the pinned table, and what a user's file puts over it.
public struct PriceTable: Sendable, Hashable {
  private var entries: [String: Price]
  // Names that end in `*`, longest first.
  private var patterns: [(prefix: String, price: Price)]
  /// Where the prices come from, for people.
  public private(set) var origin: String
  /// Names every price of it: two runs with one digest were priced alike.
  public private(set) var digest: Digest

  /// The table that this release was built with.
  public static let pinned: PriceTable = {
    let bytes = Array(PriceData.json.utf8)
    do {
      return try PriceTable(json: JSON.parse(bytes), origin: PriceData.origin)
    } catch {
      fatalError("the price table of this release cannot be read: \(error)")
    }
  }()

  /// No prices at all.
  public static let empty = PriceTable(entries: [:], origin: "none", digest: Digest.of(""))

  private init(entries: [String: Price], origin: String, digest: Digest) {
    self.entries = entries
    patterns = []
    self.origin = origin
    self.digest = digest
  }

  /// Reads a table in LiteLLM's form: an object from names of models to their prices.
  ///
  /// A name without its provider gets the one that the entry names.
  public init(json: JSON, origin: String) throws(BelayError) {
    guard let members = json.object else {
      throw BelayError(
        .usage, "expected an object of models and their prices, as LiteLLM has it", place: origin)
    }
    self.init(entries: [:], origin: origin, digest: Digest.of(json.utf8()))
    for (key, entry) in members where key != "sample_spec" {
      guard entry.object != nil else { continue }
      let provider = entry["litellm_provider"].string
      let isPlain = provider.map { !key.hasPrefix($0 + "/") } ?? false
      put(Price(entry: entry), under: isPlain ? "\(provider ?? "")/\(key)" : key)
    }
  }

  /// Reads a file in LiteLLM's form.
  public static func read(_ path: String) throws(BelayError) -> PriceTable {
    let json: JSON
    let bytes = try Files.read(path)
    do throws(BelayError) {
      json = try JSON.parse(bytes)
    } catch {
      throw BelayError(.usage, error.message, place: path, hint: error.hint)
    }
    return try PriceTable(json: json, origin: path)
  }

  /// The price of a model; nil when it is not known.
  public subscript(_ name: ModelName) -> Price? {
    if let price = entries["\(name)"] { return price }
    return patterns.first { "\(name)".hasPrefix($0.prefix) }?.price
  }

  /// All models with a price of their own, in order of the alphabet.
  public var names: [ModelName] { entries.keys.compactMap { ModelName($0) }.sorted() }

  /// This table with another one over it: what both know, the other one decides.
  public func overlaid(by other: PriceTable) -> PriceTable {
    guard !other.entries.isEmpty || !other.patterns.isEmpty else { return self }
    var table = self
    for (name, price) in other.entries { table.entries[name] = price }
    for (prefix, price) in other.patterns { table.put(price, under: prefix + "*") }
    table.origin = "\(origin), \(other.origin)"
    table.digest = Digest.of(digest.bytes + other.digest.bytes)
    return table
  }

  /// Sets the price of `provider/model`, or of all that begin so when the name ends in `*`.
  mutating func put(_ price: Price, under name: String) {
    guard name.hasSuffix("*") else {
      entries[name] = price
      return
    }
    let prefix = String(name.dropLast())
    patterns.removeAll { $0.prefix == prefix }
    patterns.append((prefix, price))
    patterns.sort { ($0.prefix.utf8.count, $1.prefix) > ($1.prefix.utf8.count, $0.prefix) }
  }

  /// Names what the table is made of.
  mutating func name(origin: String, digest: Digest) {
    self.origin = origin
    self.digest = digest
  }

  /// Whether two tables price alike.
  public static func == (left: Self, right: Self) -> Bool { left.digest == right.digest }

  /// The digest stands for all of it.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
