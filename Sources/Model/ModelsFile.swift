public import Base
public import Dialect
internal import Platform

/// What a `models.toml` says: providers of the user's own, aliases, prices and estimates.
public struct ModelsFile: Sendable, Hashable {
  /// A provider of the user's own, or another address of a known one.
  public struct ProviderEntry: Sendable, Hashable {
    /// The name in front of its models.
    public let name: String
    /// Where it answers; nil leaves the address of a known provider.
    public let baseURL: String?
    /// What it speaks; nil leaves the dialect of a known provider, else OpenAI's chat form.
    public let dialect: WireDialect?
    /// The name of its key in the environment or the key file; nil when it wants none or is known.
    public let keyName: String?
    /// The line where it stands.
    public let line: Int
  }

  /// The schema that the file names.
  public static let schema = "belay.models/1"

  /// The file; nil for the empty one.
  public private(set) var path: String?
  /// Providers by name.
  public private(set) var providers: [String: ProviderEntry] = [:]
  /// Models by alias.
  public private(set) var aliases: [String: ModelName] = [:]
  /// The pinned prices with the user's over them.
  public private(set) var prices = PriceTable.pinned
  /// What the user guesses of models without a price; sums with it are estimates.
  public private(set) var estimates = PriceTable.empty

  /// Nothing of the user's own.
  public init() {}

  /// The file that is meant: named, else in the lab, else the user's own, else none.
  public static func find(
    explicit: String?, lab: String?, environment: [String: String]
  ) throws(BelayError) -> ModelsFile {
    if let explicit { return try load(explicit) }
    let folders = [lab, UserFolder.path(environment)].compactMap { $0 }
    for path in folders.map({ Path.join($0, "models.toml") }) where Files.kind(path) != nil {
      return try load(path)
    }
    return ModelsFile()
  }

  /// Reads a file; the first fault is thrown and the others are counted.
  public static func load(_ path: String) throws(BelayError) -> ModelsFile {
    let (file, diagnostics) = try check(path)
    if let file { return file }
    let errors = diagnostics.filter { $0.severity == .error }
    let first = errors.first
    throw BelayError(
      .usage,
      [first?.key.map { "\($0): " }, first?.message].compactMap { $0 }.joined()
        + (errors.count > 1 ? " (and \(errors.count - 1) more)" : ""),
      place: first.map { fault in fault.line.map { "\(fault.file):\($0)" } ?? fault.file },
      hint: "belay check \(path)")
  }

  /// Reads a file and tells every fault at once; nil when one of them is an error.
  public static func check(_ path: String) throws(BelayError) -> (ModelsFile?, [Diagnostic]) {
    guard Files.isFile(path) else {
      throw BelayError(.notFound, "there is no such file", place: path, hint: "belay help models")
    }
    let diagnostics = Diagnostics()
    let text = try Files.readText(path, limit: 4 << 20)
    let toml: TOML
    do throws(BelayError) {
      toml = try TOML.parse(text, file: path)
    } catch {
      let line = error.place.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
      diagnostics.add(Diagnostic(.error, file: path, line: line, error.message))
      return (nil, diagnostics.all)
    }
    var file = ModelsFile()
    file.path = path
    file.read(
      ConfigTable(root: toml, file: path, diagnostics: diagnostics), digest: Digest.of(text))
    return (diagnostics.hasErrors ? nil : file, diagnostics.all)
  }

  /// The model that a word means: an alias, else `provider/model`.
  public func model(_ word: String) throws(BelayError) -> ModelName {
    if let name = aliases[word] ?? ModelName(word) { return name }
    throw BelayError(
      .usage,
      "'\(word.printable())' is neither an alias nor a model; expected provider/model"
        + Spelling.suggestion(for: word, in: aliases.keys.sorted()),
      hint: "belay models list")
  }

  /// The same with prices of models that no other table has.
  public func completed(by table: PriceTable) -> ModelsFile {
    var file = self
    file.prices = table.overlaid(by: prices)
    return file
  }

  /// The price of a model, else the user's guess of it; nil when neither is known.
  public func price(of name: ModelName) -> Price? {
    if let price = prices[name], price.isKnown { return price }
    return estimates[name]
  }
}

