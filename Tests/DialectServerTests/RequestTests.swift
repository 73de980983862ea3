import Base
import Dialect
import Testing

@testable import DialectServer

@Suite struct RequestTests {
  private func read(_ dialect: WireDialect, _ body: String) throws(ModelFault) -> ModelRequest {
    try dialect.decodeRequest(Array(body.utf8), path: "/v1beta/models/m:generateContent")
  }

  @Test func `what Claude Code sends is read`() throws {
    let request = try read(
      .messages,
      #"""
      {"model":"claude-x","max_tokens":32000,"stream":true,"metadata":{"user_id":"u"},
       "system":[{"type":"text","text":"one"},{"type":"text","text":"two","cache_control":{"type":"ephemeral"}}],
       "thinking":{"type":"adaptive"},"output_config":{"effort":"high"},
       "tools":[{"name":"Bash","description":"d","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search"}],
       "messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}}],"is_error":true}]}]}
      """#)
    #expect(request.system == "one\n\ntwo" && request.cachesPrefix && request.streams)
    #expect(request.tools.map(\.name) == ["Bash"] && request.reasoning == "high")
    #expect(
      request.turns[2].parts == [
        .toolAnswer(ToolAnswer(callID: "t1", name: "Bash", text: "a", isError: true)),
        .image(mediaType: "image/png", base64: "AA"),
      ])
  }

  @Test func `what Codex sends is read, and its tool of plain text is answered in kind`() throws {
    let body = #"""
      {"model":"m","instructions":"be","store":false,"stream":true,"tool_choice":"auto","parallel_tool_calls":true,
       "reasoning":{"effort":"medium","summary":"auto"},"include":["reasoning.encrypted_content"],"prompt_cache_key":"k",
       "tools":[{"type":"function","name":"shell","parameters":{"type":"object"},"strict":false},{"type":"custom","name":"apply_patch","description":"p","format":{"type":"grammar","syntax":"lark","definition":"start: x"}},{"type":"web_search"}],
       "input":[{"type":"message","role":"developer","content":[{"type":"input_text","text":"rules"}]},
        {"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},
        {"type":"reasoning","summary":[],"encrypted_content":"e"},
        {"type":"custom_tool_call","call_id":"c1","name":"apply_patch","input":"*** x"},
        {"type":"custom_tool_call_output","call_id":"c1","output":"done"},
        {"type":"function_call","call_id":"c2","name":"shell","arguments":"{}"},
        {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"out"}]}]}
      """#
    let request = try read(.responses, body)
    #expect(request.system == "be\n\nrules" && request.reasoning == "medium")
    #expect(request.tools.map(\.name) == ["shell", "apply_patch"])
    #expect(request.turns.count == 5)
    #expect(request.turns[1].toolUses[0].arguments == #"{"input":"*** x"}"#)
    #expect(
      request.turns[4].parts == [.toolAnswer(ToolAnswer(callID: "c2", name: "shell", text: "out"))])
    let answer = ServedAnswer(
      .responses, request: Array(body.utf8), id: "r", created: .init(milliseconds: 0))
    let reply = ModelReply(
      model: "m",
      parts: [.toolUse(ToolUse(id: "c3", name: "apply_patch", arguments: #"{"input":"*** y"}"#))],
      stop: .toolUse)
    let item = try JSON.parse(answer.encode(reply))["output"][0]
    #expect(item["type"] == "custom_tool_call" && item["input"] == "*** y")
    var writer = ReplyWriter(answer)
    let stream = String(decoding: writer.write(.finished(reply)), as: UTF8.self)
    #expect(
      stream.contains("response.custom_tool_call_input.done")
        && !stream.contains("function_call_arguments"))
  }

  @Test func `what google-genai sends is read, with calls that have no ids`() throws {
    let request = try read(
      .gemini,
      #"""
      {"system_instruction":{"parts":[{"text":"be"}]},"contents":[{"role":"user","parts":[{"text":"hi"}]},
       {"role":"model","parts":[{"functionCall":{"name":"x","args":{"a":1}}},{"functionCall":{"name":"x"}}]},
       {"role":"user","parts":[{"functionResponse":{"name":"x","response":{"result":3}}},{"functionResponse":{"name":"x","response":{"error":"no"}}}]}],
       "tools":[{"functionDeclarations":[{"name":"x","parameters":{"type":"OBJECT","properties":{"a":{"type":"INTEGER"}}}}]}],
       "toolConfig":{"functionCallingConfig":{"mode":"ANY"}},"generationConfig":{"maxOutputTokens":5,"thinkingConfig":{"thinkingBudget":0}}}
      """#)
    #expect(
      request.tools[0].parameters == ["type": "object", "properties": ["a": ["type": "integer"]]])
    #expect(
      request.toolChoice == .required && request.maxOutputTokens == 5 && request.reasoning == "none"
    )
    let uses = request.turns[1].toolUses
    #expect(Set(uses.map(\.id)).count == 2)
    #expect(
      request.turns[2].parts == [
        .toolAnswer(ToolAnswer(callID: uses[0].id, name: "x", text: #"{"result":3}"#)),
        .toolAnswer(ToolAnswer(callID: uses[1].id, name: "x", text: "no", isError: true)),
      ])
  }

  @Test(
    "a request that cannot be read is refused by name, never a crash",
    arguments: [
      "", "[]", "{}", #"{"model":1}"#, #"{"model":"m"}"#, #"{"model":"m","messages":{}}"#,
      #"{"model":"m","messages":[{"role":"alien"}],"input":[{"role":"alien"}],"contents":3}"#,
      #"{"model":"m","messages":[{"role":"user","content":[{"type":"video"}]}],"input":[{"type":"item_reference"}],"contents":[{"role":"user","parts":[{"fileData":{}}]}]}"#
        .replacing("video", with: "document"),
      #"{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"url"}},{"type":"image_url","image_url":{"url":"https://x"}}]}],"input":[{"role":"user","content":[{"type":"input_image","image_url":"https://x"}]}]}"#,
      #"{"model":"m","input":"x","previous_response_id":"r","messages":3}"#,
    ])
  func refused(body: String) {
    for dialect in WireDialect.allCases {
      do throws(ModelFault) {
        _ = try read(dialect, body)
        #expect(Bool(false), "\(dialect) took \(body)")
      } catch {
        #expect(error.kind == .badRequest && !error.message.isEmpty)
      }
    }
  }

  @Test(arguments: WireDialect.allCases)
  func `wrong types anywhere in a request make no crash`(dialect: WireDialect) throws {
    let request = RoundTripTests.request(dialect, thinks: true)
    let body = dialect.body(of: request, traits: ModelTraits())
    let odd: [JSON] = [nil, 1, "x", [], [:], [[]], [["type": "text"]], .double(1e300)]
    for spoiled in Self.spoil(body, with: odd) {
      _ = try? dialect.decodeRequest(spoiled.utf8(), path: "/models/m:generateContent")
    }
  }

  /// The value with each of its parts replaced by each of the others, one at a time.
  static func spoil(_ value: JSON, with odd: [JSON]) -> [JSON] {
    var out = odd
    switch value {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        for spoiled in spoil(element, with: odd) {
          var copy = elements
          copy[index] = spoiled
          out.append(.array(copy))
        }
      }
    case .object(let members):
      for (name, member) in members {
        for spoiled in spoil(member, with: odd) {
          var copy = members
          copy[name] = spoiled
          out.append(.object(copy))
        }
      }
    default: break
    }
    return out
  }

  @Test(arguments: WireDialect.allCases)
  func `wrong types anywhere in an answer make no crash`(dialect: WireDialect) throws {
    let odd: [JSON] = [nil, -1, "x", [], [:], [["type": "text"]], .double(1e300)]
    for reply in RoundTripTests.replies(dialect) {
      let answer = ServedAnswer(dialect, id: "x", created: .init(milliseconds: 0))
      let body = try JSON.parse(answer.encode(reply))
      for spoiled in Self.spoil(body, with: odd) { _ = try? dialect.decodeReply(spoiled.utf8()) }
      var writer = ReplyWriter(answer)
      let frames = String(decoding: writer.write(.finished(reply)), as: UTF8.self).split(
        separator: "\n\n")
      for (index, frame) in frames.enumerated() {
        guard let start = frame.firstIndex(of: "{"),
          let value = try? JSON.parse(String(frame[start...]))
        else { continue }
        for spoiled in Self.spoil(value, with: odd) {
          var stream = ReplyStream(dialect)
          let text = (frames[..<index] + ["data: \(spoiled.text())"] + frames[(index + 1)...])
            .joined(separator: "\n\n")
          _ = try? stream.push(Array("\(text)\n\n".utf8))
          _ = try? stream.finish()
        }
      }
    }
  }
}
