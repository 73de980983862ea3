import Base
import Dialect
import Platform
import Testing

@testable import Model

@Suite struct ModelsFileTests {
  private func with(_ text: String, _ body: (String) throws -> Void) throws {
    let folder = "/tmp/belay-models-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    try Files.makeDirectory(folder)
    try Files.write(Array(text.utf8), to: "\(folder)/models.toml")
    try body(folder)
  }

  static let whole = """
    schema = "belay.models/1"
    price_table = "prices.json"
    [providers.my-vllm]
    base_url = "http://host:8000/v1"
    dialect = "openai-chat"
    key = "VLLM_KEY"
    [aliases]
    task = "my-vllm/qwen"
    [prices."my-vllm/qwen"]
    input = 2
    output = 10.5
    cache_read = 0.5
    window = 1000
    [prices."ollama/*"]
    input = 0
    output = 0
    [estimates."openrouter/*"]
    input = 3
    output = 15
    """

  @Test func `providers, aliases, prices and estimates are read`() throws {
    try with(Self.whole) { folder in
      try Files.write(
        Array(
          #"{"gpt-5":{"litellm_provider":"openai","input_cost_per_token":1,"output_cost_per_token":1}}"#
            .utf8),
        to: "\(folder)/prices.json")
      let file = try ModelsFile.load("\(folder)/models.toml")
      let provider = try #require(file.providers["my-vllm"])
      #expect(provider.baseURL == "http://host:8000/v1" && provider.dialect == .chat)
      #expect(provider.keyName == "VLLM_KEY" && provider.line == 3)
      let qwen = try file.model("task")
      #expect("\(qwen)" == "my-vllm/qwen")
      #expect(try file.model("a/b").model == "b")
      #expect(throws: BelayError.self) { try file.model("tsk") }
      #expect(file.price(of: qwen)?.rate(input: 0).output == 10.5e-6)
      #expect(file.price(of: qwen)?.window == 1000)
      let llama = try #require(file.price(of: ModelName(provider: "ollama", model: "llama3")))
      #expect(llama.cost(of: PriceTests.usage(5, output: 5)) == 0)
      let guess = try #require(file.price(of: ModelName(provider: "openrouter", model: "x/y")))
      #expect(guess.isEstimate && guess.rate(input: 0).input == 3e-6)
      #expect(
        file.price(of: ModelName(provider: "openai", model: "gpt-5"))?.rate(input: 0).input == 1)
      #expect(file.prices.digest != PriceTable.pinned.digest)
    }
  }

  @Test(arguments: [
    ("schema = 'x'", 1, "expected 'belay.models/1'"),
    ("a = 1", 1, "unknown key"),
    ("schema = 'belay.models/1'\n[providers.A]", 2, "lower-case"),
    (
      "schema = 'belay.models/1'\n[providers.a]\nbase_ulr = 'http://h'", 3,
      "did you mean 'base_url'?"
    ),
    ("schema = 'belay.models/1'\n[providers.a]\nbase_url = 'host:80'", 3, "https://"),
    (
      "schema = 'belay.models/1'\n[providers.a]\nbase_url = 'http://u:p@h'", 3, "no name and no key"
    ),
    ("schema = 'belay.models/1'\n[providers.a]\nkey = 'sk-abc'", 3, "never the key itself"),
    ("schema = 'belay.models/1'\n[providers.a]\ndialect = 'chat'", 3, "openai-chat"),
    ("schema = 'belay.models/1'\n[aliases]\ntask = 'gpt-5'", 2, "provider/model"),
    ("schema = 'belay.models/1'\n[prices.gpt]\ninput = 1\noutput = 1", 2, "in quotes"),
    ("schema = 'belay.models/1'\n[prices.'a/b']\ninput = 1", 2, "dollars per million"),
    ("schema = 'belay.models/1'\n[prices.'a/b']\ninput = -1\noutput = 1", 3, "out of range"),
    ("schema = 'belay.models/1'\nprice_table = 'none.json'", 2, "none.json"),
  ])
  func `a fault names its line and what was expected`(text: String, line: Int, words: String) throws
  {
    try with(text) { folder in
      let (file, diagnostics) = try ModelsFile.check("\(folder)/models.toml")
      #expect(file == nil)
      #expect(
        diagnostics.contains { $0.line == line && $0.message.contains(words) }, "\(diagnostics)")
      #expect(throws: BelayError.self) { try ModelsFile.load("\(folder)/models.toml") }
    }
  }

  @Test func `the lab's file stands before the user's own, and none is fine`() throws {
    let plain = "schema = 'belay.models/1'\n[aliases]\ntask = "
    try with(plain + "'a/lab'") { lab in
      try with(plain + "'a/user'") { user in
        try Files.makeDirectory("\(user)/belay")
        try Files.move("\(user)/models.toml", to: "\(user)/belay/models.toml")
        let environment = ["XDG_CONFIG_HOME": user]
        func task(_ explicit: String?, _ lab: String?) throws -> String {
          try ModelsFile.find(explicit: explicit, lab: lab, environment: environment)
            .model("task").model
        }
        #expect(try task(nil, lab) == "lab")
        #expect(try task(nil, nil) == "user")
        #expect(try task("\(user)/belay/models.toml", lab) == "user")
        #expect(throws: BelayError.self) { try task("\(user)/none.toml", lab) }
      }
    }
    #expect(try ModelsFile.find(explicit: nil, lab: nil, environment: [:]) == ModelsFile())
  }
}
