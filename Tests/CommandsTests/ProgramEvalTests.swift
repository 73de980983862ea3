import Base
import Facts
import Ledger
import Loopback
import Platform
import Testing

@testable import Commands

/// Programs that ask models, from the command line to the ledger, with a provider of the test's own.
@Suite struct ProgramEvalTests {
  static let key = "sk-planted-5e1f0c7a9b"

  /// A suite of one task, a program as its agent, and a provider that answers `answers`.
  struct Bench {
    let scratch: Scratch
    let server: LoopbackServer

    /// Asks once and writes what the model says; `prelude` is Python that runs before that.
    static let agent = """
      import json, os, urllib.error, urllib.request
      def ask(text):
          body = {"model": os.environ["BELAY_MODEL"], "messages": [{"role": "user", "content": text}]}
          request = urllib.request.Request(
              os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
              {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"})
          return json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"]

      """

    static func with(
      _ program: String, network: String = "network_mode = \"no-network\"", limits: String = "",
      answers: @escaping @Sendable (LoopbackServer.Request) -> [LoopbackServer.Step] = {
        Bench.answer($0)
      },
      _ body: (Bench) async throws -> Void
    ) async throws {
      try await Scratch.with { scratch in
        let server = LoopbackServer(answers)
        defer { server.stop() }
        try scratch.write(agent + program, to: "harness/agent.py")
        try scratch.write(
          """
          schema = "belay.harness/1"
          name = "asking"
          kind = "program"
          command = ["python3", "agent.py"]
          \(limits)
          """, to: "harness/harness.toml")
        try scratch.write(
          "version = \"1.0\"\n[metadata]\n[environment]\n\(network)\n", to: "suite/say/task.toml")
        try scratch.write("Say it.\n", to: "suite/say/instruction.md")
        try scratch.write("FROM debian:12\nWORKDIR /app\n", to: "suite/say/environment/Dockerfile")
        try scratch.write(
          "#!/bin/bash\ngrep -cx 'the word' /app/said >/logs/verifier/reward.txt\n",
          to: "suite/say/tests/test.sh")
        try scratch.write(
          """
          schema = "belay.models/1"
          [providers.own]
          base_url = "\(server.url)/v1"
          dialect = "openai-chat"
          key = "OWN_KEY"
          [prices."own/priced"]
          input = 10.0
          output = 20.0
          """, to: "models.toml")
        _ = await scratch.belay(["init"])
        try await body(Bench(scratch: scratch, server: server))
      }
    }

    static func answer(_ request: LoopbackServer.Request, _ text: String = "the word")
      -> [LoopbackServer.Step]
    {
      [
        .answer(
          headers: ["content-type: application/json"],
          """
          {"id":"c","object":"chat.completion","model":"priced","choices":[{"index":0,"message":\
          {"role":"assistant","content":"\(text)"},"finish_reason":"stop"}],\
          "usage":{"prompt_tokens":20,"completion_tokens":50}}
          """)
      ]
    }

    static func words(_ scratch: Scratch, _ harness: String? = nil) -> [String] {
      [
        "eval", harness ?? scratch.path("harness"), "--suite", scratch.path("suite"), "--split",
        "all",
      ]
    }

    func eval(_ more: [String] = [], model: String = "own/priced") async -> Scratch.Answer {
      await scratch.belay(
        Self.words(scratch) + ["--models", "models.toml"] + ["--model", model] + more,
        environment: ["OWN_KEY": ProgramEvalTests.key, "PATH": "/usr/bin:/bin"])
    }

    /// Everything that the lab holds, unpacked.
    func recorded() async throws -> String {
      let dump = try await scratch.run(
        "/usr/bin/sqlite3", [scratch.path(".belay/ledger.sqlite"), ".dump"])
      return dump.text
    }

    func log() async throws -> String {
      let reader = try Lab.find(
        explicit: scratch.path(".belay"), environment: [:], from: scratch.folder
      ).reader()
      let attempt = try #require(try reader.trial(TrialID(1)).attempts.last)
      return try attempt.files.filter { $0.role == "agent_log" }
        .map { String(decoding: try reader.blob($0.blob), as: UTF8.self) }.joined()
    }
  }

  @Test func `a program asks its model through the gateway, and what it used is metered`()
    async throws
  {
    try await Bench.with("open('said', 'w').write(ask('say it'))") { bench in
      let answer = await bench.eval(["--budget-usd", "1"])
      #expect(answer.code == 0, "\(answer.err)")
      #expect(answer.json["score"]["mean"] == 1)
      let usage = answer.json["usage"]
      #expect(usage["input_tokens"] == 20 && usage["output_tokens"] == 50)
      #expect(abs((usage["cost_usd"].double ?? 0) - 0.0012) < 1e-9)
      let request = try #require(bench.server.requests.first)
      #expect(request.header("authorization") == "Bearer \(Self.key)")
      #expect(try JSON.parse(request.text)["model"] == "priced")
    }
  }

