import Base
import Dialect
import Harness
import Interchange
import Model
import Platform
import Sandbox
import Suite

@testable import Brain
@testable import Trial

/// A scratch folder with harnesses and tasks, and what is needed to let a brain work on them.
struct Bench {
  let folder: String

  static func with(_ body: (Bench) async throws -> Void) async throws {
    let folder = "/tmp/belay-brain-\(Files.randomName())"
    try Files.makeDirectory(folder, mode: 0o755)
    defer { try? Files.removeTree(folder) }
    try await body(Bench(folder: folder))
  }

  /// A native harness of these files; `toml` stands below the header.
  func harness(_ toml: String = "", files: [String: String] = [:]) throws -> Harness {
    let name = Path.join(folder, "harness-\(Files.randomName())")
    var all = ["prompts/system.md": "You work in a shell.\n"].merging(files) { $1 }
    all["harness.toml"] = """
      schema = "belay.harness/1"
      name = "sample"
      kind = "native"
      \(toml.isEmpty ? Self.loop : toml)
      """
    for (path, text) in all {
      let full = Path.join(name, path)
      try Files.makeDirectory(Path.parent(full))
      try Files.write(Array(text.utf8), to: full)
    }
    return try Harness.load(name)
  }

  /// One agent with a shell.
  static let loop = """
    [tools]
    enabled = ["shell", "submit"]
    [orchestration]
    pattern = "loop"
    """

  /// Lets a brain work without any sandbox: commands are answered by `shell`.
  func work(
    _ harness: Harness, _ asking: any ModelAsking, sink: (any StepSink)? = nil,
    wall: Duration = .seconds(60), attempt: AttemptKey? = .sample,
    models: Roster = Roster(["task": .scripted]),
    shell: @escaping @Sendable (String) async throws -> String = { "did \($0)" }
  ) async throws -> NativeReport {
    let brain = Brain(
      asking: asking, roster: models, sink: sink,
      clock: WallClock { Timestamp(milliseconds: 1_700_000_000_000) }
    ) { _, _ in PaperWorkshop(shell: shell) }
    return try await brain.work(
      NativeVisit(
        box: NoBox(), harness: PreparedHarness(harness: harness, folder: nil, variables: [:]),
        instruction: "Write the answer.", environment: [:], directory: "/app", user: nil,
        programs: "/usr/bin/", wall: wall, seed: 7, attempt: attempt, step: 0))
  }
}

extension ModelName {
  static let scripted = ModelName(provider: "test", model: "scripted")
}

extension AttemptKey {
  static let sample = AttemptKey(
    run: RunID(1), candidate: CandidateID(2), trial: TrialID(3), number: 1)
}

/// A workshop on paper: no file, no process, every copy is the same.
struct PaperWorkshop: Workshop {
  let shell: @Sendable (String) async throws -> String
  /// What was asked of it, in order.
  var log = Locked<[String]>([])

  func open(_ tools: [ToolSelection], for lane: LaneSpec) async throws -> any Toolbox {
    PlainToolbox(names: tools.map(\.text), isJudge: lane.isJudge, shell: shell)
  }

  func notes() async throws -> String { "a note of an earlier worker" }
  func save() async throws -> SavedPlace {
    log.withLock { $0.append("save") }
    return SavedPlace(layers: [])
  }
  func branch(from saved: SavedPlace) async throws -> any Workshop { self }
  func adopt(_ branch: any Workshop) async throws { log.withLock { $0.append("adopt") } }
  func discard() async {}
}

/// A shell and a way to hand over.
struct PlainToolbox: Toolbox {
  let names: [String]
  let isJudge: Bool
  let shell: @Sendable (String) async throws -> String

  var declarations: [ToolDeclaration] {
    names.map {
      ToolDeclaration(name: $0, description: "the tool \($0)", parameters: ["type": "object"])
    }
  }

  func perform(_ use: ToolUse) async throws -> ToolOutcome {
    guard let arguments = try? JSON.parse(Array(use.arguments.utf8)), names.contains(use.name)
    else { return .error(use, "not valid") }
    if use.name == "submit" {
      var handover = Handover(text: arguments["output"].string ?? "")
      if let word = arguments["verdict"].string {
        handover.verdict = Verdict(
          passes: word == "pass",
          faults: arguments["faults"].array?.compactMap(\.string) ?? [])
      }
      return ToolOutcome(
        ToolAnswer(callID: use.id, name: use.name, text: "handed over"), handover: handover)
    }
    let text = try await shell(arguments["command"].string ?? "")
    return ToolOutcome(ToolAnswer(callID: use.id, name: use.name, text: text))
  }

  func close() async {}
}

/// A place where nothing can be run.
struct NoBox: BranchingBox {
  struct Nothing: Error {}
  func begin(_ phase: PhaseSpec) async throws {}
  func run(_ command: CommandSpec) async throws -> CommandResult { throw Nothing() }
  func end() async throws -> PhaseUsage { PhaseUsage() }
  func fresh(_ target: String) throws -> SandboxFolder { throw Nothing() }
  func root() async throws -> SandboxFolder { throw Nothing() }
  func stop() async {}
  func prepare() async throws {}
  func save() async throws -> SavedPlace { throw Nothing() }
  func branch(from saved: SavedPlace) async throws -> any BranchingBox { self }
  func adopt(_ branch: any BranchingBox) async throws {}
  func discard() async {}
}

/// Steps of attempts, in memory.
final class PaperSink: StepSink {
  private let steps = Locked<[JSON]>([])

  init(_ recorded: [JSON] = []) { steps.withLock { $0 = recorded } }

  func append(_ step: JSON, number: Int, of attempt: AttemptKey) async throws {
    steps.withLock { $0.append(step) }
  }
  func recorded(of attempt: AttemptKey) async throws -> [JSON] { all }

  var all: [JSON] { steps.withLock { $0 } }
}
