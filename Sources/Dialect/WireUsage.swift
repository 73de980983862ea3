package import Base

/// Reads what an answer used, so that nothing is counted twice.
package enum WireUsage {
  /// OpenAI's chat: the prompt's count holds what came from the cache.
  package static func chat(_ usage: JSON) -> ModelUsage? {
    let prompt = usage["prompt_tokens_details"]
    let completion = usage["completion_tokens_details"]
    return openAI(
      usage, input: usage["prompt_tokens"], output: usage["completion_tokens"],
      cached: prompt["cached_tokens"].isNull
        ? usage["prompt_cache_hit_tokens"] : prompt["cached_tokens"],
      written: prompt["cache_write_tokens"], reasoning: completion["reasoning_tokens"])
  }

  /// OpenAI's responses: the same parts by other names.
  package static func responses(_ usage: JSON) -> ModelUsage? {
    let input = usage["input_tokens_details"]
    return openAI(
      usage, input: usage["input_tokens"], output: usage["output_tokens"],
      cached: input["cached_tokens"], written: input["cache_write_tokens"],
      reasoning: usage["output_tokens_details"]["reasoning_tokens"])
  }

  /// Anthropic: the input's count holds nothing of the cache.
  package static func messages(_ usage: JSON) -> ModelUsage? {
    guard usage.object != nil else { return nil }
    var used = ModelUsage()
    used.inputUncached = WireReader.count(usage["input_tokens"])
    used.cacheRead = WireReader.count(usage["cache_read_input_tokens"])
    let split = usage["cache_creation"]
    used.cacheWriteLong = WireReader.count(split["ephemeral_1h_input_tokens"])
    used.cacheWrite =
      WireReader.count(split["ephemeral_5m_input_tokens"])
      ?? WireReader.count(usage["cache_creation_input_tokens"]).map {
        max(0, $0 - (used.cacheWriteLong ?? 0))
      }
    used.output = WireReader.count(usage["output_tokens"])
    let details = usage["output_tokens_details"]
    used.reasoning =
      WireReader.count(details["thinking_tokens"]) ?? WireReader.count(details["reasoning_tokens"])
    used.serviceTier = WireReader.text(usage["service_tier"])
    used.reportedUSD = dollars(usage["cost"])
    return used
  }

  /// Gemini: the prompt's count holds the cache, and thoughts stand beside the candidates.
  package static func gemini(_ usage: JSON) -> ModelUsage? {
    guard usage.object != nil else { return nil }
    var used = ModelUsage()
    let cached = WireReader.count(usage["cachedContentTokenCount"])
    let tools = WireReader.count(usage["toolUsePromptTokenCount"]) ?? 0
    used.cacheRead = cached
    used.inputUncached = WireReader.count(usage["promptTokenCount"]).map {
      max(0, $0 - (cached ?? 0)) + tools
    }
    used.reasoning = WireReader.count(usage["thoughtsTokenCount"])
    let candidates = WireReader.count(usage["candidatesTokenCount"])
    if candidates != nil || used.reasoning != nil {
      used.output = (candidates ?? 0) + (used.reasoning ?? 0)
    }
    used.serviceTier = WireReader.text(usage["serviceTier"])
    return used
  }

  private static func openAI(
    _ usage: JSON, input: JSON, output: JSON, cached: JSON, written: JSON, reasoning: JSON
  ) -> ModelUsage? {
    guard usage.object != nil else { return nil }
    var used = ModelUsage()
    used.cacheRead = WireReader.count(cached)
    used.cacheWrite = WireReader.count(written)
    used.inputUncached = WireReader.count(input).map {
      max(0, $0 - (used.cacheRead ?? 0) - (used.cacheWrite ?? 0))
    }
    used.output = WireReader.count(output)
    used.reasoning = WireReader.count(reasoning)
    used.reportedUSD = dollars(usage["cost"])
    return used
  }

  private static func dollars(_ value: JSON) -> Double? {
    guard let cost = value.double, cost >= 0, cost.isFinite else { return nil }
    return cost
  }
}
