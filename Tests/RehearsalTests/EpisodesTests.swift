import Base
import Dialect
import Facts
import Glibc
import Harness
import Platform
import Sandbox
import Suite
import Testing
import Trial

@testable import Rehearsal

/// Simulated models in real sandboxes: what they do right is judged right, and every slip fails for a
/// real reason. All slips and all repairs take minutes: `BELAY_REHEARSE_ALL=1`; of one task: `BELAY_REHEARSE_ONLY=NAME`.
@Suite(.serialized) struct EpisodesSerial {
  static let isWhole = getenv("BELAY_REHEARSE_ALL") != nil

  @Test func `without a slip every task is solved`() async throws {
    try await judge(expecting: 1) { _ in [Wish(slips: [])] }
  }

  @Test func `a slip fails its task`() async throws {
    try await judge(expecting: 0) { task in
      Self.isWhole
        ? task.slips.indices.map { Wish(slips: [$0]) }
        : [Wish(slips: [task.name.utf8.count % task.slips.count])]
    }
  }

  @Test(.enabled(if: isWhole)) func `a slip that is noticed is repaired`() async throws {
    try await judge(expecting: 1) { task in
      task.slips.indices.map { Wish(slips: [$0], isRepaired: true) }
    }
  }

  /// What shall happen in an episode.
  struct Wish: Sendable, Hashable {
    var slips: Set<Int>
    var isRepaired = false

    /// A seed under which it does happen.
    func seed(_ task: RehearsalTask, _ model: RehearsalModel, _ reading: TraitReading) -> UInt64? {
      let chances = Chances(model, task, reading, sawCut: false)
      return (0..<UInt64(20_000)).first { seed in
        let intent = Intent(chances, Draws(seed: seed, task: task.name), task)
        let left = intent.checks ? intent.slips.subtracting(intent.noticed) : intent.slips
        return intent.slips == slips && !intent.printsAll && left == (isRepaired ? [] : slips)
      }
    }
  }

  private func judge(
    expecting reward: Double, _ wishes: (RehearsalTask) -> [Wish]
  ) async throws {
    let knowledge = try Shipped.knowledge()
    let suite = try Suite.load(Shipped.suite)
    let model = try #require(RehearsalModel.named("hasty"))
    let reading = TraitReading(traits: [], words: 10)
    var queue: [(Task, Wish, UInt64)] = []
    let only = getenv("BELAY_REHEARSE_ONLY").map { String(cString: $0) }
    let folder = "/tmp/belay-rehearsal-\(Files.randomName())"
    try Files.makeDirectory(folder, mode: 0o755)
    defer { try? Files.removeTree(folder) }
    let twins = try #require(try suite.makeTwins(in: "\(folder)/twins"))
    for task in suite.tasks + twins.tasks where only == nil || only == Path.last(task.folder) {
      let known = try #require(
        (knowledge.tasks + knowledge.twins).first { $0.name == Path.last(task.folder) })
      for wish in wishes(known) {
        let seed = try #require(wish.seed(known, model, reading), "\(known.name) \(wish)")
        queue.append((task, wish, seed))
      }
    }
    let provider = try await ProcessSandbox(scratch: folder)
    defer { provider.shutDown() }
    let stage = try Stage(folder, provider, RehearsalBackend(knowledge))
    let work = queue
    try await withThrowingTaskGroup(of: Void.self) { group in
      for slot in 0..<4 {
        group.addTask {
          for index in stride(from: slot, to: work.count, by: 4) {
            let (task, wish, seed) = work[index]
            let result = try await stage.play(task, seed: seed, slot: slot)
            #expect(
              result.reward == reward,
              "\(task.name) \(wish) seed \(seed): \(result.outcome) \(result.detail) \(result.text)"
            )
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

extension TrialResult {
  /// What the verifier said.
  fileprivate var text: String {
    files.filter { $0.path.hasPrefix("verifier/") }
      .map { "\($0.path): \(String(decoding: $0.content.prefix(600), as: UTF8.self))" }
      .joined(separator: "\n")
  }
}

/// What a trial of a simulated model needs.
struct Stage: Sendable {
  let conduct: Conduct
  let preparation: Preparation
  let harness: Harness
  let backend: RehearsalBackend
  let provider: ProcessSandbox
  let scratch: String

  init(_ folder: String, _ provider: ProcessSandbox, _ backend: RehearsalBackend) throws {
    scratch = Path.join(folder, "scratch")
    preparation = try Preparation(
      scratch: scratch, provider: provider, fingerprint: "test", host: [:],
      owner: provider.layerOwner)
    let home = Path.join(folder, "harness")
    try Files.makeDirectory(home)
    let toml = """
      schema = "belay.harness/1"
      name = "stage"
      kind = "native"

      [tools]
      enabled = ["shell"]

      """
    try Files.makeDirectory(Path.join(home, "prompts"))
    try Files.write(Array(toml.utf8), to: Path.join(home, "harness.toml"))
    try Files.write(Array(Shipped.plain.utf8), to: Path.join(home, "prompts/system.md"))
    harness = try Harness.load(home)
    self.backend = backend
    self.provider = provider
    conduct = Conduct(
      provider: provider, rules: TrialRules(scratch: scratch, owner: provider.layerOwner),
      brain: Player(backend: backend))
  }

  func play(_ task: Task, seed: UInt64, slot: Int) async throws -> TrialResult {
    await conduct.run(
      Assignment(
        task: try await preparation.prepare(task), harness: try preparation.prepare(harness),
        index: slot, seed: seed, slot: slot))
  }
}

/// The plainest brain: asks, runs what it is told to run, and asks again.
struct Player: NativeAgent {
  let backend: RehearsalBackend

  func work(_ visit: NativeVisit) async throws -> NativeReport {
    var request = ModelRequest(
      model: "hasty", system: Shipped.plain, turns: [.user(visit.instruction)],
      tools: [Shipped.shell])
    request.sampling.seed = Int(visit.seed)
    for _ in 0..<20 {
      let reply = try backend.answer(request)
      guard let command = Shipped.command(reply) else { return NativeReport(.done("")) }
      let result = try await visit.box.run(
        CommandSpec(
          ["/bin/bash", "-c", command], environment: visit.environment,
          directory: visit.directory, user: visit.user, wall: .seconds(30)))
      request = Shipped.goOn(request, reply, output: result.output.text)
    }
    return NativeReport(.limit("turns", "20"))
  }
}
