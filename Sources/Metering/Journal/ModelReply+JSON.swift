internal import Base
internal import Dialect

// The form in which requests and answers are kept: whatever is read back is equal to what was written.

extension ModelReply {
  /// The answer as it is kept.
  var json: JSON {
    [
      "id": .optional(id), "model": .string(model), "parts": .array(parts.map(\.json)),
      "stop": stop.json, "usage": usage?.json ?? .null,
    ]
  }

  /// Reads an answer that was kept; nil when it is none.
  init?(_ json: JSON) {
    guard let model = json["model"].string, let stop = StopReason(json["stop"]) else { return nil }
    var parts: [Part] = []
    for element in json["parts"].array ?? [] {
      guard let part = Part(element) else { return nil }
      parts.append(part)
    }
    self.init(
      id: json["id"].string, model: model, parts: parts, stop: stop,
      usage: ModelUsage(json["usage"]))
  }
}

extension Turn {
  /// The turn as it is kept.
  var json: JSON { ["role": .string(role.rawValue), "parts": .array(parts.map(\.json))] }
}

extension Part {
  /// The part as it is kept: an object with one member that names its kind.
  var json: JSON {
    switch self {
    case .text(let text): ["text": .string(text)]
    case .image(let type, let data):
      ["image": ["media_type": .string(type), "base64": .string(data)]]
    case .toolUse(let use):
      [
        "tool_use": [
          "id": .string(use.id), "name": .string(use.name), "arguments": .string(use.arguments),
          "signature": .optional(use.signature),
        ]
      ]
    case .toolAnswer(let answer):
      [
        "tool_answer": [
          "id": .string(answer.callID), "name": .string(answer.name), "text": .string(answer.text),
          "is_error": .bool(answer.isError),
        ]
      ]
    case .reasoning(let thought):
      [
        "reasoning": [
          "text": .string(thought.text), "block": thought.block ?? .null,
          "dialect": .string(thought.dialect.rawValue),
        ]
      ]
    }
  }

  /// Reads a part that was kept; nil when it is none.
  init?(_ json: JSON) {
    guard let (kind, value) = json.object?.first, json.object?.count == 1 else { return nil }
    switch kind {
    case "text":
      guard let text = value.string else { return nil }
      self = .text(text)
    case "image":
      guard let type = value["media_type"].string, let data = value["base64"].string else {
        return nil
      }
      self = .image(mediaType: type, base64: data)
    case "tool_use":
      guard let id = value["id"].string, let name = value["name"].string,
        let arguments = value["arguments"].string
      else { return nil }
      self = .toolUse(
        ToolUse(id: id, name: name, arguments: arguments, signature: value["signature"].string))
    case "tool_answer":
      guard let id = value["id"].string, let name = value["name"].string,
        let text = value["text"].string
      else { return nil }
      self = .toolAnswer(
        ToolAnswer(callID: id, name: name, text: text, isError: value["is_error"].bool ?? false))
    case "reasoning":
      guard let text = value["text"].string,
        let dialect = value["dialect"].string.flatMap(WireDialect.init(rawValue:))
      else { return nil }
      let block = value["block"]
      self = .reasoning(
        Reasoning(text: text, block: block.isNull ? JSON?.none : block, dialect: dialect))
    default: return nil
    }
  }
}

extension StopReason {
  var json: JSON {
    switch self {
    case .done: "done"
    case .toolUse: "tool_use"
    case .outputLimit: "output_limit"
    case .stopText: "stop_text"
    case .contextOverflow: "context_overflow"
    case .paused: "paused"
    case .refusal(let words): ["refusal": .string(words)]
    case .other(let word): ["other": .string(word)]
    }
  }

  init?(_ json: JSON) {
    let plain: [StopReason] = [
      .done, .toolUse, .outputLimit, .stopText, .contextOverflow, .paused,
    ]
    if let reason = plain.first(where: { $0.json == json }) {
      self = reason
    } else if let words = json["refusal"].string {
      self = .refusal(words)
    } else if let word = json["other"].string {
      self = .other(word)
    } else {
      return nil
    }
  }
}

extension ModelUsage {
  var json: JSON {
    [
      "input_uncached": .optional(inputUncached), "cache_read": .optional(cacheRead),
      "cache_write": .optional(cacheWrite), "cache_write_long": .optional(cacheWriteLong),
      "output": .optional(output), "reasoning": .optional(reasoning),
      "reported_usd": .number(reportedUSD), "service_tier": .optional(serviceTier),
      "is_estimate": .bool(isEstimate),
    ]
  }

  init?(_ json: JSON) {
    guard json.object != nil else { return nil }
    self.init()
    inputUncached = json["input_uncached"].int
    cacheRead = json["cache_read"].int
    cacheWrite = json["cache_write"].int
    cacheWriteLong = json["cache_write_long"].int
    output = json["output"].int
    reasoning = json["reasoning"].int
    reportedUSD = json["reported_usd"].double
    serviceTier = json["service_tier"].string
    isEstimate = json["is_estimate"].bool ?? false
  }
}
