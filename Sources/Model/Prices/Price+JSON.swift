internal import Base

extension Price {
  /// Reads one entry of a table in LiteLLM's form; keys that mean nothing to Belay are passed over.
  init(entry: JSON) {
    window = entry["max_input_tokens"].int ?? entry["max_tokens"].int
    maxOutput = entry["max_output_tokens"].int
    takesSampling = entry["supports_sampling_params"].bool
    takesPrefill = entry["supports_assistant_prefill"].bool
    reasons = entry["supports_reasoning"].bool
    var marks: [Tier: [Int: Rate]] = [:]
    for (key, value) in entry.object ?? [:] {
      guard let dollars = value.double, dollars >= 0, let place = Place(key) else { continue }
      marks[place.tier, default: [:]][place.above, default: Rate()][keyPath: place.kind] = dollars
    }
    // Ranges of input that follow each other: each is a mark with all its prices.
    for part in entry["tiered_pricing"].array ?? [] {
      guard let from = part["range"][0].double, from >= 0 else { continue }
      var rate = Rate()
      for (key, value) in part.object ?? [:] {
        guard let dollars = value.double, dollars >= 0, let place = Place(key) else { continue }
        rate[keyPath: place.kind] = dollars
      }
      marks[.standard, default: [:]][Int(from)] = rate
    }
    steps = marks.mapValues { rates in
      rates.sorted { $0.key < $1.key }.map { Step(above: $0.key, rate: $0.value) }
    }
  }

  /// What a key such as `input_cost_per_token_above_200k_tokens_batches` is a price of.
  private struct Place {
    let kind: WritableKeyPath<Rate, Double?>
    let above: Int
    let tier: Tier

    init?(_ key: String) {
      var rest = Substring(key)
      var tier = Tier.standard
      for other in Tier.allCases where other != .standard {
        guard rest.hasSuffix("_\(other.rawValue)") else { continue }
        tier = other
        rest = rest.dropLast(other.rawValue.count + 1)
      }
      var above = 0
      if rest.hasSuffix("k_tokens"), let at = rest.range(of: "_above_") {
        guard let thousands = Int(rest[at.upperBound...].dropLast(8)) else { return nil }
        above = thousands * 1000
        rest = rest[..<at.lowerBound]
      }
      switch rest {
      case "input_cost_per_token": kind = \.input
      case "output_cost_per_token": kind = \.output
      case "output_cost_per_reasoning_token": kind = \.reasoning
      case "cache_read_input_token_cost": kind = \.cacheRead
      case "cache_creation_input_token_cost": kind = \.cacheWrite
      case "cache_creation_input_token_cost_above_1hr": kind = \.cacheWriteLong
      default: return nil
      }
      self.above = above
      self.tier = tier
    }
  }
}

extension Substring {
  // The last place of a text that occurs once or more.
  fileprivate func range(of text: String) -> Range<Index>? {
    var found: Range<Index>?
    var at = startIndex
    while at < endIndex {
      if self[at...].hasPrefix(text) { found = at..<index(at, offsetBy: text.count) }
      at = index(after: at)
    }
    return found
  }
}
