import Base
import Loopback
import Platform
import Testing

@testable import Commands
@testable import Console

@Suite struct ModelsCommandTests {
  static let key = "sk-planted-0123456789"
  static let haiku = "anthropic/claude-haiku-4-5"

  @Test func `providers are listed with whether a key was found, and never with the key`()
    async throws
  {
    try await Scratch.with { scratch in
      try scratch.write("GEMINI_API_KEY = '\(Self.key)-file'\n", to: "keys.toml")
      try Files.setMode(scratch.path("keys.toml"), 0o600)
      let environment = ["OPENAI_API_KEY": Self.key, "BELAY_KEYS": scratch.path("keys.toml")]
      let answer = await scratch.belay(["models", "--all"], environment: environment)
      #expect(answer.code == 0 && answer.json["schema"].string == "belay.models/1")
      let providers = answer.json["providers"].array ?? []
      func provider(_ name: String) -> JSON {
        providers.first { $0["name"].string == name } ?? .null
      }
      #expect(provider("openai")["has_key"] == true)
      #expect(provider("openai")["key_from"] == "environment")
      #expect(provider("gemini")["key_from"].string == scratch.path("keys.toml"))
      #expect(provider("anthropic")["has_key"] == false)
      #expect(provider("anthropic")["key"] == "ANTHROPIC_API_KEY")
      #expect(provider("ollama")["needs_key"] == false)
      let items = answer.json["items"].array ?? []
      let haiku = items.first { $0["model"].string == Self.haiku } ?? .null
      #expect(haiku["input"] == 1 && haiku["output"] == 5 && haiku["window"] == 200_000)
      // Whoever can be asked comes first.
      #expect(items.first?["model"].string?.hasPrefix("gemini/") == true)
      let text = await scratch.belay(
        ["models", "list", "haiku"], isTerminal: true, environment: environment)
      #expect(text.out.contains(Self.haiku) && !text.out.contains("gpt-5"))
      let whole = await scratch.belay(["models"], isTerminal: true, environment: environment)
      #expect(whole.out.contains("none: set ANTHROPIC_API_KEY"))
      for answer in [answer, text, whole] {
        #expect(!(answer.out + answer.err).contains("planted"))
      }
    }
  }

  @Test func `a key file that others may read is refused by every command that asks for keys`()
    async throws
  {
    try await Scratch.with { scratch in
      try scratch.write("A = '\(Self.key)'", to: "keys.toml")
      try Files.setMode(scratch.path("keys.toml"), 0o644)
      let answer = await scratch.belay(
        ["models"], environment: ["BELAY_KEYS": scratch.path("keys.toml")])
      #expect(answer.code == 4 && answer.error["hint"].string?.hasPrefix("chmod 600") == true)
      #expect(!(answer.out + answer.err).contains("planted"))
    }
  }

  @Test func `a price shows all rates and what one call costs`() async throws {
    try await Scratch.with { scratch in
      let answer = await scratch.belay([
        "models", "price", Self.haiku, "--input", "100000", "--cached", "90000", "--output", "1000",
      ])
      #expect(answer.json["items"][0]["cache_write_long"] == 2)
      #expect(abs((answer.json["cost_usd"].double ?? 0) - 0.024) < 1e-9)
      let text = await scratch.belay(
        ["models", "price", "gemini/gemini-2.5-pro"], isTerminal: true)
      #expect(text.out.contains("200k") && text.out.contains("15.00"))
      let unknown = await scratch.belay(["models", "price", "anthropic/claude-haiku-45"])
      #expect(unknown.code == 3)
      #expect(unknown.error["message"].string?.contains("claude-haiku-4-5") == true)
    }
  }

  @Test func `the models file sets prices, aliases and estimates, and check reads it`() async throws
  {
    try await Scratch.with { scratch in
      let file = """
        schema = "belay.models/1"
        [aliases]
        task = "vllm/mine"
        [prices."vllm/mine"]
        input = 0.5
        output = 2
        [estimates."openrouter/*"]
        input = 3
        output = 15
        """
      try scratch.write(file, to: "mine.toml")
      let mine = ["--models", "mine.toml"]
      let price = await scratch.belay(["models", "price", "task"] + mine)
      #expect(price.json["items"][0]["output"] == 2 && price.json["is_estimate"] == false)
      let guess = await scratch.belay(["models", "price", "openrouter/a/b"] + mine)
      #expect(guess.json["is_estimate"] == true)
      #expect(await scratch.belay(["check", scratch.path("mine.toml")]).code == 0)
      try scratch.write(file + "\n[providers.x]\nbase_ulr = 'http://h'", to: "models.toml")
      let check = await scratch.belay(["check", scratch.path("models.toml")])
      #expect(check.code == 2 && check.json["items"][0]["line"] == 11)
      let bad = await scratch.belay(["models", "--models", "models.toml"])
      #expect(bad.code == 2 && bad.error["message"].string?.contains("did you mean") == true)
    }
  }

  @Test func `a ping says who answers, how long it took and what it cost`() async throws {
    let server = LoopbackServer { request in
      request.header("authorization") == "Bearer \(Self.key)"
        ? [
          .answer(
            200,
            #"{"id":"c","model":"m-2","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2}}"#
          )
        ]
        : [
          .answer(
            401,
            #"{"error":{"message":"Incorrect key: \#(request.header("authorization") ?? "")"}}"#)
        ]
    }
    defer { server.stop() }
    try await Scratch.with { scratch in
      try scratch.write(
        """
        schema = "belay.models/1"
        [providers.mine]
        base_url = "\(server.url)"
        key = "MINE_KEY"
        [prices."mine/*"]
        input = 100
        output = 1000
        """, to: "models.toml")
      let words = ["models", "ping", "mine/m", "--models", "models.toml"]
      let good = await scratch.belay(words, environment: ["MINE_KEY": Self.key])
      #expect(good.code == 0, "\(good)")
      let item = good.json["items"][0]
      #expect(item["ok"] == true && item["answered_by"] == "m-2")
      #expect(abs((item["cost_usd"].double ?? 0) - 0.003) < 1e-9)
      let bad = await scratch.belay(words, environment: ["MINE_KEY": "\(Self.key)-wrong"])
      #expect(bad.code == 4 && bad.json["items"][0]["fault"] == "auth")
      #expect(!(bad.out + bad.err).contains("planted"))
      let none = await scratch.belay(words, isTerminal: true)
      #expect(none.code == 4 && none.out.contains("MINE_KEY"))
      let nobody = await scratch.belay(["models", "ping", "nobody/m"])
      #expect(nobody.code == 3)
    }
  }
}
