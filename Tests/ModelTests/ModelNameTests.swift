import Testing

@testable import Model

@Suite struct ModelNameTests {
  @Test(arguments: [
    ("anthropic/claude-x", "anthropic", "claude-x"),
    ("openrouter/meta/llama-4:free", "openrouter", "meta/llama-4:free"),
    ("my-vllm.2/Qwen/Qwen3", "my-vllm.2", "Qwen/Qwen3"),
  ])
  func `a name is a provider and the rest`(text: String, provider: String, model: String) throws {
    let name = try #require(ModelName(text))
    #expect(name.provider == provider)
    #expect(name.model == model)
    #expect("\(name)" == text)
  }

  @Test(arguments: ["", "gpt-5", "/gpt-5", "openai/", "Open AI/gpt", "openai/gpt 5", "openai/a\nb"])
  func `what is no name is not read`(text: String) { #expect(ModelName(text) == nil) }
}
