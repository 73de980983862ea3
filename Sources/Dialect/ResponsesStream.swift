internal import Base

/// A streamed answer in OpenAI's dialect of responses.
struct ResponsesStream: DialectStream {
  private let model: String
  private var id: String?
  private var hasStarted = false
  private var items: [Int: JSON] = [:]
  private var calls: [Int: Int] = [:]
  private var thoughts: Set<Int> = []
  private(set) var isFinished = false

  init(model: String) { self.model = model }

  mutating func take(_ event: SSEEvent, into out: inout [ReplyEvent]) throws(ModelFault) {
    guard !isFinished, !event.data.isEmpty, !event.data.elementsEqual("[DONE]".utf8) else { return }
    if let piece = ResponsesPiece(event.data) { return take(piece, into: &out) }
    let body = try WireReader.json(event.data)
    let type = body["type"].string ?? event.name
    if let fault = WireFault.embedded(in: body, dialect: .responses) { throw fault }
    let index = body["output_index"].int ?? items.count
    switch type {
    case "response.created", "response.in_progress": start(body["response"], into: &out)
    case "response.output_item.added": begin(body["item"], index: index, into: &out)
    case "response.output_item.done":
      items[index] = body["item"]
      begin(body["item"], index: index, into: &out)
      if !["message", "function_call"].contains(body["item"]["type"]),
        thoughts.insert(index).inserted
      {
        out.append(.thought(ResponsesWire.thought(body["item"])))
      }
    case "response.completed", "response.incomplete":
      try close(body["response"], type: type, into: &out)
    case "response.failed":
      throw WireFault.embedded(in: body["response"], dialect: .responses)
        ?? ModelFault(.server, "the provider says that it failed, and not why")
    default: if let piece = ResponsesPiece(body, type: type) { take(piece, into: &out) }
    }
  }

  private mutating func start(_ response: JSON, into out: inout [ReplyEvent]) {
    guard !hasStarted else { return }
    hasStarted = true
    id = WireReader.text(response["id"])
    out.append(.started(id: id, model: WireReader.text(response["model"]) ?? model))
  }

  private mutating func begin(_ item: JSON, index: Int, into out: inout [ReplyEvent]) {
    guard item["type"] == "function_call", calls[index] == nil else { return }
    let number = calls.count
    calls[index] = number
    let callID =
      WireReader.text(item["call_id"]) ?? WireReader.text(item["id"])
      ?? WireReader.madeUpID(reply: id, index: index)
    out.append(.toolUse(index: number, id: callID, name: item["name"].string ?? ""))
    // A server that sends whole items has no pieces.
    if items[index] != nil, let whole = WireReader.text(item["arguments"]) {
      out.append(.arguments(index: number, whole))
    }
  }

  private func take(_ piece: ResponsesPiece, into out: inout [ReplyEvent]) {
    guard !piece.piece.isEmpty else { return }
    switch piece.kind {
    case .text: out.append(.text(piece.piece))
    case .thinking: out.append(.reasoning(piece.piece))
    case .arguments:
      if let index = piece.index, let call = calls[index] {
        out.append(.arguments(index: call, piece.piece))
      }
    }
  }

  private mutating func close(
    _ response: JSON, type: String, into out: inout [ReplyEvent]
  ) throws(ModelFault) {
    if let fault = WireFault.embedded(in: response, dialect: .responses) { throw fault }
    var body = response
    if WireReader.text(body["model"]) == nil { body["model"] = .string(model) }
    if body["status"].isNull {
      body["status"] = type == "response.completed" ? "completed" : "incomplete"
    }
    // Some servers leave the last event's output empty and send the items alone.
    let whole = response["output"].array ?? []
    let output = whole.isEmpty ? items.sorted { $0.key < $1.key }.map(\.value) : whole
    let reply = try ResponsesWire.reply(body, output: output)
    isFinished = true
    out.append(.finished(reply))
  }
}
