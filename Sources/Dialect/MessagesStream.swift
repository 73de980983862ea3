internal import Base

/// A streamed answer in Anthropic's dialect.
struct MessagesStream: DialectStream {
  private var model: String
  private var id: String?
  private var hasStarted = false
  private var blocks: [Block] = []
  private var calls = 0
  private var reason: String?
  private var details: JSON = .null
  private var usage: JSON = .null
  private(set) var isFinished = false

  private struct Block: Sendable {
    var index: Int
    var start: JSON
    var kind: String
    var text = ""
    var signature = ""
    var call = 0
    var callID = ""
  }

  init(model: String) { self.model = model }

  mutating func take(_ event: SSEEvent, into out: inout [ReplyEvent]) throws(ModelFault) {
    guard !isFinished, !event.data.isEmpty else { return }
    // Servers behind a gateway for OpenAI's dialect end every stream so.
    if event.data.elementsEqual("[DONE]".utf8) { return }
    if takeQuickly(event.data, into: &out) { return }
    let body = try WireReader.json(event.data)
    let type = body["type"].string ?? event.name
    if type == "error" || !body["error"].isNull {
      throw WireFault.embedded(in: body, dialect: .messages)
        ?? ModelFault(.server, "the provider ended the stream with an error")
    }
    switch type {
    case "message_start": start(body["message"], into: &out)
    case "content_block_start": begin(body, into: &out)
    case "content_block_delta": delta(body, into: &out)
    case "content_block_stop":
      let index = body["index"].int ?? blocks.last?.index
      if let block = blocks.last(where: { $0.index == index }),
        case .reasoning(let thought)? = part(block)
      {
        out.append(.thought(thought))
      }
    case "message_delta":
      if let text = WireReader.text(body["delta"]["stop_reason"]) { reason = text }
      if !body["delta"]["stop_details"].isNull { details = body["delta"]["stop_details"] }
      merge(body["usage"])
    case "message_stop": try close(into: &out)
    default: break
    }
  }

  private mutating func takeQuickly(
    _ data: ArraySlice<UInt8>, into out: inout [ReplyEvent]
  ) -> Bool {
    guard let piece = MessagesPiece(data),
      let at = blocks.lastIndex(where: { $0.index == piece.index })
    else { return false }
    if piece.piece.isEmpty { return true }
    blocks[at].text += piece.piece
    switch piece.kind {
    case .text: out.append(.text(piece.piece))
    case .thinking: out.append(.reasoning(piece.piece))
    case .arguments:
      if blocks[at].kind == "tool_use" {
        out.append(.arguments(index: blocks[at].call, piece.piece))
      }
    }
    return true
  }

  private mutating func start(_ message: JSON, into out: inout [ReplyEvent]) {
    guard !hasStarted else { return }
    hasStarted = true
    id = WireReader.text(message["id"])
    if let name = WireReader.text(message["model"]) { model = name }
    merge(message["usage"])
    out.append(.started(id: id, model: model))
  }

  // Later figures are cumulative: they stand in the place of the earlier ones, and are never added.
  private mutating func merge(_ more: JSON) {
    guard case .object(let members) = more else { return }
    if usage.isNull { usage = [:] }
    for (name, value) in members where !value.isNull { usage[name] = value }
  }

  private mutating func begin(_ body: JSON, into out: inout [ReplyEvent]) {
    let start = body["content_block"]
    var block = Block(
      index: body["index"].int ?? blocks.count, start: start, kind: start["type"].string ?? "")
    switch block.kind {
    case "text":
      if let text = WireReader.text(start["text"]) {
        block.text = text
        out.append(.text(text))
      }
    case "thinking":
      block.signature = start["signature"].string ?? ""
      if let text = WireReader.text(start["thinking"]) {
        block.text = text
        out.append(.reasoning(text))
      }
    case "tool_use":
      block.call = calls
      calls += 1
      block.callID =
        WireReader.text(start["id"]) ?? WireReader.madeUpID(reply: id, index: blocks.count)
      out.append(
        .toolUse(index: block.call, id: block.callID, name: start["name"].string ?? ""))
    default: break
    }
    blocks.append(block)
  }

  private mutating func delta(_ body: JSON, into out: inout [ReplyEvent]) {
    let delta = body["delta"]
    let index = body["index"].int ?? blocks.last?.index
    guard let at = blocks.lastIndex(where: { $0.index == index }) else { return }
    switch delta["type"].string ?? "" {
    case "text_delta":
      guard let piece = WireReader.text(delta["text"]) else { return }
      blocks[at].text += piece
      out.append(.text(piece))
    case "thinking_delta":
      guard let piece = WireReader.text(delta["thinking"]) else { return }
      blocks[at].text += piece
      out.append(.reasoning(piece))
    case "signature_delta": blocks[at].signature += delta["signature"].string ?? ""
    case "input_json_delta":
      guard let piece = WireReader.text(delta["partial_json"]) else { return }
      blocks[at].text += piece
      if blocks[at].kind == "tool_use" { out.append(.arguments(index: blocks[at].call, piece)) }
    default: break
    }
  }

  private mutating func close(into out: inout [ReplyEvent]) throws(ModelFault) {
    guard let reason else {
      throw ModelFault(.truncated, "the stream ended without a stop_reason")
    }
    isFinished = true
    let parts = blocks.compactMap(part)
    out.append(
      .finished(
        ModelReply(
          id: id, model: model, parts: parts,
          stop: MessagesWire.stop(reason, details: details, parts: parts),
          usage: WireUsage.messages(usage))))
  }

  private func part(_ block: Block) -> Part? {
    switch block.kind {
    case "text": return block.text.isEmpty ? nil : .text(block.text)
    case "thinking":
      var whole = block.start
      whole["thinking"] = .string(block.text)
      whole["signature"] = .string(block.signature)
      return .reasoning(Reasoning(text: block.text, block: whole, dialect: .messages))
    case "tool_use":
      // Without pieces the arguments stand in the block's start.
      let input = block.start["input"]
      return .toolUse(
        ToolUse(
          id: block.callID, name: block.start["name"].string ?? "",
          arguments: block.text.isEmpty ? input.isNull ? "{}" : input.text() : block.text))
    case "": return nil
    default:
      var whole = block.start
      if !block.text.isEmpty { whole["input"] = WireReader.object(arguments: block.text) }
      return .reasoning(Reasoning(text: "", block: whole, dialect: .messages))
    }
  }
}
