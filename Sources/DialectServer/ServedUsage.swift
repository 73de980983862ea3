internal import Base
internal import Dialect

/// Writes what an answer used, each dialect in its own way of counting.
enum ServedUsage {
  static func chat(_ usage: ModelUsage?) -> JSON {
    openAI(
      usage, names: ("prompt_tokens", "completion_tokens"),
      details: ("prompt_tokens_details", "completion_tokens_details"))
  }

  static func responses(_ usage: ModelUsage?) -> JSON {
    openAI(
      usage, names: ("input_tokens", "output_tokens"),
      details: ("input_tokens_details", "output_tokens_details"))
  }

  static func messages(_ usage: ModelUsage?) -> JSON {
    // The dialect has no word for unknown: its clients demand both counts.
    var body: JSON = [
      "input_tokens": .int(usage?.inputUncached ?? 0), "output_tokens": .int(usage?.output ?? 0),
    ]
    guard let usage else { return body }
    if let read = usage.cacheRead { body["cache_read_input_tokens"] = .int(read) }
    if usage.cacheWrite != nil || usage.cacheWriteLong != nil {
      let short = usage.cacheWrite ?? 0
      let long = usage.cacheWriteLong ?? 0
      body["cache_creation_input_tokens"] = .int(short + long)
      body["cache_creation"] = [
        "ephemeral_5m_input_tokens": .int(short), "ephemeral_1h_input_tokens": .int(long),
      ]
    }
    if let thought = usage.reasoning {
      body["output_tokens_details"] = ["thinking_tokens": .int(thought)]
    }
    if let tier = usage.serviceTier { body["service_tier"] = .string(tier) }
    if let cost = usage.reportedUSD { body["cost"] = .number(cost) }
    return body
  }

  static func gemini(_ usage: ModelUsage?) -> JSON {
    guard let usage, let input = usage.input else { return .null }
    let output = usage.output ?? 0
    let thoughts = min(output, usage.reasoning ?? 0)
    var body: JSON = [
      "promptTokenCount": .int(input), "candidatesTokenCount": .int(output - thoughts),
      "totalTokenCount": .int(input + output),
    ]
    if usage.reasoning != nil { body["thoughtsTokenCount"] = .int(thoughts) }
    if let read = usage.cacheRead { body["cachedContentTokenCount"] = .int(read) }
    if let tier = usage.serviceTier { body["serviceTier"] = .string(tier) }
    return body
  }

  private static func openAI(
    _ usage: ModelUsage?, names: (String, String), details: (String, String)
  ) -> JSON {
    guard let usage, let input = usage.input else { return .null }
    let output = usage.output ?? 0
    var body: JSON = [
      names.0: .int(input), names.1: .int(output), "total_tokens": .int(input + output),
    ]
    // Official clients take both for given.
    var read: JSON = ["cached_tokens": .int(usage.cacheRead ?? 0)]
    if usage.cacheWrite != nil || usage.cacheWriteLong != nil {
      read["cache_write_tokens"] = .int((usage.cacheWrite ?? 0) + (usage.cacheWriteLong ?? 0))
    }
    body[details.0] = read
    body[details.1] = ["reasoning_tokens": .int(usage.reasoning ?? 0)]
    if let cost = usage.reportedUSD { body["cost"] = .number(cost) }
    return body
  }
}
