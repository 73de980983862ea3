internal import Base
internal import Dialect

/// The roles that only write: the summarizer, the chooser, and the stranger who says what he is.
enum Clerk {
  /// What is said where a rehearsal knows nothing.
  static let honest = """
    This is a rehearsal: a simulated model that knows the tasks of its suite and nothing else. It \
    has no answer to this.
    """

  /// A record in short: what its agent said, in order, each once.
  static func summary(_ request: ModelRequest) -> String {
    let lines = (request.turns.last { $0.role == .user }?.text ?? "")
      .split(separator: "\n").filter { $0.hasPrefix("assistant: ") }
      .map { String($0.dropFirst(11)) }
    var seen: Set<String> = []
    let kept = lines.filter { seen.insert($0).inserted }
    return (["What was done until now, in order:"] + kept.map { "- \($0)" }).joined(
      separator: "\n")
  }

  /// The number of the candidate that says that it looked at its result; else one by chance.
  static func choice(_ request: ModelRequest, seed: UInt64) -> String {
    let text = request.turns.last { $0.role == .user }?.text ?? ""
    let candidates = text.split(separator: "<candidate number=\"").dropFirst()
    let checked = candidates.enumerated().filter { $0.element.contains("checked") }.map(\.offset)
    let all = Array(0..<max(1, candidates.count))
    let chosen = Draws(seed: seed, task: "choice").pick(
      "candidate", of: checked.isEmpty ? all : checked)
    return "\(chosen + 1)"
  }

  /// An answer in the form that was asked for, where there is one.
  static func strange(_ request: ModelRequest) -> String {
    request.answerSchema.map { Answers.example(of: $0).text() } ?? honest
  }
}
