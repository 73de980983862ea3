internal import Base
internal import Climb
internal import Components
internal import Layout
internal import Proposers

/// What a proposer handed in: the edits that would come into the pool, and what was not taken.
struct ProposerTestPage {
  private let answer: ProposalAnswer

  init(_ answer: ProposalAnswer) { self.answer = answer }

  private var edits: [JSON] {
    answer.drafts.map { draft in
      [
        "author": .string(draft.author), "summary": .string(draft.summary),
        "components": .array(draft.patch.components.map(JSON.string)),
        "tokens": .int(draft.patch.size), "support": .int(draft.support),
        "levels": .object(
          Dictionary(draft.levels.map { ($0.target, $0.value) }, uniquingKeysWith: { $1 })),
        "hypothesis": [
          "evidence": .array(draft.hypothesis.evidence.map(JSON.string)),
          "cause": .string(draft.hypothesis.cause),
          "mechanism": .string(draft.hypothesis.mechanism),
          "fixes": .array(draft.hypothesis.fixes.map(JSON.string)),
          "risks": .array(draft.hypothesis.risks.map(JSON.string)),
          "gain": .number(draft.hypothesis.gain),
        ], "added": .string(draft.patch.added),
      ]
    }
  }

  var fields: [String: JSON] {
    [
      "edits": .array(edits), "ending": .string("\(answer.ending)"), "note": .string(answer.note),
      "refused": .array(
        answer.refused.map { ["summary": .string($0.summary), "why": .string($0.why)] }),
      "cost_usd": .number(answer.spending.costUSD), "tokens": .optional(answer.spending.tokens),
      "record": answer.record,
    ]
  }

  func text(width: Int) -> String {
    var lines = Prose.wrap(answer.note.printable(), width: width)
    if answer.ending != .done {
      lines += Prose.wrap("ended by \("\(answer.ending)".printable())", width: width)
    }
    for (index, draft) in answer.drafts.enumerated() {
      lines.append("")
      lines += Prose.wrap("\(index + 1). \(draft.summary.printable())", width: width)
      lines += Self.inset(
        draft.patch.components.joined(separator: ", ").printable(), width)
      if !draft.hypothesis.cause.isEmpty {
        lines += Self.inset("because \(draft.hypothesis.cause.printable())", width)
      }
      let added = draft.patch.added.printable(keepingLines: true)
      for line in added.split(separator: "\n").prefix(12) {
        lines.append("   + \(line.prefix(max(20, width - 5)))")
      }
    }
    if !answer.refused.isEmpty { lines.append("") }
    for refusal in answer.refused {
      let what = refusal.summary.isEmpty ? "" : "\(refusal.summary.printable()): "
      lines += Prose.wrap("not taken: \(what)\(refusal.why.printable())", width: width, indent: 2)
    }
    if answer.drafts.isEmpty, let output = answer.record["output"].string, !output.isEmpty {
      lines += ["", "what it printed:"]
      lines += output.split(separator: "\n").suffix(8).map {
        "   \(String($0).printable().prefix(max(20, width - 3)))"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func inset(_ text: String, _ width: Int) -> [String] {
    Prose.wrap(text, width: max(20, width - 3)).map { "   \($0)" }
  }
}
