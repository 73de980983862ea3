import Base
import Dialect
import Platform
import Testing

@testable import Model

@Suite struct ProviderTableTests {
  private func table(_ toml: String) throws -> ProviderTable {
    let path = "/tmp/belay-providers-" + Files.randomName()
    try Files.makeDirectory(path)
    defer { try? Files.removeTree(path) }
    try Files.write(Array(toml.utf8), to: Path.join(path, "models.toml"))
    return try ProviderTable(try ModelsFile.load(Path.join(path, "models.toml")))
  }

  @Test func `the known ones are there`() throws {
    let table = try ProviderTable()
    #expect(
      table.all.map(\.name) == [
        "anthropic", "deepseek", "gemini", "groq", "litellm", "llamacpp", "mistral", "ollama",
        "openai", "openrouter", "vllm", "xai",
      ])
    #expect(table["anthropic"]?.dialect == .messages)
    #expect(table["nobody"] == nil)
    #expect(table.keyNames.contains("OPENAI_API_KEY"))
  }

  @Test func `a file changes them and adds to them`() throws {
    let table = try table(
      """
      schema = "belay.models/1"
      [providers.openai]
      base_url = "http://10.0.0.1:4000/v1/"
      dialect = "openai-chat"
      [providers.house]
      base_url = "https://models.example/v1"
      key = "HOUSE_KEY"
      """)
    #expect(table["openai"]?.baseURL == "http://10.0.0.1:4000/v1")
    #expect(table["openai"]?.dialect == .chat)
    #expect(table["openai"]?.keyNames == ["OPENAI_API_KEY"])
    #expect(
      table["house"]
        == Provider(
          name: "house", baseURL: "https://models.example/v1", dialect: .chat,
          keyNames: ["HOUSE_KEY"], needsKey: true))
  }

  @Test func `one of the user's own needs an address`() {
    let error = #expect(throws: BelayError.self) {
      try table("schema = \"belay.models/1\"\n[providers.house]\nkey = \"HOUSE_KEY\"\n")
    }
    #expect(error?.message.contains("base_url") == true)
  }
}
