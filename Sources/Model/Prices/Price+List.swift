package import Base
internal import Platform

extension Price {
  /// All its rates as a record, in dollars per token, so that sums can be made with it again to the last bit.
  package var list: JSON {
    let rows = Tier.allCases.flatMap { tier in
      (steps[tier] ?? []).map { step in
        var row: [String: JSON] = ["tier": .string(tier.rawValue), "above": .int(step.above)]
        for (name, kind) in Self.kinds {
          if let dollars = step.rate[keyPath: kind] { row[name] = .double(dollars) }
        }
        return JSON.object(row)
      }
    }
    return ["is_estimate": .bool(isEstimate), "rates": .array(rows)]
  }

  /// The price that a record tells; nil when it is no record of one.
  package init?(list: JSON) {
    guard let rows = list["rates"].array, let isEstimate = list["is_estimate"].bool else {
      return nil
    }
    self.init()
    self.isEstimate = isEstimate
    for row in rows {
      guard let tier = row["tier"].string.flatMap(Tier.init), let above = row["above"].int else {
        return nil
      }
      var rate = Rate()
      for (name, kind) in Self.kinds {
        let dollars = row[name]
        guard dollars.isNull || dollars.double.map({ $0.isFinite && $0 >= 0 }) == true else {
          return nil
        }
        rate[keyPath: kind] = dollars.double
      }
      steps[tier, default: []].append(Step(above: above, rate: rate))
    }
  }

  private static let kinds: [(String, any WritableKeyPath<Rate, Double?> & Sendable)] = [
    ("input", \.input), ("output", \.output), ("reasoning", \.reasoning),
    ("cache_read", \.cacheRead), ("cache_write", \.cacheWrite),
    ("cache_write_long", \.cacheWriteLong),
  ]
}

extension ModelsFile {
  /// What these models cost as their calls are priced, with where that is from; those without a price are left out.
  package func priceList(of names: some Sequence<ModelName>) -> JSON {
    var models: [String: JSON] = [:]
    for name in names {
      if let price = price(of: name), price.isKnown { models["\(name)"] = price.list }
    }
    // Files are named and not where they lie: this leaves the lab.
    let source = prices.origin.split(separator: ", ").map { Path.last(String($0)) }
    return [
      "source": .string(source.joined(separator: ", ")), "digest": .string(prices.digest.hex),
      "models": .object(models),
    ]
  }
}
