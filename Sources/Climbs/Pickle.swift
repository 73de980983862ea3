internal import Base

/// Reads the plain data of a Python pickle, and runs nothing: objects of classes come out as null.
struct Pickle {
  private let bytes: [UInt8]
  private var at = 0
  private var stack: [Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Value] = [:]
  private var containers: [Container] = []
  private var steps = 0

  private static let stepLimit = 20_000_000
  private static let valueLimit = 5_000_000

  /// Plain data, or the number of a list or dictionary that later instructions may still fill.
  ///
  /// By number and not by reference: of a million lists within each other none is released by the one that
  /// holds it, and a list in itself keeps nothing alive.
  private enum Value {
    case plain(JSON), container(Int)
  }

  /// A list, or a dictionary with a key for each element.
  private struct Container {
    let isDictionary: Bool
    var elements: [Value]
    var keys: [JSON] = []
  }

  static func read(_ bytes: [UInt8]) throws(BelayError) -> JSON {
    var pickle = Pickle(bytes: bytes)
    let root = try pickle.run()
    var left = valueLimit
    return try pickle.json(root, depth: 0, &left)
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  // The same list may stand in many places: what comes out is bounded, not only what went in.
  private func json(_ value: Value, depth: Int, _ left: inout Int) throws(BelayError) -> JSON {
    left -= 1
    guard left > 0, depth < 64 else {
      throw BelayError(.usage, "the pickle unfolds to more than a night can hold")
    }
    guard case .container(let number) = value else {
      guard case .plain(let json) = value else { return .null }
      return json
    }
    let container = containers[number]
    var values: [JSON] = []
    for element in container.elements { values.append(try json(element, depth: depth + 1, &left)) }
    guard container.isDictionary else { return .array(values) }
    // Of a key that is set twice the last value holds.
    return .object(
      Dictionary(
        zip(container.keys.map { $0.string ?? $0.text() }, values), uniquingKeysWith: { $1 }))
  }

  private mutating func run() throws(BelayError) -> Value {
    while at < bytes.count {
      steps += 1
      guard steps < Self.stepLimit else { throw broken("it has too many instructions") }
      let code = try byte()
      if code == UInt8(ascii: ".") { return try pop() }
      try step(code)
    }
    throw broken("it ends too early")
  }

  private mutating func step(_ code: UInt8) throws(BelayError) {
    switch Character(Unicode.Scalar(code)) {
    case "\u{80}": _ = try byte()
    case "\u{95}": _ = try take(8)
    case "}": try open([], isDictionary: true)
    case "]", ")", "\u{8F}": try open([])
    case "(": marks.append(stack.count)
    case "N": push(.null)
    case "\u{88}": push(.bool(true))
    case "\u{89}": push(.bool(false))
    case "K": push(.int(Int(try byte())))
    case "M": push(.int(try whole(2)))
    case "J": push(.int(Int(Int32(truncatingIfNeeded: try whole(4)))))
    case "\u{8A}": try long()
    case "G": try double()
    case "\u{8C}": try text(try whole(1))
    case "X": try text(try whole(4))
    case "\u{8D}": try text(try whole(8))
    case "C": try skip(try whole(1))
    case "B": try skip(try whole(4))
    case "\u{8E}": try skip(try whole(8))
    case "U": try text(try whole(1))
    case "T": try text(try whole(4))
    case "\u{94}": memo[memo.count] = try top()
    case "q": memo[try whole(1)] = try top()
    case "r": memo[try whole(4)] = try top()
    case "h": try get(try whole(1))
    case "j": try get(try whole(4))
    case "\u{85}": try tuple(1)
    case "\u{86}": try tuple(2)
    case "\u{87}": try tuple(3)
    case "t", "l", "\u{91}": try open(try sinceMark())
    case "d":
      let elements = try sinceMark()
      try open([], isDictionary: true)
      try fill(elements)
    case "a": try append([try pop()])
    case "e", "\u{90}": try append(try sinceMark())
    case "s":
      let value = try pop()
      let key = try pop()
      try fill([key, value])
    case "u": try fill(try sinceMark())
    case "0": _ = try pop()
    case "1": _ = try sinceMark()
    case "2": stack.append(try top())
    default: try opaque(code)
    }
  }

  // Classes and calls: taken off the stack and left as null.
  private mutating func opaque(_ code: UInt8) throws(BelayError) {
    switch Character(Unicode.Scalar(code)) {
    case "c":
      for _ in 0..<2 { while try byte() != 0x0A {} }
      push(.null)
    case "\u{93}", "R", "\u{81}":
      _ = try pop()
      _ = try pop()
      push(.null)
    case "\u{92}":
      for _ in 0..<3 { _ = try pop() }
      push(.null)
    case "b":
      // The state of an object is all that is known of it: take it in its place.
      let state = try pop()
      _ = try pop()
      stack.append(state)
    case "Q":
      _ = try pop()
      push(.null)
    default: throw broken("an instruction \(code) is not known")
    }
  }

  private func broken(_ why: String) -> BelayError {
    BelayError(.usage, "no pickle of plain data: \(why) (byte \(at))")
  }

  private mutating func push(_ value: JSON) { stack.append(.plain(value)) }

  private mutating func open(_ elements: [Value], isDictionary: Bool = false) throws(BelayError) {
    guard containers.count < Self.valueLimit else {
      throw broken("it has more lists than a night can hold")
    }
    stack.append(.container(containers.count))
    containers.append(Container(isDictionary: isDictionary, elements: elements))
  }

  private mutating func pop() throws(BelayError) -> Value {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw broken("it takes what is not there")
    }
    return value
  }