extension ModelsFile {
  private mutating func read(_ root: ConfigTable, digest: Digest) {
    if let schema = root.string("schema"), schema != Self.schema {
      root.fault("schema", "'\(schema.printable())' is not known; expected '\(Self.schema)'")
    } else if !root.has("schema") {
      root.fault("schema", "missing; expected '\(Self.schema)'")
    }
    if let table = root.table("providers") {
      for name in table.keys {
        if let entry = table.table(name) { provider(name, entry, in: table) }
      }
    }
    for (alias, text) in (root.stringTable("aliases") ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard !alias.contains("/"), !alias.isEmpty else {
        root.fault("aliases", "'\(alias.printable())' must not hold a slash")
        continue
      }
      if let name = ModelName(text) {
        aliases[alias] = name
      } else {
        root.fault(
          "aliases", "\(alias): '\(text.printable())' is no model; expected provider/model")
      }
    }
    if let path = root.string("price_table") { overlay(path, root) }
    let origin = self.path ?? ""
    if let table = root.table("prices") {
      prices = prices.overlaid(
        by: Self.prices(table, isEstimate: false, origin: origin, digest: digest))
    }
    if let table = root.table("estimates") {
      estimates = Self.prices(table, isEstimate: true, origin: origin, digest: digest)
    }
    root.finish()
  }

  private mutating func provider(_ name: String, _ table: ConfigTable, in parent: ConfigTable) {
    if !ModelName.isProvider(name) {
      parent.fault(name, "expected lower-case letters, digits, '.', '-' and '_'")
    }
    let url = table.string("base_url")
    if let url {
      let rest = ["https://", "http://"].first(where: url.hasPrefix).map {
        url.dropFirst($0.utf8.count)
      }
      if rest?.isEmpty ?? true || url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
        table.fault("base_url", "expected an address that begins with https:// or http://")
      } else if rest?.prefix(while: { $0 != "/" }).contains("@") ?? false {
        table.fault("base_url", "must hold no name and no key; name the key with key = \"NAME\"")
      }
    }
    let dialect: WireDialect? = table.choice("dialect")
    let key = table.string("key")
    if let key, !Self.isVariable(key) {
      table.fault(
        "key", "expected the name of a variable such as MY_API_KEY, never the key itself")
    }
    table.finish()
    providers[name] = ProviderEntry(
      name: name, baseURL: url, dialect: dialect, keyName: key, line: table.line)
  }

  private mutating func overlay(_ path: String, _ root: ConfigTable) {
    let full = Path.absolute(
      path, from: Path.parent(Path.absolute(self.path ?? "", from: Files.workingDirectory())))
    do throws(BelayError) {
      prices = prices.overlaid(by: try PriceTable.read(full))
    } catch {
      root.fault("price_table", error.description)
    }
  }

  // People know prices per million tokens.
  private static func prices(
    _ table: ConfigTable, isEstimate: Bool, origin: String, digest: Digest
  ) -> PriceTable {
    var prices = PriceTable.empty
    for name in table.keys {
      guard let entry = table.table(name) else { continue }
      let stem = name.hasSuffix("*") ? String(name.dropLast()) : name
      if ModelName(stem) == nil, ModelName(stem + "x") == nil {
        table.fault(
          name, "expected \"provider/model\" in quotes; a * at its end stands for any rest")
      }
      func dollars(_ key: String) -> Double? { entry.double(key).map { $0 / 1_000_000 } }
      var rate = Price.Rate()
      rate.input = dollars("input")
      rate.output = dollars("output")
      rate.reasoning = dollars("reasoning")
      rate.cacheRead = dollars("cache_read")
      rate.cacheWrite = dollars("cache_write")
      rate.cacheWriteLong = dollars("cache_write_long")
      for key in ["input", "output"] where !entry.has(key) {
        entry.fault(key, "missing; expected dollars per million tokens")
      }
      var price = Price(
        rate, window: entry.int("window", in: 1...Int.max),
        maxOutput: entry.int("max_output", in: 1...Int.max))
      price.isEstimate = isEstimate
      entry.finish()
      prices.put(price, under: name)
    }
    prices.name(origin: origin, digest: digest)
    return prices
  }

  private static func isVariable(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.count <= 64
      && text.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
      }
  }
}

extension ModelsFile {
  /// What a model takes: what its name tells, and what the price table says over it.
  public func traits(of name: ModelName, dialect: WireDialect) -> ModelTraits {
    var traits = ModelTraits.usual(model: name.model, dialect: dialect)
    guard let price = prices[name] else { return traits }
    if let takes = price.takesSampling { traits.supportsSampling = takes }
    if let takes = price.takesPrefill { traits.supportsPrefill = takes }
    if let most = price.maxOutput { traits.maxOutputDefault = min(traits.maxOutputDefault, most) }
    return traits
  }
}
