internal import Base
internal import Console
internal import Dialect
internal import Layout
internal import Model
internal import Workbench

enum ModelsPriceCommand {
  static let model = Argument(.text("MODEL"), ModelsWord.help)
  static let input = Option(
    "input", .whole("TOKENS", 0...1_000_000_000), "Tokens read, to price a call")
  static let cached = Option(
    "cached", .whole("TOKENS", 0...1_000_000_000), default: 0,
    "Those of them that come from a cache")
  static let output = Option(
    "output", .whole("TOKENS", 0...1_000_000_000), default: 0, "Tokens answered")

  static let command = Command(
    "price", in: .setup, "Show what a model costs, and what one call would",
    discussion: """
      All rates of a model: the whole request is priced by the highest mark that its input passes. \
      A price of the models file stands over the built-in one; an estimate counts where there is none.
      """,
    takes: [model, input, cached, output, ModelsWord.file],
    examples: [
      Example("belay models price anthropic/claude-haiku-4-5", "its rates"),
      Example(
        "belay models price openai/gpt-5 --input 20000 --cached 16000 --output 500", "one call"),
    ],
    output: .page("model-price", compact: ["tier", "above", "input", "output"])
  ) { call in
    let setup = try ModelsWord.resolve(call, call[ModelsWord.file])
    let name = try setup.file.model(call[model])
    guard let price = setup.file.price(of: name) else {
      let near = Spelling.suggestion(for: "\(name)", in: setup.file.prices.names.map { "\($0)" })
      throw BelayError(
        .notFound, "no price is known for '\("\(name)".printable())'\(near)",
        hint: "give it one in models.toml: belay help models")
    }
    let cost = call[input].flatMap { price.cost(of: usage(call, input: $0)) }
    let page = Page(
      items: price.rows.map(\.json),
      fields: [
        "model": .string("\(name)"), "window": .optional(price.window),
        "max_output": .optional(price.maxOutput), "is_estimate": .bool(price.isEstimate),
        "cost_usd": .number(cost), "prices_from": .string(setup.file.prices.origin),
        "prices_digest": .string(setup.file.prices.digest.hex),
      ])
    try call.output.page(page) { width in
      var table = TextTable([
        .init(title: "tier"), .init(title: "input above", right: true),
        .init(title: "in", right: true),
        .init(title: "out", right: true), .init(title: "reasoning", right: true, leaves: 1),
        .init(title: "cached", right: true), .init(title: "to cache", right: true, leaves: 2),
        .init(title: "for 1h", right: true, leaves: 3),
      ])
      for row in price.rows {
        table.add(
          [row.tier.rawValue, row.above == 0 ? "" : Figure.count(row.above)]
            + row.rates.map { PriceText.perMillion($0.dollars) })
      }
      var lines = table.lines(width: width)
      lines += Prose.parts(
        [
          "\(name)".printable(), "reads \(Figure.count(price.window))",
          "answers \(Figure.count(price.maxOutput))",
          price.isEstimate ? "an estimate of the models file" : "dollars per million tokens",
        ], width: width, indent: 2)
      if call[input] != nil { lines.append("this call \(Figure.dollars(cost))") }
      return lines.joined(separator: "\n")
    }
    return .ok
  }

  private static func usage(_ call: Call, input: Int) -> ModelUsage {
    var usage = ModelUsage()
    usage.cacheRead = min(call[cached], input)
    usage.inputUncached = input - min(call[cached], input)
    usage.output = call[output]
    return usage
  }
}

/// One line of a price list.
private struct PriceRow {
  let tier: Price.Tier
  let above: Int
  let rate: Price.Rate

  /// Dollars per million tokens of each kind.
  var rates: [(name: String, dollars: Double?)] {
    [
      ("input", rate.input), ("output", rate.output), ("reasoning", rate.reasoning),
      ("cache_read", rate.cacheRead), ("cache_write", rate.cacheWrite),
      ("cache_write_long", rate.cacheWriteLong),
    ].map { ($0.0, $0.1.map(PriceText.millionfold)) }
  }

  var json: JSON {
    var members: [String: JSON] = [
      "tier": .string(tier.rawValue), "above": .int(above),
    ]
    for rate in rates { members[rate.name] = .number(rate.dollars) }
    return .object(members)
  }
}

extension Price {
  fileprivate var rows: [PriceRow] {
    Tier.allCases.flatMap { tier in
      marks(tier).map { PriceRow(tier: tier, above: $0, rate: rate(input: $0 + 1, tier: tier)) }
    }
  }
}
