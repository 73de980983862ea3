internal import Base
internal import Console
internal import Dialect
internal import Layout
internal import Model
internal import Workbench

enum ModelsListCommand {
  static let words = Argument(
    repeated: .text("TEXT"), "Only models whose PROVIDER/MODEL holds one of these")

  static let command = Command(
    "list", in: .setup, "List the providers, which keys were found, and the models with a price",
    discussion: """
      A key is looked for in the environment and in the key file (BELAY_KEYS, else keys.toml in \
      ~/.config/belay, mode 600), and is never shown. Prices are dollars per million tokens; a \
      dash is unknown, never 0. Any model of a provider can be named, listed or not.
      """,
    takes: [words, ModelsWord.file],
    examples: [
      Example("belay models", "who can be asked?"),
      Example("belay models list anthropic", "the models of one provider"),
    ],
    output: .list("models", compact: ["model", "input", "output", "window"]),
    reading: .plain
  ) { call in
    let setup = try ModelsWord.resolve(call, call[ModelsWord.file])
    let wanted = call[words].map { $0.lowercased() }
    let ready = Set(setup.providers.all.filter { isReady($0, setup.keys) }.map(\.name))
    let names = setup.file.prices.names
      .filter { name in
        wanted.isEmpty || wanted.contains { "\(name)".lowercased().contains($0) }
      }
      .sorted { left, right in
        // Those that can be asked now come first.
        let (first, second) = (ready.contains(left.provider), ready.contains(right.provider))
        return first == second ? left < right : first
      }
    let shown = names.prefix(call.limit ?? names.count)
    let page = Page(
      items: shown.map { item($0, setup) },
      counts: ["items": names.count, "providers": setup.providers.all.count],
      isTruncated: shown.count < names.count,
      hints: ready.isEmpty ? [] : ["belay models ping \(shown.first.map { "\($0)" } ?? "MODEL")"],
      fields: [
        "providers": .array(setup.providers.all.map { provider($0, setup.keys) }),
        "aliases": .object(setup.file.aliases.mapValues { .string("\($0)") }),
        "file": .optional(setup.file.path), "prices_from": .string(setup.file.prices.origin),
        "prices_digest": .string(setup.file.prices.digest.hex),
      ])
    try call.output.page(page) { width in
      var lines = wanted.isEmpty ? providers(setup, width: width) + [""] : []
      lines += models(page.items, width: width)
      if let narrowing = page.narrowing { lines.append(narrowing) }
      lines.append(
        "dollars per million tokens, from \(setup.file.prices.origin)".printable())
      return lines.joined(separator: "\n")
    }
    return .ok
  }

  private static func isReady(_ provider: Provider, _ keys: KeyRing) -> Bool {
    provider.needsKey ? provider.key(in: keys) != nil : true
  }

  private static func source(_ provider: Provider, _ keys: KeyRing) -> (name: String, from: String)?
  {
    for name in provider.keyNames {
      switch keys.source(name) {
      case .environment: return (name, "environment")
      case .file(let path): return (name, path)
      case nil: continue
      }
    }
    return nil
  }

  private static func provider(_ provider: Provider, _ keys: KeyRing) -> JSON {
    let found = source(provider, keys)
    return [
      "name": .string(provider.name), "base_url": .string(provider.baseURL),
      "dialect": .string(provider.dialect.rawValue), "has_key": .bool(found != nil),
      "needs_key": .bool(provider.needsKey),
      "key": .optional(found?.name ?? provider.keyNames.first), "key_from": .optional(found?.from),
    ]
  }

  private static func providers(_ setup: ModelsWord.Setup, width: Int) -> [String] {
    var table = TextTable([
      .init(title: "provider"), .init(title: "key", shrinksTo: 24),
      .init(title: "dialect", leaves: 2),
      .init(title: "address", shrinksTo: 16, leaves: 1),
    ])
    for provider in setup.providers.all {
      let key =
        if let found = source(provider, setup.keys) {
          found.from == "environment" ? found.name : "\(found.name) (key file)"
        } else if provider.needsKey {
          "none: set \(provider.keyNames.joined(separator: " or "))"
        } else {
          "not needed"
        }
      table.add([provider.name, key, provider.dialect.rawValue, provider.baseURL])
    }
    var lines = table.lines(width: width)
    for (alias, name) in setup.file.aliases.sorted(by: { $0.key < $1.key }) {
      lines += Prose.wrap("\(alias) means \(name)".printable(), width: width, indent: 2)
    }
    return lines
  }

  private static func item(_ name: ModelName, _ setup: ModelsWord.Setup) -> JSON {
    let price = setup.file.prices[name]
    let rate = price?.rate(input: 0)
    func dollars(_ value: Double?) -> JSON { .number(value.map(PriceText.millionfold)) }
    return [
      "model": .string("\(name)"), "input": dollars(rate?.input), "output": dollars(rate?.output),
      "cache_read": dollars(rate?.cacheRead), "cache_write": dollars(rate?.cacheWrite),
      "window": .optional(price?.window), "max_output": .optional(price?.maxOutput),
    ]
  }

  private static func models(_ items: [JSON], width: Int) -> [String] {
    guard !items.isEmpty else { return ["no model with a price fits"] }
    var table = TextTable([
      .init(title: "model", shrinksTo: 20), .init(title: "in", right: true),
      .init(title: "out", right: true), .init(title: "cached", right: true, leaves: 2),
      .init(title: "window", right: true, leaves: 1),
      .init(title: "answer", right: true, leaves: 3),
    ])
    for item in items {
      table.add([
        item["model"].string ?? "", PriceText.perMillion(item["input"].double),
        PriceText.perMillion(item["output"].double),
        PriceText.perMillion(item["cache_read"].double), Figure.count(item["window"].int),
        Figure.count(item["max_output"].int),
      ])
    }
    return table.lines(width: width)
  }
}

/// How prices are written.
enum PriceText {
  /// Dollars per million tokens from dollars per token, without the noise of binary fractions.
  static func millionfold(_ dollars: Double) -> Double { (dollars * 1e12).rounded() / 1e6 }

  /// Dollars per million tokens, with enough decimals to tell small ones apart.
  static func perMillion(_ dollars: Double?) -> String {
    Figure.fixed(dollars, dollars.map { $0 != 0 && $0 < 1 ? 3 : 2 } ?? 2)
  }
}
