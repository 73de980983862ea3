import Base
import Dialect
import Platform
import Testing

@testable import Rehearsal

@Suite struct RoleTests {
  static let harnesses =
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/harnesses"

  static let submit = ToolDeclaration(
    name: "submit", description: "Hands over.",
    parameters: [
      "type": "object",
      "properties": [
        "summary": ["type": "string"],
        "verdict": ["type": "string", "enum": ["pass", "fail"]],
        "faults": ["type": "array", "items": ["type": "string"]],
      ], "required": ["summary"],
    ])
  static let write = ToolDeclaration(
    name: "write", description: "Writes a file.",
    parameters: ["type": "object", "properties": ["path": ["type": "string"]]])

  private func request(_ prompt: String, edits: Bool = false) throws -> ModelRequest {
    var request = try Shipped.request(
      "clean-contact-list", system: try Files.readText("\(Self.harnesses)/\(prompt)"), seed: 3)
    request.tools += [Self.submit] + (edits ? [Self.write] : [])
    return request
  }

  @Test(arguments: [
    ("bash-agent/prompts/system.md", true, Role.worker),
    ("fresh-loop/prompts/worker.md", true, .worker),
    ("fresh-loop/prompts/validator.md", false, .judge),
    ("plan-build-check/prompts/planner.md", false, .adviser),
    ("plan-build-check/prompts/contractor.md", false, .adviser),
    ("plan-build-check/prompts/reviewer.md", false, .reviewer),
    ("plan-build-check/prompts/builder.md", true, .worker),
    ("plan-build-check/prompts/checker.md", false, .judge),
    ("fan-out/prompts/explorer.md", true, .adviser),
    ("fan-out/prompts/synthesis.md", false, .adviser),
    ("fan-out/prompts/builder.md", true, .worker),
    ("fan-out/prompts/auditor.md", false, .judge),
    ("find-refute-judge/prompts/finder.md", true, .worker),
    ("find-refute-judge/prompts/adversary.md", false, .critic),
    ("find-refute-judge/prompts/referee.md", false, .judge),
    ("delegate/prompts/worker.md", true, .worker),
  ])
  func `the roles of the shipped harnesses are understood`(
    _ prompt: String, _ edits: Bool, _ role: Role
  ) throws {
    let request = try request(prompt, edits: edits)
    #expect(Role(request, Voice(request), knowsTask: true) == role)
  }

  @Test func `a judge looks at the files and tells what it sees`() throws {
    let knowledge = try Shipped.knowledge()
    let backend = RehearsalBackend(knowledge)
    let task = try #require(knowledge.task("clean-contact-list"))
    let mimic = Mimic(backend: backend, task: task)
    var found = 0
    for seed in 0..<40 {
      var first = try request("plan-build-check/prompts/checker.md")
      first.sampling.seed = seed
      first.model = "expert"
      let look = try backend.answer(first)
      #expect(Shipped.command(look) != nil)
      func verdict(_ state: Set<Int>?) throws -> JSON {
        let output = "exit 0\n\(mimic.checkShows(state))"
        let reply = try backend.answer(Shipped.goOn(first, look, output: output))
        let use = try #require(reply.turn.toolUses.first)
        #expect(use.name == "submit")
        return try JSON.parse(use.arguments)
      }
      #expect(try verdict([])["verdict"] == "pass")
      #expect(try verdict(nil)["verdict"] == "fail")
      let faulty = try verdict([0])
      if faulty["verdict"] == "fail" {
        found += 1
        #expect(faulty["faults"][0].string == task.slips[0].finding)
      }
    }
    #expect((10..<40).contains(found))
  }

  @Test func `what a judge found is repaired by whoever is told of it`() throws {
    let knowledge = try Shipped.knowledge()
    let backend = RehearsalBackend(knowledge)
    let task = try #require(knowledge.task("clean-contact-list"))
    let findings = task.slips.map { "- does not hold: \($0.finding)" }.joined(separator: "\n")
    for seed in 0..<20 {
      var request = try Shipped.request("clean-contact-list", seed: seed)
      request.turns.append(.assistant("The work is done."))
      request.turns.append(.user("# From the checker\n\nVerdict: fail\n\(findings)"))
      #expect(try Mimic(backend: backend, task: task).play(request) == [])
    }
  }

  @Test func `what a planner says is worth as much as if the harness said it`() throws {
    let backend = RehearsalBackend(try Shipped.knowledge())
    var hinted: Set<HarnessTrait> = []
    for seed in 0..<10 {
      var first = try request("plan-build-check/prompts/planner.md")
      first.sampling.seed = seed
      let look = try backend.answer(first)
      let plan = try backend.answer(Shipped.goOn(first, look, output: "…"))
      let text = try #require(plan.turn.toolUses.first).arguments
      let said = try JSON.parse(text)["summary"].string ?? ""
      hinted.formUnion(TraitReader.read(TextSentence.all(in: said)).traits)
    }
    #expect(hinted.isSuperset(of: [.requirements, .edgeCases, .mindBytes, .checkResult]))
    for kind in SlipKind.allCases {
      let read = TraitReader.read(TextSentence.all(in: Hints.sentence(kind)))
      #expect(!read.traits.isEmpty, "\(kind)")
    }
  }

  @Test func `the shipped agent's words are understood`() throws {
    let text = try Files.readText("\(Self.harnesses)/bash-agent/prompts/system.md")
    let traits = TraitReader.read(TextSentence.all(in: text)).traits
    #expect(
      traits.isSuperset(of: [
        .lookFirst, .quoteNames, .touchNothingElse, .checkResult, .shortOutput,
      ]), "\(traits.map(\.rawValue).sorted())")
    #expect(traits.isDisjoint(with: [.hurry, .blind, .noCheck, .ritual, .askFirst]))
  }

  @Test func `a record becomes a summary that lets a worker go on`() throws {
    let backend = RehearsalBackend(try Shipped.knowledge())
    var request = try Shipped.request("clean-contact-list", model: "expert", seed: 5)
    var said: [String] = []
    var commands: [String] = []
    for _ in 0..<3 {
      let reply = try backend.answer(request)
      guard let command = Shipped.command(reply) else { break }
      commands.append(command)
      said.append(reply.turn.text)
      request = Shipped.goOn(request, reply, output: "…")
    }
    let record = said.map { "assistant: \($0)\ncall shell: …\noutput: …" }
    let summary = try backend.answer(
      ModelRequest(
        model: "expert",
        system: "You shorten the record of an agent's work, so that it can go on from your words.",
        turns: [.user("<record>\n\(record.joined(separator: "\n"))\n</record>\n\nThe summary:")]))
    var short = try Shipped.request("clean-contact-list", model: "expert", seed: 5)
    short.turns[0].parts.append(.text("[Earlier turns…]\n\n\(summary.turn.text)"))
    let next = Shipped.command(try backend.answer(short))
    #expect(next.map { !commands.contains($0) } ?? true)
  }
}
