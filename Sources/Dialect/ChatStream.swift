internal import Base

/// A streamed answer in OpenAI's chat dialect.
struct ChatStream: DialectStream {
  private var model: String
  private var id: String?
  private var hasStarted = false
  private var text = ""
  private var refusal = ""
  private var reasoning = ""
  private var reasoningField = "reasoning_content"
  private var details = ReasoningDetails()
  private var calls: [Call] = []
  private var finish: String?
  private var usage: ModelUsage?
  private var tier: String?
  private(set) var isFinished = false

  private struct Call: Sendable {
    var index: Int?
    var id: String
    var wireID: String
    var name: String
    var arguments: String
  }

  init(model: String) { self.model = model }

  mutating func take(_ event: SSEEvent, into out: inout [ReplyEvent]) throws(ModelFault) {
    guard !isFinished else { return }
    if event.data.elementsEqual("[DONE]".utf8) { return try close(into: &out) }
    if event.data.isEmpty || takeQuickly(event.data, into: &out) { return }
    let chunk = try WireReader.json(event.data)
    if let fault = WireFault.embedded(in: chunk, dialect: .chat) { throw fault }
    start(chunk, into: &out)
    if let used = WireUsage.chat(chunk["usage"]) { usage = used }
    if let tier = WireReader.text(chunk["service_tier"]) { self.tier = tier }
    let choice = chunk["choices"][0]
    // Further choices are not asked for; another one's pieces must not be mixed in.
    guard (choice["index"].int ?? 0) == 0 else { return }
    if let fault = WireFault.embedded(in: choice, dialect: .chat) { throw fault }
    take(delta: choice["delta"], into: &out)
    if let reason = WireReader.text(choice["finish_reason"]) {
      if reason == "error" {
        throw ModelFault(.server, "the provider ended the stream with an error")
      }
      finish = reason
    }
  }

  private mutating func takeQuickly(
    _ data: ArraySlice<UInt8>, into out: inout [ReplyEvent]
  ) -> Bool {
    guard hasStarted, let piece = ChatPiece(data, knowsTier: tier != nil) else { return false }
    // What begins something is left to the whole reader.
    if let call = piece.call {
      guard piece.text == nil, piece.reasoning == nil,
        let at = calls.lastIndex(where: { $0.index == call.index })
      else { return false }
      if call.piece.isEmpty { return true }
      calls[at].arguments += call.piece
      out.append(.arguments(index: at, call.piece))
      return true
    }
    if let thought = piece.reasoning {
      guard !reasoning.isEmpty, thought.field == reasoningField else { return false }
      if !thought.piece.isEmpty {
        reasoning += thought.piece
        out.append(.reasoning(thought.piece))
      }
    }
    if let words = piece.text, !words.isEmpty {
      text += words
      out.append(.text(words))
    }
    return true
  }

  private mutating func start(_ chunk: JSON, into out: inout [ReplyEvent]) {
    guard !hasStarted else { return }
    hasStarted = true
    id = WireReader.text(chunk["id"])
    if let name = WireReader.text(chunk["model"]) { model = name }
    out.append(.started(id: id, model: model))
  }

  private mutating func take(delta: JSON, into out: inout [ReplyEvent]) {
    for element in delta["reasoning_details"].array ?? [] { details.add(element) }
    for field in ["reasoning_content", "reasoning"] {
      guard let piece = WireReader.text(delta[field]) else { continue }
      // Some servers send the same words in both fields.
      if reasoning.isEmpty { reasoningField = field }
      guard field == reasoningField else { continue }
      reasoning += piece
      out.append(.reasoning(piece))
    }
    if let piece = WireReader.text(delta["content"]) {
      text += piece
      out.append(.text(piece))
    }
    if let piece = WireReader.text(delta["refusal"]) { refusal += piece }
    for call in delta["tool_calls"].array ?? [] { take(call: call, into: &out) }
    if delta["function_call"].object != nil {
      take(call: ["index": 0, "function": delta["function_call"]], into: &out)
    }
  }

  private mutating func take(call: JSON, into out: inout [ReplyEvent]) {
    let function = call["function"]
    let wireID = call["id"].string ?? ""
    let name = function["name"].string ?? ""
    let slot = slot(index: call["index"].int, wireID: wireID, startsNew: !name.isEmpty)
    let number: Int
    if let slot {
      number = slot
      if calls[number].name.isEmpty { calls[number].name = name }
    } else {
      number = calls.count
      let callID = wireID.isEmpty ? WireReader.madeUpID(reply: id, index: number) : wireID
      calls.append(
        Call(index: call["index"].int, id: callID, wireID: wireID, name: name, arguments: ""))
      out.append(.toolUse(index: number, id: callID, name: name))
    }
    let piece = WireReader.arguments(function["arguments"])
    guard !piece.isEmpty else { return }
    calls[number].arguments += piece
    out.append(.arguments(index: number, piece))
  }

  // A piece belongs to the call of its index; servers that repeat an index, or give none, tell a new
  // call by a new id.
  private func slot(index: Int?, wireID: String, startsNew: Bool) -> Int? {
    let known = index.map { index in calls.lastIndex { $0.index == index } } ?? calls.indices.last
    guard let known else { return nil }
    if startsNew, !wireID.isEmpty, calls[known].wireID != wireID {
      return calls.lastIndex { $0.wireID == wireID }
    }
    if startsNew, index == nil, wireID.isEmpty { return nil }
    return known
  }

  private mutating func close(into out: inout [ReplyEvent]) throws(ModelFault) {
    guard let finish else {
      throw ModelFault(.truncated, "the stream ended without a finish_reason")
    }
    isFinished = true
    var parts: [Part] = []
    var fields: [String: JSON] = [:]
    if !reasoning.isEmpty { fields[reasoningField] = .string(reasoning) }
    if !details.elements.isEmpty { fields["reasoning_details"] = .array(details.elements) }
    if let thought = ChatWire.reasoning(fields) {
      parts.append(.reasoning(thought))
      out.append(.thought(thought))
    }
    if !text.isEmpty { parts.append(.text(text)) }
    parts += calls.map { .toolUse(ToolUse(id: $0.id, name: $0.name, arguments: $0.arguments)) }
    if tier != nil { usage?.serviceTier = tier }
    out.append(
      .finished(
        ModelReply(
          id: id, model: model, parts: parts,
          stop: ChatWire.stop(
            finish, refusal: refusal.isEmpty ? nil : refusal, hasCalls: !calls.isEmpty),
          usage: usage)))
  }
}

/// OpenRouter's pieces of reasoning, joined to the blocks that it wants back.
private struct ReasoningDetails: Sendable {
  private(set) var elements: [JSON] = []

  mutating func add(_ piece: JSON) {
    guard case .object(let members) = piece else { return }
    let same = elements.lastIndex { $0["index"] == piece["index"] && $0["type"] == piece["type"] }
    guard let same, !piece["index"].isNull else { return elements.append(piece) }
    for (name, value) in members {
      switch (elements[same][name], value) {
      case (.string(let before), .string(let more))
      where ["text", "summary", "data"].contains(name):
        elements[same][name] = .string(before + more)
      case (_, .null): break
      default: elements[same][name] = value
      }
    }
  }
}
