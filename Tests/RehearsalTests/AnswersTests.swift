import Base
import Platform
import Sandbox
import Suite
import Testing
import Trial

@testable import Rehearsal

/// Answers that are nearly the shipped solution, in real sandboxes: wrong ones that a single case of a check tells, and
/// right ones of an unusual make. A check that is made faster must not lose the case.
@Suite(.serialized) struct AnswersSerial {
  /// A solution with some of its text replaced, and what it has to get.
  struct Answer: Sendable, CustomTestStringConvertible {
    let task: String
    let what: String
    let reward: Double
    let edits: [(old: String, new: String)]

    var testDescription: String { "\(task): \(what)" }
  }

  static let answers = [
    Answer(
      task: "convert-firmware-hex", what: "1 KiB too many on a whole multiple", reward: 0,
      edits: [
        (
          "size = -(-(max(image) + 1 - START) // 1024) * 1024 if image else 0",
          "size = min(((max(image) + 1 - START) // 1024 + 1) * 1024, 1 << 20) if image else 0"
        )
      ]),
    Answer(
      task: "convert-firmware-hex", what: "its output is renamed from /tmp", reward: 1,
      edits: [
        (
          "    with open(target + \".new\", \"wb\") as file:\n",
          "    import tempfile\n    with tempfile.NamedTemporaryFile(delete=False) as file:\n"
        ), ("os.replace(target + \".new\", target)", "os.replace(file.name, target)"),
      ]),
    Answer(
      task: "guard-push-hook", what: "an update is measured by what is left in its tip", reward: 0,
      edits: [
        (
          "for tip, name in tips.items():\n",
          "before = {new: old for old, new, name in updates}\nfor tip, name in tips.items():\n"
        ),
        (
          "    for line in git(\"cat-file\"",
          """
              if not zero(before[tip]):
                  blobs &= {line.split()[2] for line in git("ls-tree", "-r", "-z", tip).split(b"\\0")[:-1]}
              for line in git("cat-file"
          """
        ),
      ]),
    Answer(
      task: "resolve-env-layers", what: "nothing is printed where there is nothing", reward: 0,
      edits: [("    sys.stdout.buffer.write(", "    values and sys.stdout.buffer.write(")]),
    Answer(
      task: "migrate-clinic-schema", what: "a second run fails where nobody is a patient",
      reward: 0,
      edits: [
        (
          "    if version == 2:\n",
          """
              if version == 2 and not db.execute("SELECT 1 FROM patient").fetchone():
                  raise ValueError("no patients")
              if version == 2:

          """
        )
      ]),
    Answer(
      task: "migrate-clinic-schema", what: "it works on a copy in /tmp", reward: 1,
      edits: [
        (
          "try:\n    main(sys.argv[1])",
          """
          try:
              import shutil, tempfile
              spare = tempfile.mktemp()
              shutil.copy2(sys.argv[1], spare)
              main(spare)
              os.replace(spare, sys.argv[1])
          """
        )
      ]),
    Answer(
      task: "fix-name-cleaner", what: "the last part of a folder is taken for an option", reward: 0,
      edits: [
        (
          "    taken = set(os.listdir(folder))\n",
          """
              os.chdir(os.path.dirname(folder) or b".")
              folder = os.path.basename(folder)
              if folder.startswith(b"-"):
                  return 3
              taken = set(os.listdir(folder))

          """
        )
      ]),
    Answer(
      task: "pack-release-reproducibly", what: "its output is linked from /tmp", reward: 1,
      edits: [
        ("new=$(mktemp \"$output.XXXXXX\")", "new=$(mktemp)"),
        ("mv -f -- \"$new\" \"$output\"", "ln -f -- \"$new\" \"$output\""),
      ]),
  ]

  @Test func `a wrong answer fails by its one case, and a right one passes whatever it uses`()
    async throws
  {
    let suite = try Suite.load(Shipped.suite)
    let folder = "/tmp/belay-answers-\(Files.randomName())"
    try Files.makeDirectory(folder, mode: 0o755)
    defer { try? Files.removeTree(folder) }
    let provider = try await ProcessSandbox(scratch: folder)
    defer { provider.shutDown() }
    let stage = try Stage(folder, provider, RehearsalBackend(try Shipped.knowledge()))
    var work: [(Task, Answer, String)] = []
    for answer in Self.answers {
      let task = try #require(suite.tasks.first { Path.last($0.folder) == answer.task })
      var script = try Files.readText(
        Path.join(task.folder, "solution/solve.sh"), limit: 1 << 20)
      for edit in answer.edits {
        try #require(script.contains(edit.old), "\(answer.testDescription): \(edit.old)")
        script = script.replacing(edit.old, with: edit.new)
      }
      work.append((task, answer, script))
    }
    let queue = work
    try await withThrowingTaskGroup(of: Void.self) { group in
      for slot in 0..<4 {
        group.addTask {
          for index in stride(from: slot, to: queue.count, by: 4) {
            let (task, answer, script) = queue[index]
            let conduct = Conduct(
              provider: provider,
              rules: TrialRules(scratch: stage.scratch, owner: provider.layerOwner),
              brain: Answerer(script: script))
            let result = await conduct.run(
              Assignment(
                task: try await stage.preparation.prepare(task),
                harness: try stage.preparation.prepare(stage.harness), index: index, seed: 1,
                slot: slot))
            #expect(
              result.reward == answer.reward,
              "\(answer.testDescription): \(result.outcome) \(result.detail)")
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

/// A brain that knows one script.
private struct Answerer: NativeAgent {
  let script: String

  func work(_ visit: NativeVisit) async throws -> NativeReport {
    _ = try await visit.box.run(
      CommandSpec(
        ["/bin/bash", "-c", script], environment: visit.environment, directory: visit.directory,
        user: visit.user, wall: .seconds(30)))
    return NativeReport(.done(""))
  }
}
