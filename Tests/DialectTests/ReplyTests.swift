import Base
import Testing

@testable import Dialect

@Suite struct ReplyTests {
  @Test(arguments: WireDialect.allCases)
  func `recorded answers say the same plain and streamed`(dialect: WireDialect) throws {
    let recorded = try Recorded(dialect)
    for name in recorded.plainNames {
      let plain = try dialect.decodeReply(recorded.plain(name))
      let streamed = try streamed(dialect, recorded.stream(name))
      #expect(plain.parts.canonical == streamed.parts.canonical, "\(name)")
      #expect(plain.stop == streamed.stop, "\(name)")
      #expect(plain.usage?.input == 100, "\(name)")
      #expect(plain.usage?.cacheRead == 64 && streamed.usage?.cacheRead == 64)
      #expect(streamed.usage?.output == plain.usage?.output)
      #expect(plain.model == "stub-\(name)" && streamed.model == plain.model)
    }
  }

  @Test(arguments: WireDialect.allCases)
  func `any split of a stream gives the same events`(dialect: WireDialect) throws {
    let recorded = try Recorded(dialect)
    for name in recorded.streamNames {
      let bytes = recorded.stream(name)
      let whole = Result { () throws(ModelFault) in try events(dialect, bytes) }
      for piece in [1, 2, 3, 7, 64, 1000] {
        let split = Result { () throws(ModelFault) in try events(dialect, bytes, piece: piece) }
        #expect(split == whole, "\(name) in pieces of \(piece)")
      }
    }
  }

  @Test(arguments: WireDialect.allCases)
  func `no prefix of a stream is an answer`(dialect: WireDialect) throws {
    let recorded = try Recorded(dialect)
    for name in ["text", "tool"] {
      let bytes = recorded.stream(name)
      // The last bytes are the blank line after the mark of the end.
      // (Gemini has no mark but the reason in its last event.)
      for end in 0..<bytes.count - (dialect == .gemini ? 4 : 2) {
        let fault = fault { () throws(ModelFault) in try events(dialect, Array(bytes[..<end])) }
        #expect(
          fault?.kind == .truncated,
          "\(name) cut at \(end) of \(bytes.count): \(String(describing: fault))")
        if fault?.kind != .truncated { break }
      }
    }
  }

  @Test func `the outcomes of recorded answers are told apart`() throws {
    for (dialect, refusal) in [
      (WireDialect.chat, "content_filter"), (.messages, "refusal"), (.gemini, "SAFETY"),
    ] {
      let recorded = try Recorded(dialect)
      #expect(try dialect.decodeReply(recorded.plain("text")).stop == .done)
      #expect(try dialect.decodeReply(recorded.plain("tool")).stop == .toolUse)
      #expect(try dialect.decodeReply(recorded.plain("maxtokens")).stop == .outputLimit)
      #expect(try dialect.decodeReply(recorded.plain("refusal")).stop == .refusal(refusal))
      if dialect == .gemini { continue }
      let parallel = try streamed(dialect, recorded.stream("parallel"))
      #expect(parallel.turn.toolUses.count == 2)
      #expect(Set(parallel.turn.toolUses.map(\.id)).count == 2)
    }
  }

  @Test func `an error in the middle of a stream and a cut stream are faults`() throws {
    let chat = try Recorded(.chat)
    #expect(
      fault { () throws(ModelFault) in try events(.chat, chat.stream("midstream")) }?.kind
        == .server)
    #expect(
      fault { () throws(ModelFault) in try events(.chat, chat.stream("cut")) }?.kind == .truncated)
    let responses = try Recorded(.responses)
    #expect(
      fault { () throws(ModelFault) in try events(.responses, responses.stream("midstream")) }?.kind
        == .server)
    let messages = try Recorded(.messages)
    #expect(
      fault { () throws(ModelFault) in try events(.messages, messages.stream("midstream")) }?.kind
        == .overload)
  }
}

extension [Part] {
  /// The parts with arguments in one spelling.
  var canonical: [Part] {
    map { part in
      guard case .toolUse(var use) = part, let value = try? JSON.parse(use.arguments) else {
        return part
      }
      use.arguments = value.text()
      return .toolUse(use)
    }
  }
}
