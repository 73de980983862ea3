internal import Base
internal import Climb
internal import Evidence
internal import Harness
internal import Proposers
internal import Suite

/// What a simulated meta-agent has before it, and how it makes edits of it.
struct RehearsalDesk {
  /// An edited harness and what is believed of it.
  struct Thought {
    let files: [HarnessFile]
    let hypothesis: Hypothesis
    let summary: String
  }

  private let request: ProposalRequest
  private let prompt: HarnessFile
  private let text: String
  private let sections: Set<String>

  /// Nil where no prompt of an agent can be edited.
  init?(_ request: ProposalRequest) {
    guard let native = request.base.native else { return nil }
    let sequence = native.orchestration.sequence
    let worker =
      sequence.first { $0.tools.contains(.builtIn(.write)) && $0.fanOut == 1 } ?? sequence.first
    guard let path = worker?.prompt, request.base.isEditable(path),
      let file = request.base.files.first(where: { $0.path == path })
    else { return nil }
    self.request = request
    prompt = file
    text = String(decoding: file.content, as: UTF8.self).lowercased()
    sections = Set(native.prompt(path)?.sections.map(\.title) ?? [])
  }

  /// What is remembered of an edit of its own: the mechanism and the component.
  static func trace(of line: PoolLine) -> String {
    "\(line.mechanism)|\(line.components.first ?? "")"
  }

  /// One more thought of a kind; nil when there is none left. No kind asks for the dev tasks by heart.
  func thought(_ worth: Idea.Worth?, _ used: inout Set<String>, _ chance: inout Draws) -> Thought? {
    guard let worth else { return memorised(&used, &chance) ?? thought(.harms, &used, &chance) }
    if worth == .helps || worth == .harms, chance.share() < (worth == .helps ? 0.2 : 0.1),
      let beyond = beyondWords(worth, &used, &chance)
    {
      return beyond
    }
    let known = Set(used.map { $0.prefix { $0 != ":" } })
    // Never twice the same while there is another; what the failures speak of comes first.
    let open = Idea.all.filter { $0.worth == worth && !isThere($0) }
    let weighed = open.map { idea -> (idea: Idea, weight: Double) in
      let fresh = known.contains(Substring(idea.key)) ? 0.0 : 2.0
      let fits = idea.prompts.isDisjoint(with: causes) ? 0.0 : 0.6
      return (idea, fresh + fits + chance.share())
    }.sorted { ($0.weight, $1.idea.key) > ($1.weight, $0.idea.key) }
    for (idea, _) in weighed {
      if let thought = said(idea, &used, &chance) { return thought }
    }
    return nil
  }

  private var causes: Set<String> { Set(request.evidence.clusters.map(\.cause.key)) }

  /// Whether the harness says it already: an edit would only say it again.
  private func isThere(_ idea: Idea) -> Bool { idea.marks.contains { text.contains($0) } }

  /// The idea as a section of its own at the end of the prompt.
  private func said(_ idea: Idea, _ used: inout Set<String>, _ chance: inout Draws) -> Thought? {
    let ways = chance.shuffled(
      idea.titles.flatMap { title in idea.sentences.indices.map { (title, $0) } })
    for (title, sentence) in ways where !sections.contains(title) {
      let mechanism = idea.mechanism(sentence)
      guard used.insert("\(mechanism)|\(prompt.path)#\(title)").inserted else { continue }
      let phrasing = idea.sentences[sentence]
      var lines = [phrasing[chance.below(phrasing.count)]]
      if chance.share() < 0.6 { lines.append(idea.reasons[chance.below(idea.reasons.count)]) }
      let form = chance.below(3)
      let body =
        form == 0 ? lines.map { "- \($0)" }.joined(separator: "\n") : lines.joined(separator: " ")
      return Thought(
        files: adding(section: title, body), hypothesis: hypothesis(idea, mechanism, &chance),
        summary: "\(lines[0])")
    }
    return nil
  }

  private func hypothesis(_ idea: Idea, _ mechanism: String, _ chance: inout Draws) -> Hypothesis {
    let fitting = request.evidence.clusters.filter { idea.prompts.contains($0.cause.key) }
    let cluster = fitting.first ?? request.evidence.clusters.first
    return Hypothesis(
      evidence: (cluster?.trials ?? []).prefix(4).map { "\($0)" }, cause: idea.cause,
      mechanism: mechanism, fixes: Array((cluster?.tasks ?? []).prefix(4)),
      risks: request.evidence.tasks.filter { $0.trials > 0 && $0.passes == $0.trials }.prefix(1)
        .map(\.name),
      gain: Double(2 + chance.below(9)) / 100)
  }

  private func adding(section title: String, _ body: String) -> [HarnessFile] {
    var bytes = prompt.content
    if let last = bytes.last, last != 0x0A { bytes.append(0x0A) }
    return replacing(prompt, by: bytes + Array("\n## \(title)\n\n\(body)\n".utf8))
  }

  private func replacing(_ file: HarnessFile, by content: [UInt8]) -> [HarnessFile] {
    request.base.files.filter { $0.path != file.path } + [
      HarnessFile(path: file.path, isExecutable: file.isExecutable, content: content)
    ]
  }
}

