extension JSON {
  /// The value of anything that can be encoded: members by name, nil left out, doubles to the last bit.
  ///
  /// Whole numbers that `Int` cannot hold, and doubles that JSON cannot say, become strings.
  public static func encoding(_ value: some Encodable) throws(BelayError) -> JSON {
    do {
      return try JSONWriting.value(of: value, at: [])
    } catch {
      throw BelayError(.internal, "a value of type \(type(of: value)) cannot be written: \(error)")
    }
  }

  static func of(_ value: Double) -> JSON {
    guard value.isFinite else { return .string("\(value)") }
    // Minus zero would come back as zero, and so would not be the same bytes twice.
    return .double(value == 0 ? 0 : value)
  }

  static func of(_ value: some BinaryInteger) -> JSON {
    Int(exactly: value).map(JSON.int) ?? .string("\(value)")
  }
}

/// Where one value is built.
private final class JSONPlace {
  enum Content {
    case empty
    case value(JSON)
    case members([String: JSONPlace])
    case elements([JSONPlace])
  }

  var content = Content.empty

  var json: JSON {
    switch content {
    case .empty: .object([:])
    case .value(let value): value
    case .members(let members): .object(members.mapValues(\.json))
    case .elements(let elements): .array(elements.map(\.json))
    }
  }

  func member(_ key: String) -> JSONPlace {
    let place = JSONPlace()
    guard case .members(var members) = content else { return place }
    content = .empty
    members[key] = place
    content = .members(members)
    return place
  }

  func element() -> JSONPlace {
    let place = JSONPlace()
    guard case .elements(var elements) = content else { return place }
    content = .empty
    elements.append(place)
    content = .elements(elements)
    return place
  }
}

private struct JSONWriting: Encoder {
  let place: JSONPlace
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  static func value(of value: some Encodable, at path: [any CodingKey]) throws -> JSON {
    let place = JSONPlace()
    try write(value, to: place, at: path)
    return place.json
  }

  static func write(_ value: some Encodable, to place: JSONPlace, at path: [any CodingKey]) throws {
    if let number = value as? Double { return place.content = .value(.of(number)) }
    try value.encode(to: JSONWriting(place: place, codingPath: path))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .members = place.content {} else { place.content = .members([:]) }
    return KeyedEncodingContainer(JSONMembers(place: place, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .elements = place.content {} else { place.content = .elements([]) }
    return JSONElements(place: place, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    JSONSingle(place: place, codingPath: codingPath)
  }
}

private struct JSONSingle: SingleValueEncodingContainer {
  let place: JSONPlace
  let codingPath: [any CodingKey]

  private func put(_ value: JSON) { place.content = .value(value) }

  func encodeNil() { put(.null) }
  func encode(_ value: Bool) { put(.bool(value)) }
  func encode(_ value: String) { put(.string(value)) }
  func encode(_ value: Double) { put(.of(value)) }
  func encode(_ value: Float) { put(.of(Double(value))) }
  func encode(_ value: Int) { put(.int(value)) }
  func encode(_ value: Int8) { put(.of(value)) }
  func encode(_ value: Int16) { put(.of(value)) }
  func encode(_ value: Int32) { put(.of(value)) }
  func encode(_ value: Int64) { put(.of(value)) }
  func encode(_ value: UInt) { put(.of(value)) }
  func encode(_ value: UInt8) { put(.of(value)) }
  func encode(_ value: UInt16) { put(.of(value)) }
  func encode(_ value: UInt32) { put(.of(value)) }
  func encode(_ value: UInt64) { put(.of(value)) }
  func encode(_ value: some Encodable) throws {
    try JSONWriting.write(value, to: place, at: codingPath)
  }
}

private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let place: JSONPlace
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { place.member(key.stringValue).content = .value(.null) }
  func encode(_ value: some Encodable, forKey key: Key) throws {
    try JSONWriting.write(value, to: place.member(key.stringValue), at: codingPath + [key])
  }
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedEncodingContainer<Nested>
  {
    JSONWriting(place: place.member(key.stringValue), codingPath: codingPath + [key])
      .container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    JSONWriting(place: place.member(key.stringValue), codingPath: codingPath + [key])
      .unkeyedContainer()
  }
  func superEncoder() -> any Encoder {
    JSONWriting(place: place.member("super"), codingPath: codingPath)
  }
  func superEncoder(forKey key: Key) -> any Encoder {
    JSONWriting(place: place.member(key.stringValue), codingPath: codingPath + [key])
  }
}

private struct JSONElements: UnkeyedEncodingContainer {
  let place: JSONPlace
  let codingPath: [any CodingKey]

  var count: Int { if case .elements(let elements) = place.content { elements.count } else { 0 } }

  func encodeNil() { place.element().content = .value(.null) }
  func encode(_ value: some Encodable) throws {
    try JSONWriting.write(value, to: place.element(), at: codingPath)
  }
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type)
    -> KeyedEncodingContainer<Nested>
  {
    JSONWriting(place: place.element(), codingPath: codingPath).container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONWriting(place: place.element(), codingPath: codingPath).unkeyedContainer()
  }
  func superEncoder() -> any Encoder {
    JSONWriting(place: place.element(), codingPath: codingPath)
  }
}
