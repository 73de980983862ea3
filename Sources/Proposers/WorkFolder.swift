internal import Base
internal import Climb
internal import Evidence
internal import Harness
internal import Platform
internal import Suite

/// The folder that a program finds: its brief, the harness, earlier candidates, the dev tasks.
///
/// It is written from a request, which holds nothing of other splits, and from the folders of dev tasks.
struct WorkFolder {
  /// Where it is seen inside.
  static let place = "/work"
  /// Of one task no more than this is shown.
  private static let taskBytes = 4 << 20

  let request: ProposalRequest

  /// The brief as a program gets it: what is asked for, how it is handed in, what is known.
  var brief: String {
    let brief = Brief(request: request)
    return brief.goal() + Self.delivery + brief.knowledge()
  }

  private static let delivery = """

    ## How to hand it in

    You are in the folder `$BELAY_WORKDIR` (\(place)) of a sandbox without a network; a model answers at \
    `OPENAI_BASE_URL` and `ANTHROPIC_BASE_URL` under the name in `$BELAY_MODEL`.

    - `harness/` is the harness. Edit it in place. It is the only part that counts: afterwards it is compared \
    with what it was. What you print and your exit code decide nothing.
    - `hypothesis.json` (write it beside this file) says what you believe: \
    `{"evidence": ["t12"], "cause": "…", "mechanism": "…", "fixes": ["task"], "risks": ["task"], \
    "gain": 0.05, "summary": "one line"}`. `gain` is the share of tasks that it should solve more.
    - For several edits write an array of such objects, each with `"folder": "edits/NAME"`, and put into each \
    folder only the files that this edit changes or adds, laid out as in `harness/` (`edits/NAME/prompts/\
    system.md`); `"removes": ["path"]` names files that it takes away. An object without `folder` speaks of \
    `harness/` itself.
    - `archive/CAND/` holds earlier candidates: `harness/`, `verdict.json`, `scores.json`, \
    `hypothesis.json`, `traces/*.json`. `tasks/` holds the dev tasks.

    """

  /// Writes everything but the tasks below `root` on the host.
  func write(to root: String) throws(BelayError) {
    let work = root + Self.place
    try write(Array(brief.utf8), "BRIEF.md", in: work)
    try write(request.base.files, in: Path.join(work, "harness"))
    try Files.makeDirectory(Path.join(work, "archive"))
    for candidate in request.archive {
      let folder = Path.join(work, "archive/\(candidate.id)")
      try write(candidate.harness.files, in: Path.join(folder, "harness"))
      try write(json: candidate.verdictJSON, "verdict.json", in: folder)
      try write(
        json: .array(candidate.hypotheses.map(\.json)), "hypothesis.json", in: folder)
      try write(json: scores(of: candidate.id), "scores.json", in: folder)
    }
    for trace in request.evidence.traces {
      try write(
        json: trace.document, trace.name, in: Path.join(work, "archive/\(trace.candidate)/traces"))
    }
    for score in request.evidence.scores
    where !request.archive.contains(where: { $0.id == score.candidate }) {
      let folder = Path.join(work, "archive/\(score.candidate)")
      try write(json: scores(of: score.candidate), "scores.json", in: folder)
    }
  }

  /// Writes the dev tasks below `root`: what they say, their environment and their tests.
  static func write(_ tasks: DevTasks, to root: String) throws(BelayError) {
    let folder = Path.join(root + place, "tasks")
    try Files.makeDirectory(folder)
    for task in tasks.all {
      let name = task.task.shortName.map {
        $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_"
      }
      let own = Path.join(folder, String(name))
      try Files.makeDirectory(own)
      try Files.write(
        Array(task.instruction.utf8), to: Path.join(own, "instruction.md"), durable: false)
      var left = taskBytes
      if let environment = task.task.environment.folder {
        try copy(environment, to: Path.join(own, "environment"), &left)
      }
      for (index, step) in task.task.steps.enumerated() {
        let target = index == 0 ? "tests" : "tests-\(index + 1)"
        for tree in step.tests {
          try copy(tree.folder, only: Set(tree.files), to: Path.join(own, target), &left)
        }
      }
    }
  }

  private static func copy(
    _ source: String, only files: Set<String>? = nil, to target: String, _ left: inout Int
  ) throws(BelayError) {
    for entry in try Files.walk(source) where entry.kind == .regular {
      guard files?.contains(entry.path) ?? true, entry.size <= left else { continue }
      let content = try Files.read(Path.join(source, entry.path), limit: entry.size + 1)
      left -= content.count
      let path = Path.join(target, entry.path)
      try Files.makeDirectory(Path.parent(path))
      try Files.write(
        content, to: path, mode: entry.mode & 0o100 != 0 ? 0o755 : 0o644, durable: false)
    }
  }

  private func scores(of id: CandidateID) -> JSON {
    let lines = request.evidence.scores.first { $0.candidate == id }?.tasks ?? []
    return .object(
      Dictionary(
        lines.map { line in
          let score: JSON = [
            "trials": .int(line.trials), "passes": .int(line.passes), "mean": .number(line.mean),
          ]
          return (line.name, score)
        }, uniquingKeysWith: { first, _ in first }))
  }

  private func write(_ files: [HarnessFile], in folder: String) throws(BelayError) {
    try Files.makeDirectory(folder)
    for file in files {
      let path = Path.join(folder, file.path)
      try Files.makeDirectory(Path.parent(path))
      try Files.write(file.content, to: path, mode: file.mode, durable: false)
    }
  }

  private func write(_ content: [UInt8], _ name: String, in folder: String) throws(BelayError) {
    try Files.makeDirectory(folder)
    try Files.write(content, to: Path.join(folder, name), durable: false)
  }

  private func write(json: JSON, _ name: String, in folder: String) throws(BelayError) {
    try write(json.utf8(pretty: true), name, in: folder)
  }
}

extension ArchivedCandidate {
  /// Words alone: no figure of a gate leaves it.
  fileprivate var verdictJSON: JSON {
    [
      "candidate": .string("\(id)"), "state": .string(state),
      "parents": .array(parents.map { .string("\($0)") }),
      "verdicts": .array(
        verdicts.map { ["gate": .string($0.gate), "word": .string($0.word.rawValue)] }),
    ]
  }
}
