import Base
import Dialect
import Model
import Testing

@testable import Bundles

/// Costs against tokens and prices: what agrees, what does not, and what nobody can tell.
@Suite struct BundleCostsTests {
  /// Three dollars a million read, a tenth of it from a cache, fifteen answered; twice as much above 200,000.
  static let list: JSON = [
    "source": "a table", "at": "2026-11-20T22:00:00Z",
    "models": [
      "lab/model": [
        "is_estimate": false,
        "rates": [
          [
            "tier": "standard", "above": 0, "input": 3e-6, "cache_read": 3e-7, "output": 15e-6,
          ], ["tier": "standard", "above": 200_000, "input": 6e-6, "output": 30e-6],
          ["tier": "batches", "above": 0, "input": 1.5e-6, "output": 7.5e-6],
        ],
      ]
    ],
  ]

  static func call(
    _ number: Int, trial: String? = "t1", _ usd: Double?, input: Int = 1000, cached: Int? = nil,
    output: Int = 100, basis: String = "computed", model: String = "lab/model"
  ) -> JSON {
    [
      "call": .int(number), "trial": .optional(trial), "role": "task", "model": .string(model),
      "input": .int(input), "cache_read": .optional(cached), "output": .int(output),
      "cost_usd": .number(usd), "basis": .string(basis),
    ]
  }

  static func state(_ calls: [JSON], lists: [JSON] = [list], trials: [JSON] = []) -> String? {
    BundleCosts(calls: calls, lists: lists).verdict(trials)?.state.rawValue
  }

  @Test(arguments: [
    (call(1, 0.0045), "holds"), (call(1, 0.0046), "fails"), (call(1, 0), "fails"),
    (call(1, 0.0048, cached: 1000), "holds"), (call(1, 0.0045, cached: 1000), "fails"),
    // Above the mark the whole request is dearer, and what comes from the cache there costs what input does.
    (call(1, 1.503, input: 250_000), "holds"), (call(1, 0.7515, input: 250_000), "fails"),
    // A batch is cheaper, and so is what a provider says itself; the last is not checked by anybody.
    (call(1, 0.00225), "holds"), (call(1, 0.5, basis: "reported"), "cannot"),
    (call(1, 0.5, basis: "estimated"), "cannot"), (call(1, nil, basis: "unknown"), "cannot"),
    (call(1, 0.5, model: "lab/other"), "cannot"),
  ])
  func `a cost is what its tokens come to, or it fails, or nobody can tell`(
    call: JSON, state: String
  ) {
    #expect(Self.state([call]) == state)
    // One that agrees hides none that does not, and none that cannot be told makes it fail.
    #expect(Self.state([Self.call(9, 0.0045), call]) == (state == "fails" ? "fails" : "holds"))
  }

  @Test func `prices that changed when a run was gone on with both count`() {
    var dearer = Self.list
    dearer["models"] = [
      "lab/model": [
        "is_estimate": false,
        "rates": [["tier": "standard", "above": 0, "input": 4e-6, "output": 20e-6]],
      ]
    ]
    let calls = [Self.call(1, 0.0045), Self.call(2, 0.006)]
    #expect(Self.state(calls) == "fails")
    #expect(Self.state(calls, lists: [Self.list, dearer]) == "holds")
  }

  @Test func `without prices or calls nobody can tell, and where nothing was paid nothing is said`()
  {
    #expect(Self.state([Self.call(1, 0.0045)], lists: []) == "cannot")
    #expect(Self.state([], trials: [["trial": "t1", "cost_usd": 0.1]]) == "cannot")
    #expect(Self.state([], trials: [["trial": "t1", "cost_usd": 0]]) == nil)
    #expect(Self.state([], trials: [["trial": "t1", "cost_usd": .null]]) == nil)
  }

  @Test(arguments: [
    (0.009, "holds"), (0.0045, "holds"), (0.0091, "fails"),
  ])
  func `a trial cost no more than its calls`(cost: Double, state: String) {
    let calls = [
      Self.call(1, 0.0045), Self.call(2, 0.0045), Self.call(3, trial: "t2", 0.0045),
      Self.call(4, trial: nil, 0.0045),
    ]
    #expect(
      Self.state(calls, trials: [["trial": "t1", "cost_usd": .double(cost)]]) == state)
    // With a call whose price nobody knows its sum is not known either.
    #expect(
      Self.state(
        calls + [Self.call(5, nil, basis: "unknown")],
        trials: [["trial": "t1", "cost_usd": .double(cost)]]) == "holds")
  }

  @Test func `the sums that are claimed tell the unknown from nothing`() {
    let money = BundleCosts(
      calls: [
        Self.call(1, 0.25), Self.call(2, 0.5, basis: "estimated"),
        Self.call(3, nil, basis: "unknown"),
      ], lists: []
    ).json
    #expect(
      money == [
        "calls": 3, "usd": 0.75, "unpriced": 1, "estimated": 1, "roles": ["task": 0.75],
      ])
    #expect(BundleCosts(calls: [], lists: []).json.isNull)
  }

  @Test func `costs are checked in a bundle, and its sums cannot be changed unfound`() throws {
    let (_, trials, night) = try BundleForgeryTests.night()
    let run: JSON = [
      "run": "r1", "type": "eval", "tasks": night["tasks"], "candidates": night["candidates"],
    ]
    let calls = [Self.call(1, trial: "t101", 0.0045), Self.call(2, trial: nil, 0.0045)]
    func states(_ calls: [JSON], claimed: [JSON], lists: [JSON]) throws -> [String: String] {
      var contents = try BundleForgeryTests.contents(facts: [], trials: trials, run: run)
      contents["calls.jsonl"] = BundleCosts(calls: calls, lists: []).files.calls
      contents["prices.jsonl"] = BundleCosts(calls: [], lists: lists).files.prices
      contents["claims.json"] =
        BundleClaims(
          run: run, trials: trials, replay: nil, costs: BundleCosts(calls: claimed, lists: lists)
        ).json.utf8()
      return try BundleForgeryTests.states(contents)
    }
    let whole = try states(calls, claimed: calls, lists: [Self.list])
    #expect(whole["prices"] == "holds" && whole["claims"] == "holds")
    #expect(try states(calls, claimed: calls, lists: [])["prices"] == "cannot")
    let fewer = try states(calls.dropLast(), claimed: calls, lists: [Self.list])
    #expect(fewer["claims"] == "fails")
  }

  @Test func `a list of prices makes the same sums as the table that it is from`() throws {
    var usage = ModelUsage()
    for name in PriceTable.pinned.names {
      let price = try #require(PriceTable.pinned[name])
      let list = try JSON.parse(price.list.utf8())
      let again = try #require(Price(list: list))
      for input in [0, 1000, 150_000, 300_000] {
        usage.inputUncached = input
        (usage.cacheRead, usage.cacheWrite, usage.cacheWriteLong) = (7, 11, 13)
        (usage.output, usage.reasoning) = (900, 300)
        for tier in Price.Tier.allCases {
          usage.serviceTier = tier.rawValue
          #expect(again.cost(of: usage) == price.cost(of: usage), "\(name)")
        }
      }
    }
    #expect(Price(list: ["is_estimate": false, "rates": [["tier": "none", "above": 0]]]) == nil)
    #expect(
      Price(list: ["is_estimate": false, "rates": [["tier": "flex", "above": 0, "input": -1]]])
        == nil)
  }
}
