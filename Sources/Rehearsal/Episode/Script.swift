internal import Base

/// The words and commands in which a model does its moves in a task.
struct Script: Sendable {
  let task: RehearsalTask
  let model: RehearsalModel
  let draws: Draws

  /// The command of a move; nil when it needs none.
  func command(_ move: Move) -> String? {
    switch move {
    case .dawdle(let number):
      [
        "pwd; ls -la", "uname -sm; id -un; df -h . | tail -n 1",
        "command -v python3 git sqlite3 jq",
        "ls -la /app | head -n 40", "env | sort | head -n 20", "date -u; ls -la /tmp | head -n 20",
        "find /app -maxdepth 2 | sort | head -n 40", "cat /etc/os-release | head -n 4",
      ][number % 8]
    case .notes:
      """
      cat > /tmp/notes.md <<'NOTES'
      # Notes
      - task: \(task.category), \(task.slips.count) things that could go wrong
      - go through the instruction again before the end
      NOTES
      cat /tmp/notes.md
      """
    case .look(let whole): whole ? task.lookAll : task.look
    case .manual: "\(tool) --help 2>&1 | head -n 20"
    case .report(let number):
      "printf '%s\\n' 'Status \(number + 1): the instruction is read; nothing is wrong so far'"
    case .solve(let slips):
      [keepCopy, "cd /app", work(slips)].compactMap { $0 }.joined(separator: "\n")
    case .check:
      """
      shown=$(cd /app; { \(task.check); } 2>&1)
      printf '%s\\n' "$shown" | tail -n 12
      printf '%s' "$shown" | cksum
      """
    case .repair(let slips, _):
      [task.copiesFirst ? Self.restore : nil, "cd /app", work(slips)].compactMap { $0 }
        .joined(separator: "\n")
    case .ask, .finish: nil
    }
  }

  /// What is said with a move.
  func words(_ move: Move) -> String {
    switch move {
    case .dawdle: pick(move, ["Let me see where I am.", "First, the surroundings."])
    case .notes:
      pick(move, ["I write down what matters.", "I keep notes, so that nothing is lost."])
    case .look(let whole):
      whole
        ? pick(move, ["I print the inputs.", "Let me see everything that is there."])
        : pick(
          move, ["I look at the inputs first.", "Before anything else: what do the inputs hold?"])
    case .manual: "I read up on the options instead of guessing them."
    case .report: "Before I go on, a report."
    case .solve(let slips):
      slips.contains { task.slips[$0].kind == .look }
        ? pick(
          move, ["The task is clear, so I do it.", "I know what this looks like; here it is."])
        : pick(move, ["Now I know enough to do it.", "With that I can do the work."])
    case .check: pick(move, ["I check the result.", "Does it hold? Let me look at the result."])
    case .repair(_, let found):
      found.isEmpty
        ? "That does not look right; I do it again."
        : "The check shows a fault. "
          + found.sorted().map { task.slips[$0].finding }.joined(separator: " ") + " I repair that."
    case .ask:
      "Before I begin: shall I go on as the instruction says, or is there anything to be aware of?"
    case .finish:
      pick(move, ["The work is done.", "Done: everything that was asked for is there."])
    }
  }

  /// The move that a command is, whichever slips are in it.
  func move(of command: String) -> Move? {
    let wanted = command.trimmed
    if let move = Self.small.first(where: { isCommand(of: $0, wanted) }) { return move }
    // Most texts differ in their length, which is seen without making them.
    let size = wanted.utf8.count
    for (slips, work) in task.works where size >= work.utf8.count {
      let moves = [Move.solve(slips: slips), .repair(slips: slips, found: [])]
      if let move = moves.first(where: { isCommand(of: $0, wanted) }) { return move }
    }
    return nil
  }

  private func isCommand(of move: Move, _ wanted: String) -> Bool {
    command(move)?.trimmed == wanted
  }

  private static let small: [Move] =
    [.look(whole: false), .look(whole: true), .check, .notes, .manual]
    + (0..<8).flatMap { [.dawdle($0), .report($0)] }

  private func pick(_ move: Move, _ choices: [String]) -> String {
    draws.pick("words \(move.word)", of: choices)
  }

  private func work(_ slips: Set<Int>) -> String {
    task.works[slips] ?? task.solution
  }

  // What changes its inputs is done from a copy, so that it can be done again.
  private var keepCopy: String? {
    task.copiesFirst
      ? "if [ -d /tmp/before ]; then \(Self.restore); else cp -a /app /tmp/before; fi" : nil
  }

  private static let restore =
    "chmod -R u+rwX /app; rm -rf /app/..?* /app/.[!.]* /app/*; cp -a /tmp/before/. /app/"

  private var tool: String {
    ["git ", "tar ", "sqlite3 ", "find ", "sort ", "gzip ", "make "]
      .first { task.solution.contains($0) }.map { String($0.dropLast()) } ?? "python3"
  }
}
