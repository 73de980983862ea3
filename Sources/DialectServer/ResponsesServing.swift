internal import Base
internal import Dialect

/// Writes answers in OpenAI's dialect of responses.
struct ResponsesServing: ServingStream {
  private let answer: ServedAnswer
  private var id = ""
  private var model = ""
  private var sequence = 0
  private var items: [JSON] = []
  private var open: Open?
  private var calls: [Int: Open] = [:]

  private struct Open: Sendable {
    var kind: String
    var index: Int
    var item: JSON
    var text = ""
  }

  init(_ answer: ServedAnswer) { self.answer = answer }

  static func body(_ reply: ModelReply, _ answer: ServedAnswer) -> JSON {
    let id = reply.id ?? answer.id
    var items: [JSON] = []
    for part in reply.parts {
      if let item = item(part, id: id, index: items.count, answer) { items.append(item) }
    }
    if let refusal = refusal(reply.stop) {
      items.append(message(id: id, index: items.count, refusal: refusal))
    }
    return response(
      id: id, model: answer.model ?? reply.model, answer, items: items, reply: reply)
  }

  mutating func start(id: String, model: String, into out: inout [UInt8]) {
    self.id = id
    self.model = model
    let response = Self.response(id: id, model: model, answer, items: [], reply: nil)
    send("response.created", ["response": response], into: &out)
    send("response.in_progress", ["response": response], into: &out)
  }

  mutating func write(_ event: ReplyEvent, into out: inout [UInt8]) {
    switch event {
    case .text(let text):
      openMessage(into: &out)
      add(text, "response.output_text.delta", ["content_index": 0, "logprobs": []], into: &out)
    case .reasoning(let text):
      openThought(into: &out)
      add(text, "response.reasoning_summary_text.delta", ["summary_index": 0], into: &out)
    case .thought(let thought):
      guard
        let item = Self.item(
          .reasoning(thought), id: id,
          index: open?.kind == "reasoning" ? items.count - 1 : items.count,
          answer)
      else { return }
      if open?.kind != "reasoning" { begin("reasoning", item, into: &out) }
      close(as: item, into: &out)
    case .toolUse(let index, let id, let name):
      close(into: &out)
      let use = Part.toolUse(ToolUse(id: id, name: name, arguments: ""))
      guard
        var item = Self.item(use, id: self.id, index: items.count, answer)
      else { return }
      item["status"] = "in_progress"
      if item["type"] == "function_call" { item["arguments"] = "" }
      begin("call", item, into: &out)
      calls[index] = open
      open = nil
    case .arguments(let index, let piece):
      guard var call = calls[index] else { return }
      call.text += piece
      calls[index] = call
      // Plain text can only be told once the JSON around it is whole.
      guard call.item["type"] == "function_call" else { return }
      send(
        "response.function_call_arguments.delta",
        [
          "item_id": call.item["id"], "output_index": .int(call.index), "delta": .string(piece),
        ], into: &out)
    case .started, .finished: break
    }
  }

  mutating func finish(_ reply: ModelReply, into out: inout [UInt8]) {
    close(into: &out)
    for (_, call) in calls.sorted(by: { $0.key < $1.key }) { close(call, into: &out) }
    if let refusal = Self.refusal(reply.stop) {
      let item = Self.message(id: id, index: items.count, refusal: refusal)
      begin("refusal", item, into: &out)
      close(as: item, into: &out)
    }
    let response = Self.response(
      id: id, model: model, answer, items: items, reply: reply)
    let type = response["status"] == "completed" ? "response.completed" : "response.incomplete"
    send(type, ["response": response], into: &out)
  }

  mutating func fail(_ fault: ServedFault, into out: inout [UInt8]) {
    var response = Self.response(id: id, model: model, answer, items: items, reply: nil)
    response["status"] = "failed"
    response["error"] = [
      "code": .string(fault.code.isEmpty ? fault.type : fault.code),
      "message": .string(fault.message),
    ]
    send("response.failed", ["response": response], into: &out)
  }

  private mutating func send(_ type: String, _ body: JSON, into out: inout [UInt8]) {
    var body = body
    body["type"] = .string(type)
    body["sequence_number"] = .int(sequence)
    sequence += 1
    Frame.write(body, name: type, into: &out)
  }

