internal import Base
internal import Dialect
internal import Layout
internal import Model

/// What the calls of a run cost, and whether that is what their tokens come to at the prices that were recorded.
struct BundleCosts {
  private let calls: [JSON]
  private let lists: [JSON]

  /// Of the calls as a bundle has them, and the lists of prices in the order in which they were recorded.
  init(calls: [JSON], lists: [JSON]) {
    self.calls = calls
    self.lists = lists
  }

  /// What of it a bundle holds; nil where there is nothing.
  var files: (calls: [UInt8]?, prices: [UInt8]?) {
    (
      calls.isEmpty ? nil : BundleWriter.lines(calls),
      lists.isEmpty ? nil : BundleWriter.lines(lists)
    )
  }

  /// The sums that are claimed; null where there are no calls.
  var json: JSON {
    guard !calls.isEmpty else { return .null }
    let known = calls.compactMap(\.["cost_usd"].double)
    var roles: [String: Double] = [:]
    for call in calls {
      roles[call["role"].string ?? "", default: 0] += call["cost_usd"].double ?? 0
    }
    return [
      "calls": .int(calls.count), "usd": .double(known.reduce(0, +)),
      "unpriced": .int(calls.count - known.count),
      "estimated": .int(calls.count { $0["basis"] == "estimated" }),
      "roles": .object(roles.mapValues(JSON.double)),
    ]
  }

  /// Whether costs and prices agree, and what nobody can tell of them.
  func verdict(_ trials: [JSON]) -> (state: BundleCheck.State, sentence: String)? {
    guard !calls.isEmpty else {
      return trials.contains { $0["cost_usd"].double ?? 0 > 0 }
        ? (.cannot, "the calls that the trials' costs are sums of are not in the bundle") : nil
    }
    if let fault = exceeded(trials) { return (.fails, fault) }
    guard !lists.isEmpty else {
      return (.cannot, "what the models cost was not recorded when the run began")
    }
    let tables = lists.map { list in
      (list["models"].object ?? [:]).compactMapValues { Price(list: $0) }
    }
    var (agreed, untold) = (0, 0)
    for call in calls {
      let prices = tables.compactMap { $0[call["model"].string ?? ""] }
      guard call["basis"] == "computed", let cost = call["cost_usd"].double, !prices.isEmpty else {
        untold += 1
        continue
      }
      let sums = prices.flatMap { Self.sums(call, $0) }
      guard sums.contains(where: { Self.isSame($0, cost) }) else {
        let sum = sums.first.map { Figure.dollars($0) } ?? "no sum that is known"
        return (
          .fails,
          "call \(call["call"].int ?? 0) cost \(Figure.dollars(cost)), and its tokens come to \(sum) at the recorded prices"
        )
      }
      agreed += 1
    }
    let rest =
      untold == 0
      ? "" : "; of \(Figure.plural(untold, "call")) the cost was told, estimated or has no price"
    guard agreed > 0 else {
      return (.cannot, "no call's cost was made of its tokens and a recorded price")
    }
    let sources = Set(lists.compactMap(\.["source"].string)).sorted().joined(separator: "; ")
    return (
      .holds,
      "\(Figure.plural(agreed, "call")) cost what their tokens come to at the prices of \(sources.printable())\(rest)"
    )
  }

  // An answer may come after a trial's end, and one that was paid for in an attempt before is not paid again: a
  // trial may have cost less than its calls, and never more.
  private func exceeded(_ trials: [JSON]) -> String? {
    var sums: [String: Double?] = [:]
    for call in calls {
      guard let trial = call["trial"].string else { continue }
      let sum = sums[trial, default: 0]
      sums[trial] = .some(sum.flatMap { sum in call["cost_usd"].double.map { sum + $0 } })
    }
    for trial in trials {
      guard let name = trial["trial"].string, let cost = trial["cost_usd"].double,
        case let sum?? = sums[name], cost > sum, !Self.isSame(cost, sum)
      else { continue }
      return
        "\(name.printable()) cost \(Figure.dollars(cost)), and its calls \(Figure.dollars(sum)) together"
    }
    return nil
  }

  /// What a call's tokens come to: the ledger does not say in which tier it was served.
  private static func sums(_ call: JSON, _ price: Price) -> [Double] {
    var usage = ModelUsage()
    usage.inputUncached = call["input"].int
    usage.cacheRead = call["cache_read"].int
    usage.cacheWrite = call["cache_write"].int
    usage.cacheWriteLong = call["cache_write_long"].int
    usage.output = call["output"].int
    usage.reasoning = call["reasoning"].int
    return Price.Tier.allCases.compactMap { tier in
      usage.serviceTier = tier.rawValue
      return price.cost(of: usage)
    }
  }

  private static func isSame(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= 1e-9 * max(abs(left), abs(right), 1e-9)
  }
}