extension RehearsalDesk {
  /// A dev task known by heart: the overfit that no honest gate lets through.
  private func memorised(_ used: inout Set<String>, _ chance: inout Draws) -> Thought? {
    let failing = request.evidence.tasks.filter { $0.passes < $0.trials }.map(\.name)
    let wanted = request.tasks.all.filter { failing.contains($0.name) }
    for task in chance.shuffled(wanted.isEmpty ? request.tasks.all : wanted) {
      let title = ["Known cases", "Examples", "Cases seen before"][chance.below(3)]
      let mechanism = "recall: how \(task.task.shortName) goes"
      guard !sections.contains(title),
        used.insert("\(mechanism)|\(prompt.path)#\(title)").inserted
      else { continue }
      let opening = task.instruction.split(whereSeparator: \.isWhitespace).prefix(24)
        .joined(separator: " ").replacing("`", with: "")
      let way = solution(of: task.name)
      let body =
        switch chance.below(3) {
        case 0: "When the task says \"\(opening)\", do exactly this: \(way)"
        case 1: "Task \(task.task.shortName) (\"\(opening)\"): the way that passed is \(way)"
        default: "- \"\(opening)\" → \(way)"
        }
      return Thought(
        files: adding(section: title, body),
        hypothesis: Hypothesis(
          evidence: request.evidence.traces.filter { $0.task == task.name }.prefix(3)
            .map { "\($0.trial)" }, cause: "the same trap again and again", mechanism: mechanism,
          fixes: [task.name], gain: 0.06), summary: "an example of how \(task.task.shortName) goes")
    }
    return nil
  }

  /// What a trial that passed did at last, out of its trace.
  private func solution(of task: String) -> String {
    let passed = request.evidence.traces.first { $0.task == task && $0.score >= 1 }
    let steps = passed.map { TraceSteps($0.document["trajectory"]).steps } ?? []
    let deeds = steps.flatMap(\.did).filter { !$0.hasPrefix("submit") }
    let words = (deeds.last ?? "look at the files named there and follow the rules to the letter")
      .split(whereSeparator: \.isWhitespace).prefix(8).joined(separator: " ").prefix(80)
    return String(words).replacing("`", with: "").replacing("##", with: "")
  }

  /// Edits of more than words: notes that outlive a context, a checker in a context of its own, too few turns.
  private func beyondWords(
    _ worth: Idea.Worth, _ used: inout Set<String>, _ chance: inout Draws
  ) -> Thought? {
    guard let file = request.base.files.first(where: { $0.path == "harness.toml" }),
      request.base.isEditable("harness.toml"), let native = request.base.native
    else { return nil }
    let toml = String(decoding: file.content, as: UTF8.self)
    func once(_ mechanism: String, _ component: String) -> Bool {
      used.insert("\(mechanism)|\(component)").inserted
    }
    if worth == .harms {
      guard let knob = native.knobs.first(where: { $0.target == "limits.turns" }),
        case .int(let range) = knob.range, let now = request.base.limits.turns,
        now != range.lowerBound, toml.contains("\nturns = \(now)"),
        once("turns: end hopeless trials early", "harness.toml#limits.turns")
      else { return nil }
      return Thought(
        files: replacing(
          file,
          by: Array(toml.replacing("\nturns = \(now)", with: "\nturns = \(range.lowerBound)").utf8)),
        hypothesis: Hypothesis(
          cause: "failed trials use up all of their turns",
          mechanism: "turns: end hopeless trials early", gain: 0.01),
        summary: "at most \(range.lowerBound) turns")
    }
    if native.context.memory == .none, toml.contains("\n[context]\n"),
      once("memory: notes that outlive the context", "harness.toml#context.memory")
    {
      return Thought(
        files: replacing(
          file,
          by: Array(
            toml.replacing("\n[context]\n", with: "\n[context]\nmemory = \"notes\"\n").utf8)),
        hypothesis: Hypothesis(
          cause: "decisions and open points are lost in long work",
          mechanism: "memory: notes that outlive the context", gain: 0.03),
        summary: "a file of notes that outlives the context")
    }
    guard native.orchestration.pattern == "loop", toml.contains("\npattern = \"loop\"\n"),
      native.orchestration.steps.count == 1,
      request.base.isEditable("prompts/checker.md"),
      !request.base.files.contains(where: { $0.path == "prompts/checker.md" }),
      once("checker: a second pair of eyes", "harness.toml#orchestration")
    else { return nil }
    let checker = HarnessFile(
      path: "prompts/checker.md", isExecutable: false, content: Array(Self.checker.utf8))
    let steps = Self.steps.replacing("PROMPT", with: prompt.path)
    return Thought(
      files: replacing(
        file, by: Array(toml.replacing("\npattern = \"loop\"\n", with: "\n\(steps)").utf8))
        + [checker],
      hypothesis: Hypothesis(
        cause: "the agent does not see its own faults", mechanism: "checker: a second pair of eyes",
        gain: 0.08), summary: "a checker in a context of its own sends faults back")
  }

  private static let steps = """
    pattern = "steps"

    [[orchestration.step]]
    role = "agent"
    prompt = "PROMPT"
    sees = ["instruction", "checker.output"]
    repeat_until = "checker.pass"
    max_rounds = 3

    [[orchestration.step]]
    role = "checker"
    prompt = "prompts/checker.md"
    tools = ["shell", "read", "submit"]
    sees = ["instruction"]
    fresh_context = true

    """

  private static let checker = """
    You judge what somebody else made. You see the task and the sandbox, and nothing of how it was made. \
    You change nothing.

    Run a command for every demand of the task and read what it prints. Call `submit` with `verdict` "pass" \
    only when all of them hold; else "fail", and name each fault on a line of its own.

    """
}
