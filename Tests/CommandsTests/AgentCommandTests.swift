import Base
import Platform
import Testing

@testable import Commands
@testable import Console
@testable import ToolServer

/// `belay mcp` from its first line to a command in a process of its own.
@Suite struct AgentCommandTests {
  @Test func `the tools are the commands that only read, and none says where output goes`() async {
    let lines = [
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
    ]
    let answer = await Scratch(folder: "/").belay(["mcp"], input: lines.joined(separator: "\n"))
    #expect(answer.code == 0)
    let answers = answer.out.split(separator: "\n").compactMap { try? JSON.parse(String($0)) }
    #expect(answers.count == 2)
    let tools = answers.last?["result"]["tools"].array ?? []
    let names = tools.compactMap { $0["name"].string }
    #expect(Set(names).count == names.count)
    #expect(
      Set(names).isSuperset(of: ["status", "leaderboard", "trace", "sql", "audit", "report"]))
    let writing = [
      "run", "eval", "promote", "export", "import_harbor", "gc", "init", "verify", "mcp",
    ]
    #expect(Set(names).isDisjoint(with: writing))
    for tool in tools {
      let keys = Set(tool["inputSchema"]["properties"].object?.keys.map { $0 } ?? [])
      #expect(
        keys.isDisjoint(with: ["lab", "to", "svg", "format", "json", "all"]), "\(tool["name"])")
      #expect(tool["annotations"]["readOnlyHint"] == true)
    }
  }

  static func call(_ script: String) async throws -> ToolAnswer {
    try await Scratch.with { scratch in
      try scratch.write("#!/bin/sh\n\(script)\n", to: "belay")
      try Files.setMode(scratch.path("belay"), 0o755)
      let surroundings = Surroundings(
        environment: [:], workingDirectory: scratch.folder, output: TextStream { _ in },
        errors: TextStream { _ in }, clock: .system)
      let status = try #require(BelayProgram.program.tools.first { $0.name == "status" })
      let runner = ToolRunner(lab: "lab", surroundings, program: scratch.path("belay"))
      return await runner.tool(status).run([:])
    }
  }

  @Test func `whatever a command does is an answer`() async throws {
    let fine = try await Self.call(#"echo '{"schema":"s","items":[1]}'"#)
    #expect(!fine.isError && fine.value["items"] == [1])
    let said = try await Self.call(#"echo '{"items":[]}'; exit 6"#)
    #expect(!said.isError && said.value["exit_code"] == 6)
    let failed = try await Self.call(
      #"echo note >&2; echo '{"error":{"kind":"usage"}}' >&2; exit 2"#)
    #expect(failed.isError && failed.value["error"]["kind"] == "usage")
    for script in ["exit 1", "kill -9 $$", "echo no json", "echo '{' ; exit 3"] {
      let broken = try await Self.call(script)
      #expect(broken.isError && broken.value["error"]["kind"] == "internal", "\(script)")
    }
    #expect(try await Self.call("echo null").isError)
  }
}
