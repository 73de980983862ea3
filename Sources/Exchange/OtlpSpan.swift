internal import Base

/// One span of OpenTelemetry, in the JSON form of its protocol: ids in hex, times in nanoseconds as text,
/// whole numbers as text.
struct OtlpSpan {
  /// What a span is of, by OpenTelemetry's numbers.
  enum Kind: Int {
    case inside = 1
    case client = 3
  }

  /// Something that happened at one moment of it.
  struct Event {
    var name: String
    var at: Timestamp
    var attributes: [String: JSON]
  }

  var id: String
  var parent: String?
  var name: String
  var kind: Kind
  var start: Timestamp
  var end: Timestamp
  /// Texts, numbers, truths and lists of texts; null is left out.
  var attributes: [String: JSON]
  var events: [Event] = []
  /// The class of what went wrong; nil when nothing did.
  var fault: String?

  /// The digits of an id: the first bytes of a SHA-256, so that the same record has the same id each time.
  static func id(_ seed: String, bytes: Int) -> String {
    Hex.text(Digest.of(seed).bytes.prefix(bytes))
  }

  func json(trace: String) -> JSON {
    var attributes = attributes
    if let fault { attributes["error.type"] = .string(fault) }
    var span: [String: JSON] = [
      "traceId": .string(trace), "spanId": .string(id), "name": .string(name),
      "kind": .int(kind.rawValue), "startTimeUnixNano": Self.nanoseconds(start),
      "endTimeUnixNano": Self.nanoseconds(max(start, end)),
      "attributes": Self.attributes(attributes), "status": fault == nil ? [:] : ["code": 2],
    ]
    if let parent { span["parentSpanId"] = .string(parent) }
    if !events.isEmpty {
      span["events"] = .array(
        events.map {
          [
            "name": .string($0.name), "timeUnixNano": Self.nanoseconds($0.at),
            "attributes": Self.attributes($0.attributes),
          ]
        })
    }
    return .object(span)
  }

  static func attributes(_ values: [String: JSON]) -> JSON {
    .array(
      values.sorted { $0.key < $1.key }.compactMap { key, value in
        Self.value(value).map { ["key": .string(key), "value": $0] }
      })
  }

  private static func value(_ value: JSON) -> JSON? {
    switch value {
    case .null: nil
    case .bool: ["boolValue": value]
    case .int(let number): ["intValue": .string("\(number)")]
    case .string: ["stringValue": value]
    case .array(let elements): ["arrayValue": ["values": .array(elements.compactMap(Self.value))]]
    case .object: ["stringValue": .string(value.text())]
    default: value.double.map { ["doubleValue": .double($0)] }
    }
  }

  // What an agent wrote as a time may be any number.
  private static func nanoseconds(_ time: Timestamp) -> JSON {
    let (count, overflow) = max(0, time.milliseconds).multipliedReportingOverflow(by: 1_000_000)
    return .string("\(overflow ? Int64.max : count)")
  }
}