  private mutating func begin(_ kind: String, _ item: JSON, into out: inout [UInt8]) {
    close(into: &out)
    open = Open(kind: kind, index: items.count, item: item)
    send(
      "response.output_item.added", ["output_index": .int(items.count), "item": item], into: &out)
    items.append(item)
  }

  private mutating func openMessage(into out: inout [UInt8]) {
    guard open?.kind != "message" else { return }
    close(into: &out)
    let item: JSON = [
      "type": "message", "id": .string("msg_\(id)_\(items.count)"), "role": "assistant",
      "status": "in_progress", "content": [],
    ]
    begin("message", item, into: &out)
    send(
      "response.content_part.added",
      [
        "item_id": item["id"], "output_index": .int(items.count - 1), "content_index": 0,
        "part": ["type": "output_text", "text": "", "annotations": []],
      ], into: &out)
  }

  private mutating func openThought(into out: inout [UInt8]) {
    guard open?.kind != "reasoning" else { return }
    close(into: &out)
    let item: JSON = [
      "type": "reasoning", "id": .string("rs_\(id)_\(items.count)"), "summary": [],
    ]
    begin("reasoning", item, into: &out)
    send(
      "response.reasoning_summary_part.added",
      [
        "item_id": item["id"], "output_index": .int(items.count - 1), "summary_index": 0,
        "part": ["type": "summary_text", "text": ""],
      ], into: &out)
  }

  private mutating func add(
    _ piece: String, _ type: String, _ more: JSON, into out: inout [UInt8]
  ) {
    guard var open else { return }
    self.open = nil
    open.text += piece
    var body = more
    body["item_id"] = open.item["id"]
    body["output_index"] = .int(open.index)
    body["delta"] = .string(piece)
    self.open = open
    send(type, body, into: &out)
  }

  private mutating func close(into out: inout [UInt8]) {
    guard let open else { return }
    let part: Part =
      open.kind == "reasoning"
      ? .reasoning(Reasoning(text: open.text, dialect: .responses)) : .text(open.text)
    guard let item = Self.item(part, id: id, index: open.index, answer) else { return }
    close(as: item, into: &out)
  }

  private mutating func close(as item: JSON, into out: inout [UInt8]) {
    guard let open else { return }
    self.open = nil
    let place: JSON = ["item_id": open.item["id"], "output_index": .int(open.index)]
    switch open.kind {
    case "message":
      var body = place
      body["content_index"] = 0
      var done = body
      done["text"] = .string(open.text)
      done["logprobs"] = []
      send("response.output_text.done", done, into: &out)
      body["part"] = item["content"][0]
      send("response.content_part.done", body, into: &out)
    case "reasoning" where !open.text.isEmpty:
      var body = place
      body["summary_index"] = 0
      var done = body
      done["text"] = .string(open.text)
      send("response.reasoning_summary_text.done", done, into: &out)
      body["part"] = ["type": "summary_text", "text": .string(open.text)]
      send("response.reasoning_summary_part.done", body, into: &out)
    default: break
    }
    done(item, index: open.index, into: &out)
  }

  private mutating func close(_ call: Open, into out: inout [UInt8]) {
    let use = ToolUse(
      id: call.item["call_id"].string ?? "", name: call.item["name"].string ?? "",
      arguments: call.text)
    guard let item = Self.item(.toolUse(use), id: id, index: call.index, answer) else { return }
    var body: JSON = ["item_id": item["id"], "output_index": .int(call.index)]
    if item["type"] == "function_call" {
      body["name"] = item["name"]
      body["arguments"] = item["arguments"]
      send("response.function_call_arguments.done", body, into: &out)
    } else {
      var whole = body
      whole["delta"] = item["input"]
      send("response.custom_tool_call_input.delta", whole, into: &out)
      body["input"] = item["input"]
      send("response.custom_tool_call_input.done", body, into: &out)
    }
    done(item, index: call.index, into: &out)
  }

  private mutating func done(_ item: JSON, index: Int, into out: inout [UInt8]) {
    items[index] = item
    send("response.output_item.done", ["output_index": .int(index), "item": item], into: &out)
  }
}