  @Test func `the key is in no file, no output, no environment and no command line of anybody`()
    async throws
  {
    let hunt = """
      import glob
      for name, value in sorted(os.environ.items()): print(name + "=" + value)
      for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
          try: print(path, open(path, "rb").read())
          except OSError as error: print(path, error.errno)
      try: print(ask("say it"))
      except urllib.error.HTTPError as error: print(error.code, error.headers, error.read())
      """
    // A provider that throws the key back in an error must not bring it in either.
    try await Bench.with(
      hunt,
      answers: { request in
        let said = request.header("authorization") ?? ""
        return [
          .answer(
            401, headers: ["content-type: application/json"],
            "{\"error\":{\"message\":\"the key \(said) is wrong\",\"code\":\"invalid_api_key\"}}")
        ]
      }
    ) { bench in
      let answer = await bench.eval()
      #expect(answer.json["trials"]["by_outcome"]["provider_failed"] == 1)
      let log = try await bench.log()
      #expect(log.contains("OPENAI_BASE_URL=http://127.0.0.1:41414/v1"))
      #expect(log.contains("OPENAI_API_KEY=belay-") && log.contains("401"))
      #expect(!log.contains(Self.key))
      #expect(!answer.out.contains(Self.key) && !answer.err.contains(Self.key))
      #expect(!(try await bench.recorded()).contains(Self.key))
      // Blobs may be packed: what is read back is looked through, and every file as it lies there.
      let found = try await bench.scratch.run(
        "/usr/bin/grep", ["-rl", Self.key, bench.scratch.folder])
      #expect(found.text.isEmpty, "\(found.text)")
      let shown = await bench.scratch.belay(["trace", "t1"])
      #expect(!shown.out.contains(Self.key))
    }
  }

  @Test
  func `a run ends when its budget is spent, and goes on with a larger one without paying twice`()
    async throws
  {
    let program = """
      for number in range(20): text = ask("turn %d" % number)
      open('said', 'w').write(text)
      """
    try await Bench.with(program) { bench in
      let answer = await bench.eval(["--budget-usd", "0.02"])
      #expect(answer.code == 8, "\(answer.err)")
      #expect(answer.error["message"].string?.contains("budget of the run") == true)
      let paid = bench.server.requests.count
      #expect((1...16).contains(paid))
      #expect(Double(paid) * 0.0012 <= 0.02)
      let second = await bench.eval(["--budget-usd", "1", "--resume"])
      #expect(second.code == 0, "\(second.err)")
      #expect(second.json["score"]["mean"] == 1)
      #expect(bench.server.requests.count == 20)
    }
  }

  @Test func `a limit of the harness ends one trial and not the run`() async throws {
    let program = """
      try:
          while True: ask("again")
      except urllib.error.HTTPError as error: print(error.code)
      open('said', 'w').write('the word')
      """
    try await Bench.with(program, limits: "[limits]\noutput_tokens = 120\n") { bench in
      let answer = await bench.eval()
      #expect(answer.code == 0, "\(answer.err)")
      #expect(answer.json["trials"]["by_outcome"]["limit"] == 1)
      #expect(answer.json["score"]["mean"] == 1)
      #expect(bench.server.requests.count == 3)
    }
  }

  @Test(arguments: [
    (["--model", "own/priced"], "oracle", [:], 2, "asks no model"),
    (["--model", "nobody/x"], "./harness", [:], 2, "no provider is called 'nobody'"),
    (["--model", "plain"], "./harness", [:], 2, "neither an alias nor a model"),
    (["--model", "own/x", "--model", "own/y"], "./harness", ["OWN_KEY": key], 2, "two models"),
    (["--model", "own/priced"], "./harness", [:], 4, "there is no key"),
    (["--model", "own/x", "--budget-usd", "1"], "./harness", ["OWN_KEY": key], 2, "no price"),
    (
      ["--model", "own/priced", "--sandbox", "container"], "./harness", ["OWN_KEY": key], 9, ""
    ),
  ])
  func `what cannot work is refused before anything is run`(
    words: [String], harness: String, environment: [String: String], code: Int32, message: String
  ) async throws {
    try await Bench.with("") { bench in
      let answer = await bench.scratch.belay(
        Bench.words(bench.scratch, harness == "oracle" ? harness : nil)
          + ["--models", "models.toml"] + words,
        environment: environment)
      #expect(answer.code == code, "\(answer.err)")
      #expect(answer.error["message"].string?.contains(message) == true, "\(answer.err)")
      #expect(bench.server.requests.isEmpty)
    }
  }

  @Test func `hosts that a task allows are reached by name, and no address that is not public`()
    async throws
  {
    let program = """
      import urllib.error
      open('said', 'w').write('the word')
      for url in ["http://localhost.localdomain:9/", "http://other.test/", "http://10.0.0.1/"]:
          try: print(urllib.request.urlopen(url).status)
          except urllib.error.HTTPError as error: print(error.code, error.read().decode().strip())
      """
    try await Bench.with(
      program,
      network: """
        network_mode = "allowlist"
        allowed_hosts = ["localhost.localdomain", "localhost", "*.example.org"]
        """
    ) { bench in
      let answer = await bench.scratch.belay(
        Bench.words(bench.scratch),
        environment: ["PATH": "/usr/bin:/bin"])
      #expect(answer.code == 0, "\(answer.err)")
      #expect(answer.json["score"]["mean"] == 1)
      let lines = try await bench.log().split(separator: "\n")
      #expect(lines.count == 3, "\(lines)")
      #expect(lines.first?.hasPrefix("403") == true || lines.first?.hasPrefix("502") == true)
      #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("403") && $0.contains("not among") })
    }
  }
}