  private func top() throws(BelayError) -> Value {
    guard let value = stack.last else { throw broken("it takes what is not there") }
    return value
  }

  private mutating func sinceMark() throws(BelayError) -> [Value] {
    guard let mark = marks.popLast(), mark <= stack.count else {
      throw broken("it takes what is not there")
    }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  // What stands for an object of a class takes elements and forgets them.
  private mutating func append(_ elements: [Value]) throws(BelayError) {
    guard case .container(let number) = try top() else { return }
    guard !containers[number].isDictionary else { throw broken("an element has no key") }
    containers[number].elements += elements
  }

  private mutating func fill(_ elements: [Value]) throws(BelayError) {
    guard elements.count.isMultiple(of: 2) else { throw broken("a key has no value") }
    guard case .container(let number) = try top() else { return }
    guard containers[number].isDictionary else { throw broken("a list has a key") }
    for index in stride(from: 0, to: elements.count, by: 2) {
      guard case .plain(let key) = elements[index] else { continue }
      containers[number].keys.append(key)
      containers[number].elements.append(elements[index + 1])
    }
  }

  private mutating func get(_ place: Int) throws(BelayError) {
    guard let value = memo[place] else { throw broken("it asks for what it never kept") }
    stack.append(value)
  }

  private mutating func tuple(_ count: Int) throws(BelayError) {
    var elements: [Value] = []
    for _ in 0..<count { elements.append(try pop()) }
    try open(elements.reversed())
  }

  private mutating func long() throws(BelayError) {
    let digits = try take(try whole(1))
    guard digits.count <= 8 else { return push(.null) }
    var value: Int64 = digits.last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    for digit in digits.reversed() { value = value << 8 | Int64(digit) }
    push(.int(Int(value)))
  }

  private mutating func double() throws(BelayError) {
    let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let value = Double(bitPattern: bits)
    push(value.isFinite ? .double(value) : .null)
  }

  private mutating func text(_ count: Int) throws(BelayError) {
    push(.string(String(decoding: try take(count), as: UTF8.self)))
  }

  private mutating func skip(_ count: Int) throws(BelayError) {
    _ = try take(count)
    push(.null)
  }

  private mutating func byte() throws(BelayError) -> UInt8 {
    guard at < bytes.count else { throw broken("it ends too early") }
    defer { at += 1 }
    return bytes[at]
  }

  private mutating func take(_ count: Int) throws(BelayError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - at else { throw broken("it ends too early") }
    defer { at += count }
    return bytes[at..<(at + count)]
  }

  private mutating func whole(_ count: Int) throws(BelayError) -> Int {
    let value = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let value = Int(exactly: value) else { throw broken("a length is out of range") }
    return value
  }
}
