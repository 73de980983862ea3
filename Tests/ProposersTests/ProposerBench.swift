import Base
import Climb
import Components
import Dialect
import Evidence
import Gateway
import Harness
import Http
import Model
import Platform
import Proposers
import Sandbox
import Testing
import Trial

/// A dev night with a real sandbox for programs that propose, and a model that says one thing.
struct ProposerBench {
  let night: DevNight
  let place: ProposerPlace
  let asked: Locked<[ModelCall]>

  static func with(_ body: (ProposerBench) async throws -> Void) async throws {
    try await DevNight.with { night in
      let scratch = Path.join(night.folder, "scratch")
      try Files.makeDirectory(scratch)
      let provider = try await ProcessSandbox(scratch: scratch)
      defer { provider.shutDown() }
      let preparation = try Preparation(
        scratch: scratch, provider: provider, fingerprint: "test", host: [:],
        owner: provider.layerOwner)
      let asked = Locked<[ModelCall]>([])
      let server = try HTTPServer()
      let gateway = Gateway(
        server: server,
        models: ServedModels(["propose": ModelName(provider: "openai", model: "gpt-x")]),
        asking: Saying(asked: asked))
      do {
        try await body(
          ProposerBench(
            night: night,
            place: ProposerPlace(
              provider: provider, system: preparation.bareLayers, scratch: scratch,
              gateway: gateway), asked: asked))
      } catch {
        await server.stop()
        throw error
      }
      await server.stop()
    }
  }

  /// The shipped harness that rehearsals are run on.
  static let base: Harness = {
    do {
      return try Harness.load(root("harnesses/bash-agent"))
    } catch {
      fatalError("the shipped harness cannot be read: \(error)")
    }
  }()

  static func root(_ path: String) -> String {
    Path.join(Path.parent(Path.parent(Path.parent(#filePath))), path)
  }

  func request(count: Int = 3, seed: UInt64 = 7) throws -> ProposalRequest {
    ProposalRequest(
      run: night.run, number: 4, count: count, base: Self.base,
      baseCandidate: night.candidates[0], tasks: try night.tasks,
      evidence: try night.reader.pack(base: night.candidates[0]), reader: try night.reader,
      archive: [
        ArchivedCandidate(
          id: night.candidates[0], harness: Self.base,
          hypotheses: [Hypothesis(cause: "believed before")],
          verdicts: [.init(gate: "race", word: .fail)], state: "incumbent")
      ], seed: seed)
  }

  /// Runs a shell script as a proposer.
  func run(_ script: String, wall: Duration = .seconds(60)) async throws -> ProposalAnswer {
    var limits = CommandProposer.Limits()
    limits.wall = wall
    return try await CommandProposer(
      "set -e\n\(script)", name: "command:test", in: place, limits: limits
    ).propose(try request())
  }
}

/// A model that always says the same, and remembers what it was asked for.
struct Saying: ModelAsking {
  let asked: Locked<[ModelCall]>

  func ask(_ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void) async throws
    -> ModelAnswer
  {
    asked.withLock { $0.append(call) }
    var usage = ModelUsage()
    usage.inputUncached = 30
    usage.output = 7
    let reply = ModelReply(
      id: "r", model: call.name.model, parts: [.text("mind the line ends")], stop: .done,
      usage: usage)
    return ModelAnswer(reply, from: call.name, costUSD: 0.25, costBasis: .computed)
  }
}
