import Base
import Dialect
import Seeded
import Testing

@testable import Model

@Suite struct PriceTests {
  static func usage(
    _ uncached: Int?, read: Int? = nil, write: Int? = nil, long: Int? = nil, output: Int?,
    reasoning: Int? = nil, tier: String? = nil
  ) -> ModelUsage {
    var usage = ModelUsage()
    usage.inputUncached = uncached
    usage.cacheRead = read
    usage.cacheWrite = write
    usage.cacheWriteLong = long
    usage.output = output
    usage.reasoning = reasoning
    usage.serviceTier = tier
    return usage
  }

  static let entry: JSON = [
    "litellm_provider": "p", "input_cost_per_token": 1e-6, "output_cost_per_token": 1e-5,
    "cache_read_input_token_cost": 1e-7, "cache_creation_input_token_cost": 2e-6,
    "cache_creation_input_token_cost_above_1hr": 4e-6, "output_cost_per_reasoning_token": 2e-5,
    "input_cost_per_token_above_200k_tokens": 3e-6, "output_cost_per_token_above_200k_tokens": 3e-5,
    "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 8e-6,
    "input_cost_per_token_batches": 5e-7, "output_cost_per_token_batches": 5e-6,
    "input_cost_per_token_above_200k_tokens_priority": 9e-6, "input_cost_per_token_priority": 6e-6,
    "output_cost_per_token_priority": 6e-5, "max_input_tokens": 1000, "max_output_tokens": 100,
  ]

  static let priced: [(ModelUsage, Double)] = [
    (usage(1000, output: 100), 0.002),
    (usage(1000, read: 500, output: 0), 0.00105),
    (usage(0, write: 10, long: 10, output: 0), 0.00006),
    (usage(0, output: 100, reasoning: 40), 0.0014),
    (usage(200_000, output: 1), 0.20001),
    (usage(200_001, output: 1), 0.600033),
    (usage(100_001, read: 100_000, output: 0), 0.600003),
    (usage(0, long: 200_001, output: 0), 1.600008),
    (usage(100, output: 10, tier: "batch"), 0.0001),
    (usage(100, output: 10, tier: "default"), 0.0002),
    (usage(200_001, output: 1, tier: "priority"), 1.800069),
  ]

  @Test(arguments: priced)
  func `a request is priced by its parts, its tier and the highest mark that it passes`(
    usage: ModelUsage, dollars: Double
  ) throws {
    let cost = try #require(Price(entry: Self.entry).cost(of: usage))
    #expect(abs(cost - dollars) < 1e-12, "\(cost)")
  }

  @Test(arguments: [usage(nil, output: 1), usage(1, output: nil)])
  func `what is not counted has no price`(usage: ModelUsage) {
    #expect(Price(entry: Self.entry).cost(of: usage) == nil)
  }

  @Test func `what has no price costs nil, never 0`() {
    #expect(Price(entry: ["output_cost_per_token": 1]).cost(of: Self.usage(1, output: 1)) == nil)
    #expect(
      Price(entry: ["input_cost_per_token": 1, "output_cost_per_token": 1])
        .cost(of: Self.usage(1, long: 1, output: 1)) == nil)
    #expect(PriceTable.pinned[ModelName(provider: "openai", model: "gpt-0")] == nil)
    #expect(PriceTable.pinned[ModelName(provider: "openrouter", model: "gpt-5")] == nil)
  }

  @Test func `ranges that follow each other are marks`() throws {
    let price = Price(entry: [
      "tiered_pricing": [
        ["input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "range": [0, 32000.0]],
        [
          "input_cost_per_token": 2e-6, "output_cost_per_token": 4e-6, "range": [32000.0, 64000.0],
        ],
      ]
    ])
    #expect(price.rate(input: 32_000).input == 1e-6)
    #expect(price.rate(input: 32_001).input == 2e-6)
    #expect(price.rate(input: 100_000).output == 4e-6)
  }

  @Test func `no request of at most so many tokens costs more than its ceiling`() throws {
    var random = SplitMix(1)
    let tables = PriceTable.pinned
    let names = tables.names
    for round in 0..<3000 {
      let name = try #require(names.randomElement(using: &random))
      let price = try #require(tables[name])
      let most = Int.random(in: 1...600_000, using: &random)
      let ceiling = try #require(price.ceiling(input: most, tier: .standard, hasLongCache: true))
      let parts = (0..<4).map { _ in Int.random(in: 0...most / 4, using: &random) }
      let output = Int.random(in: 0...10_000, using: &random)
      let usage = Self.usage(
        parts[0], read: parts[1], write: parts[2], long: parts[3], output: output,
        reasoning: output / 2)
      guard let cost = price.cost(of: usage) else { continue }
      #expect(
        cost <= (Double(most) * ceiling.input + Double(output) * ceiling.output) * (1 + 1e-9),
        "round \(round): \(name) \(usage)")
    }
  }

  @Test func `the pinned table holds the models of today with all that a sum needs`() throws {
    let table = PriceTable.pinned
    #expect(table.names.count > 200)
    for name in table.names { #expect(table[name]?.isKnown == true, "\(name)") }
    for word in ["openai/gpt-5", "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-pro"] {
      let name = try #require(ModelName(word))
      let price = try #require(table[name])
      #expect(price.window ?? 0 > 100_000 && price.maxOutput ?? 0 > 10_000)
    }
    let haiku = try #require(table[ModelName(provider: "anthropic", model: "claude-haiku-4-5")])
    #expect(haiku.cost(of: Self.usage(1_000_000, output: 0)) == 1)
    #expect(haiku.rate(input: 0).cacheWriteLong == 2e-6)
  }

  @Test func `another table over it decides what both know, and changes the digest`() throws {
    let mine = try PriceTable(
      json: ["gpt-5": ["litellm_provider": "openai", "input_cost_per_token": 7]], origin: "mine")
    let both = PriceTable.pinned.overlaid(by: mine)
    #expect(both[ModelName(provider: "openai", model: "gpt-5")]?.rate(input: 0).input == 7)
    #expect(both[ModelName(provider: "openai", model: "gpt-5-mini")] != nil)
    #expect(both.digest != PriceTable.pinned.digest)
    #expect(PriceTable.pinned.overlaid(by: .empty).digest == PriceTable.pinned.digest)
  }
}
