import Base
import Dialect
import Testing

@testable import Rehearsal

@Suite struct BackendTests {
  @Test func `the same request gives the same answer, and another seed another course`() throws {
    let backend = RehearsalBackend(try Shipped.knowledge())
    let task = "join-rotated-logs"
    let first = try backend.answer(try Shipped.request(task))
    #expect(try backend.answer(try Shipped.request(task)) == first)
    let others = try (0..<40).map { seed in
      try backend.answer(try Shipped.request(task, seed: seed)).parts
    }
    #expect(Set(others).count > 1)
  }

  @Test func `what a trait does not touch stays as it was drawn`() throws {
    let knowledge = try Shipped.knowledge()
    let model = try #require(RehearsalModel.named("hasty"))
    for task in knowledge.tasks {
      for seed in 0..<20 {
        let draws = Draws(seed: UInt64(seed), task: task.name)
        func intent(_ traits: Set<HarnessTrait>) -> Intent {
          let reading = TraitReading(traits: traits, words: 40)
          return Intent(Chances(model, task, reading, sawCut: false), draws, task)
        }
        let (before, after) = (intent([]), intent([.quoteNames]))
        // A trait that only helps takes slips away, and only of its kinds.
        #expect(after.slips.isSubset(of: before.slips))
        let gone = before.slips.subtracting(after.slips)
        #expect(gone.allSatisfy { [.quote, .edge].contains(task.slips[$0].kind) })
        #expect(before.checks == after.checks && before.noticed == after.noticed)
      }
    }
  }

  @Test(arguments: RehearsalModel.all.map(\.name))
  func `an episode goes from its first look to its end`(_ model: String) throws {
    let backend = RehearsalBackend(try Shipped.knowledge())
    for seed in 0..<10 {
      var request = try Shipped.request("repair-rotation-script", model: model, seed: seed)
      var commands: [String] = []
      while true {
        let reply = try backend.answer(request)
        guard let command = Shipped.command(reply) else { break }
        #expect(reply.stop == .toolUse)
        // At most twice: when the check shows nothing that it knows, the work is done again.
        #expect(commands.count { $0 == command } < 2)
        commands.append(command)
        try #require(commands.count < 20)
        request = Shipped.goOn(request, reply, output: "…")
      }
      #expect(commands.contains { $0.contains("cat > /app/rotate.sh") })
    }
  }

  @Test func `a command that does not fit the answer is written in pieces`() throws {
    let backend = RehearsalBackend(try Shipped.knowledge())
    var request = try Shipped.request("apply-json-patches")
    request.maxOutputTokens = 600
    var commands: [String] = []
    var cuts = 0
    while commands.count < 30 {
      let reply = try backend.answer(request)
      #expect((reply.usage?.output ?? 0) <= 600)
      if reply.stop == .outputLimit {
        cuts += 1
        request = Shipped.goOn(request, reply, output: "The arguments were cut; nothing was run.")
        continue
      }
      guard let command = Shipped.command(reply) else { break }
      commands.append(command)
      request = Shipped.goOn(request, reply, output: "")
    }
    #expect((1...2).contains(cuts))
    #expect(commands.contains(Pieces.run))
    let written = commands.compactMap { Pieces.content(of: $0)?.text }.joined()
    #expect(written.contains("chmod +x /app/jpatch"))
  }

  @Test func `tools are found by what they take, and fences by what is said`() throws {
    let backend = RehearsalBackend(try Shipped.knowledge())
    var listed = try Shipped.request("clean-contact-list")
    listed.tools = [
      ToolDeclaration(name: "update_plan", description: "Says the plan.", parameters: [:]),
      ToolDeclaration(
        name: "exec", description: "Runs a command.",
        parameters: [
          "type": "object",
          "properties": ["cmd": ["type": "array"], "reason": ["type": "string"]],
          "required": ["cmd", "reason"],
        ]),
    ]
    let use = try #require(try backend.answer(listed).turn.toolUses.first)
    let arguments = try JSON.parse(use.arguments)
    #expect(use.name == "exec" && arguments["cmd"][0] == "bash")
    #expect(arguments["reason"].string != nil)

    var fenced = try Shipped.request(
      "clean-contact-list",
      system: """
        Answer with one command in a block:

        ```mswea_bash_command
        ls
        ```

        When you are done run `echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT`.
        """)
    fenced.tools = []
    var last = ""
    for _ in 0..<12 {
      let reply = try backend.answer(fenced)
      last = History.blocks(reply.turn.text, "mswea_bash_command").first ?? ""
      if last.hasPrefix("echo COMPLETE") { break }
      fenced.turns += [reply.turn, .user("<output>\n…\n</output>")]
    }
    #expect(last == "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT")
  }

  @Test func `what is not known is answered honestly, and what does not fit is a fault`() throws {
    let backend = RehearsalBackend(try Shipped.knowledge())
    let chat = ModelRequest(model: "rehearsal/careful", turns: [.user("Write a poem on dew.")])
    #expect(try backend.answer(chat).turn.text.contains("rehearsal"))
    let error = #expect(throws: ModelFault.self) {
      try backend.answer(ModelRequest(model: "gpt", turns: [.user("hello")]))
    }
    #expect(error?.kind == .noModel)
    let long = ModelRequest(
      model: "forgetful", turns: [.user(String(repeating: "word ", count: 40_000))])
    #expect(throws: ModelFault.self) { try backend.answer(long) }
  }

  @Test func `a streamed answer is told in pieces that make the whole`() async throws {
    let backend = RehearsalBackend(try Shipped.knowledge())
    var request = try Shipped.request("clean-contact-list")
    request.streams = true
    let told = Locked<[ReplyEvent]>([])
    let reply = try await backend.reply(to: request) { event in
      told.withLock { $0.append(event) }
    }
    let events = told.withLock { $0 }
    let text = events.reduce("") { if case .text(let more) = $1 { $0 + more } else { $0 } }
    #expect(text == reply.turn.text)
    #expect(events.last == .finished(reply))
  }
}
