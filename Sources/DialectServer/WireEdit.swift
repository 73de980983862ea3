internal import Base
public import Dialect

/// A request that passes through: a few of its members are read and replaced, and every other byte stays.
///
/// Of equal keys some parsers take the first and some the last, so all of them are replaced; a key that is
/// written with escapes is the same key.
public struct WireEdit: Sendable {
  /// Its dialect.
  public let dialect: WireDialect
  /// The model that it names; nil when it names none, or two.
  public let model: String?
  /// Whether the answer is to be streamed.
  public let streams: Bool
  /// Whether its stream ends with the usage (chat).
  public let includesUsage: Bool
  /// The limit of the answer that it asks for, the largest where there are several.
  public let outputLimit: Int?
  /// How many answers it asks for at once, the largest number where there are several.
  public let answers: Int
  private let body: [UInt8]
  private let root: Fields
  private var edits: [Edit] = []

  private struct Edit: Sendable {
    var range: Range<Int>
    var text: [UInt8]
  }

  /// Reads a request that was sent to us; `path` matters for Gemini alone.
  public init(_ dialect: WireDialect, body: [UInt8], path: String = "") throws(ModelFault) {
    guard let root = Fields(body[...]) else {
      throw RequestReader.bad("the request is no JSON object")
    }
    self.dialect = dialect
    self.body = body
    self.root = root
    var names = root.values("model").map { try? JSON.parse(body[$0]).string }
    if dialect == .gemini { names = [GeminiPath(path)?.model] }
    model = names.count == 1 ? names[0] : nil
    streams =
      dialect == .gemini
      ? GeminiPath(path)?.verb == "streamGenerateContent"
      : root.values("stream").contains { (try? JSON.parse(body[$0])) == true }
    includesUsage =
      dialect != .chat
      || root.objects("stream_options", in: body).contains { options in
        options.values("include_usage").contains { (try? JSON.parse(body[$0])) == true }
      }
    outputLimit = Self.limits(root, dialect, body)
      .compactMap { (try? JSON.parse(body[$0]))?.int }.max()
    let counts =
      dialect == .gemini
      ? Self.configs(root, body).flatMap {
        $0.values("candidateCount") + $0.values("candidate_count")
      } : root.values("n")
    answers = counts.compactMap { (try? JSON.parse(body[$0]))?.int }.max() ?? 1
  }

  /// The request with all replacements.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(body.count + edits.reduce(0) { $0 + $1.text.count })
    var at = 0
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      out += body[at..<edit.range.lowerBound]
      out += edit.text
      at = edit.range.upperBound
    }
    return out + body[at...]
  }

  /// Names another model; in Gemini's dialect that is the path's business.
  public mutating func replace(model name: String) {
    guard dialect != .gemini else { return }
    set("model", to: .string(name))
  }

  /// Sets the limit of the answer, under the name that the request uses or else the model takes.
  public mutating func replace(
    outputLimit limit: Int, field: ModelTraits.OutputLimitField = .maxTokens
  ) {
    let present = Self.limits(root, dialect, body)
    guard present.isEmpty else {
      for range in present { edits.append(Edit(range: range, text: Array("\(limit)".utf8))) }
      return
    }
    switch dialect {
    case .chat: set(field.rawValue, to: .int(limit))
    case .responses: set("max_output_tokens", to: .int(limit))
    case .messages: set("max_tokens", to: .int(limit))
    case .gemini:
      let configs = Self.configs(root, body)
      for config in configs { insert("maxOutputTokens", .int(limit), into: config) }
      if configs.isEmpty { set("generationConfig", to: ["maxOutputTokens": .int(limit)]) }
    }
  }

  /// Asks for the usage at the end of a stream, where that has to be asked for.
  public mutating func includeUsage() {
    guard dialect == .chat, streams, !includesUsage else { return }
    let options = root.objects("stream_options", in: body)
    for option in options {
      let present = option.values("include_usage")
      for range in present { edits.append(Edit(range: range, text: Array("true".utf8))) }
      if present.isEmpty { insert("include_usage", true, into: option) }
    }
    if options.isEmpty { set("stream_options", to: ["include_usage": true]) }
  }

  private mutating func set(_ name: String, to value: JSON) {
    let present = root.values(name)
    for range in present { edits.append(Edit(range: range, text: value.utf8())) }
    if present.isEmpty { insert(name, value, into: root) }
  }

  private mutating func insert(_ name: String, _ value: JSON, into object: Fields) {
    var text = JSON.string(name).utf8() + [0x3A] + value.utf8()
    if !object.isEmpty { text.append(0x2C) }
    edits.append(Edit(range: object.start..<object.start, text: text))
  }

  private static func limits(
    _ root: Fields, _ dialect: WireDialect, _ body: [UInt8]
  ) -> [Range<Int>] {
    switch dialect {
    case .chat: root.values("max_completion_tokens") + root.values("max_tokens")
    case .responses: root.values("max_output_tokens")
    case .messages: root.values("max_tokens")
    case .gemini:
      configs(root, body).flatMap {
        $0.values("maxOutputTokens") + $0.values("max_output_tokens")
      }
    }
  }

  // Google takes both spellings.
  private static func configs(_ root: Fields, _ body: [UInt8]) -> [Fields] {
    root.objects("generationConfig", in: body) + root.objects("generation_config", in: body)
  }
}

/// Where the members of one object stand in a text.
private struct Fields: Sendable {
  /// Right behind the opening brace.
  let start: Int
  private let members: [(name: String, value: Range<Int>)]

  var isEmpty: Bool { members.isEmpty }

  init?(_ bytes: ArraySlice<UInt8>) {
    var cursor = JSONCursor(bytes)
    guard let open = bytes.firstIndex(of: 0x7B), cursor.enterObject() else { return nil }
    start = open + 1
    var members: [(String, Range<Int>)] = []
    while let key = cursor.nextKey() {
      guard let name = cursor.text(key), let value = cursor.skipValue() else { return nil }
      members.append((name, value))
    }
    guard !cursor.isBroken, cursor.isAtEnd() else { return nil }
    self.members = members
  }

  func values(_ name: String) -> [Range<Int>] {
    members.compactMap { $0.name == name ? $0.value : nil }
  }

  func objects(_ name: String, in body: [UInt8]) -> [Fields] {
    values(name).compactMap { Fields(body[$0]) }
  }
}
