internal import Base
internal import Console
internal import Platform
internal import Rehearsal
internal import RehearsalServer
internal import Suite
internal import Workbench

/// Simulated models for other people's tools: no key, no network, no cost.
enum RehearseServeCommand {
  static let port = Option(
    "port", .whole("PORT", 0...65_535), default: 8_377, "The port on 127.0.0.1; 0 takes a free one")
  static let model = Option(
    "model", ValueKind<String>.choice("MODEL", RehearsalModel.all.map(\.name)),
    "Answers for every other model's name, too")
  static let suite = Option(
    "suite", SuiteWord.kind, default: "benchmarks/shell", "The suite that they know")

  static let command = Command(
    "serve", in: .run, "Serve the simulated models over HTTP, for tools that speak to a provider",
    discussion: """
      OpenAI's chat and responses, Anthropic's messages and Gemini's generateContent, plain and streamed, on \
      the loopback alone, with any key. Every answer has the header x-belay-simulated.
      """,
    takes: [port, model, suite],
    examples: [
      Example("belay rehearse serve --port 0", "on a free port, which is said"),
      Example(
        "OPENAI_BASE_URL=http://127.0.0.1:8377/v1 OPENAI_API_KEY=none my-agent",
        "and an agent on it"),
    ],
    output: .job("rehearse-serve", compact: ["port"])
  ) { call in
    let suite = try SuiteWord.load(call[suite], call)
    let server = try RehearsalServer(
      RehearsalBackend(try RehearsalKnowledge.read(suite.folder)),
      port: UInt16(clamping: call[port]), fallback: call[model].flatMap(RehearsalModel.named),
      clock: call.surroundings.clock)
    let address = "http://127.0.0.1:\(server.port)"
    try call.output.event("listening", ["url": .string(address), "port": .int(Int(server.port))])
    call.output.note("simulated models at \(address)/v1; Ctrl-C ends it")
    for await _ in InterruptSignals.stream() { break }
    await server.stop()
    try call.output.done(success: true, ["port": .int(Int(server.port))]) { _ in "" }
    return .ok
  }
}
