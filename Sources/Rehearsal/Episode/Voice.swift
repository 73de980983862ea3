internal import Base
internal import Dialect

/// How a model can act under a harness: by a tool that runs commands, by fenced blocks, or not at all.
struct Voice: Sendable, Hashable {
  enum Hands: Sendable, Hashable {
    /// A tool with a member that takes the command; as a list of words where it wants one.
    case tool(name: String, member: String, isList: Bool, rest: [String: JSON])
    /// A block of code in the answer, with the word behind its fence.
    case fence(String)
    /// Only words.
    case none
  }

  var hands: Hands
  /// The tool that ends the work, with its arguments but the summary's member.
  var submits: Submission?
  /// The command that ends the work, where the harness wants one.
  var lastCommand: String?
  /// Whether there is a tool that writes files.
  var hasEditor: Bool
  /// The tool that hands work to others, and the member that takes the piece.
  var delegates: (tool: String, member: String)? {
    delegation.map { ($0.tool, $0.summaryMember ?? "piece") }
  }
  private var delegation: Submission?

  struct Submission: Sendable, Hashable {
    var tool: String
    var summaryMember: String?
    /// Where it takes a verdict: the member, and the words for pass and fail.
    var verdict: Verdict?
    /// Where it takes a list of what does not hold.
    var faultsMember: String?
    var rest: [String: JSON]

    struct Verdict: Sendable, Hashable {
      var member: String
      var pass: JSON
      var fail: JSON
    }
  }

  init(_ request: ModelRequest) {
    let usable = request.toolChoice == .none ? [] : request.tools
    let shells = usable.compactMap { tool in Self.shell(tool).map { ($0.score, $0.hands) } }
    hasEditor = usable.contains { tool in
      ["write", "edit", "create", "patch"].contains { tool.name.lowercased().contains($0) }
    }
    submits = usable.lazy.compactMap(Self.submission).first
    delegation = usable.lazy.compactMap(Self.delegation).first
    let said = (request.system ?? "") + "\n" + (request.turns.first?.text ?? "")
    if let best = shells.max(by: { $0.0 < $1.0 }) {
      hands = best.1
    } else if let fence = Self.fence(in: said), usable.isEmpty {
      hands = .fence(fence)
    } else {
      hands = .none
    }
    lastCommand = Self.sentinel(in: said)
  }

  /// Whether commands can be run.
  var canAct: Bool { hands != .none }

  private static let members = [
    "command", "cmd", "bash_command", "shell_command", "script", "commands", "input", "code",
  ]

  private static func shell(_ tool: ToolDeclaration) -> (score: Int, hands: Hands)? {
    let said = (tool.name + " " + tool.description).lowercased()
    let words = ["shell", "bash", "terminal", "command", "exec"].filter { said.contains($0) }
    guard !words.isEmpty, let properties = tool.parameters["properties"].object else { return nil }
    for (rank, member) in members.enumerated() {
      guard let schema = properties[member] else { continue }
      let isList = schema["type"].string == "array"
      let named = ["shell", "bash", "exec", "run", "terminal"]
        .contains { tool.name.lowercased().contains($0) }
      return (
        words.count + (named ? 5 : 0) - rank,
        .tool(
          name: tool.name, member: member, isList: isList,
          rest: fill(tool.parameters, but: [member]))
      )
    }
    return nil
  }

  private static func submission(_ tool: ToolDeclaration) -> Submission? {
    let name = tool.name.lowercased()
    guard ["submit", "finish", "complete", "done", "final"].contains(where: { name.contains($0) })
    else { return nil }
    let properties = tool.parameters["properties"].object ?? [:]
    func member(_ names: [String], _ type: String) -> String? {
      names.first { properties[$0]?["type"].string == type }
    }
    // Else the first text that it takes, whatever that is called.
    let texts = properties.filter {
      $0.value["type"].string == "string" && $0.value["enum"].isNull && $0.key != "verdict"
    }
    let summary =
      member(["summary", "output", "message", "answer", "result", "report", "text"], "string")
      ?? texts.keys.sorted().first
    let faults = member(
      ["faults", "fails", "failed", "findings", "issues", "problems", "points", "reasons"], "array")
    let verdict = ["verdict", "passes", "pass", "passed", "approved"].lazy
      .compactMap { name in properties[name].flatMap { Self.verdict(name, $0) } }.first
    return Submission(
      tool: tool.name, summaryMember: summary, verdict: verdict, faultsMember: faults,
      rest: fill(tool.parameters, but: [summary, faults, verdict?.member].compactMap(\.self)))
  }

  private static func delegation(_ tool: ToolDeclaration) -> Submission? {
    guard tool.name.lowercased().hasPrefix("delegate") else { return nil }
    let properties = tool.parameters["properties"].object ?? [:]
    let member = ["piece", "task", "prompt", "instruction", "instructions", "message"]
      .first { properties[$0]?["type"].string == "string" }
    return member.map { Submission(tool: tool.name, summaryMember: $0, rest: [:]) }
  }

  private static func verdict(_ member: String, _ schema: JSON) -> Submission.Verdict? {
    if schema["type"].string == "boolean" {
      return Submission.Verdict(member: member, pass: true, fail: false)
    }
    let words = (schema["enum"].array ?? ["pass", "fail"]).compactMap(\.string)
    func word(_ beginnings: [String]) -> String? {
      words.first { word in beginnings.contains { word.lowercased().hasPrefix($0) } }
    }
    guard let pass = word(["pass", "appr", "acc", "yes", "done", "ok"]),
      let fail = word(["fail", "rej", "no", "block"])
    else { return nil }
    return Submission.Verdict(member: member, pass: .string(pass), fail: .string(fail))
  }

  /// Values for what a tool requires besides.
  private static func fill(_ schema: JSON, but members: [String]) -> [String: JSON] {
    var values: [String: JSON] = [:]
    for required in (schema["required"].array ?? []).compactMap(\.string)
    where !members.contains(required) {
      values[required] = Answers.example(of: schema["properties"][required])
    }
    return values
  }

  private static func fence(in text: String) -> String? {
    for piece in text.split(separator: "```", omittingEmptySubsequences: false).dropFirst() {
      let word = piece.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
      if word.contains("bash") || word.contains("sh") { return String(word) }
    }
    let small = text.lowercased()
    return small.contains("code block") && small.contains("bash") ? "bash" : nil
  }

  // `echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT` and its kind.
  private static func sentinel(in text: String) -> String? {
    for piece in text.split(separator: "echo ", omittingEmptySubsequences: false).dropFirst() {
      let word = piece.drop { $0 == "\"" || $0 == "'" }
        .prefix { $0.isUppercase || $0 == "_" || $0.isNumber }
      if word.count >= 8, word.contains("_") { return "echo \(word)" }
    }
    return nil
  }
}
