internal import Base

/// A pack and a pool as pages of Markdown, for people and models; what is untrusted stands in fences.
public enum EvidencePage {
  /// The failures by cause, the pairs, and the tasks that were never solved.
  public static func failures(_ pack: EvidencePack) -> String {
    guard pack.trials > 0 else { return "No dev trial is recorded yet.\n" }
    var page = "\(pack.passes) of \(pack.trials) scored dev trials passed.\n"
    for cluster in pack.clusters {
      page += "\n### \(cluster.cause.sentence)\n\n"
      page += "\(count(cluster.trials.count, "trial")) of \(count(cluster.tasks.count, "task"))"
      page += ": \(cluster.tasks.prefix(8).map(name).joined(separator: ", "))"
      page += cluster.tasks.count > 8 ? ", …\n" : "\n"
      for sample in cluster.samples {
        page +=
          "\n\(sample.trial) on \(name(sample.task)):\n\(Fence.block(sample.text, limit: 600))\n"
      }
    }
    if !pack.neverSolved.isEmpty {
      page += "\n### Never solved\n\n\(pack.neverSolved.map(name).joined(separator: ", "))\n"
    }
    return page
  }

  /// Where a passed and a failed trial of one task part.
  public static func pairs(_ pack: EvidencePack) -> String {
    if pack.pairs.isEmpty { return "No task has both a passed and a failed trial yet.\n" }
    return pack.pairs.map(pair).joined(separator: "\n")
  }

  /// One pair.
  public static func pair(_ pair: TrialPair) -> String {
    var page = "### \(name(pair.task)): \(pair.passed) passed, \(pair.failed) failed"
    page += pair.isSameCandidate ? " (the same harness)\n" : " (two harnesses)\n"
    guard let parting = pair.divergence else { return page + "\nOne of them left no steps.\n" }
    page += "\nThe first \(count(parting.shared, "step")) are the same. Then\n"
    for (who, action) in [("passed", parting.passed), ("failed", parting.failed)] {
      guard let action else {
        page += "\n- the one that \(who) was done\n"
        continue
      }
      page += "\n- the one that \(who), step \(action.step), did\n\n\(Fence.block(action.did))\n"
      if !action.saw.isEmpty { page += "\n  and saw\n\n\(Fence.block(action.saw))\n" }
    }
    return page
  }

  /// What was tried and what came of it.
  public static func pool(_ lines: [PoolLine], limit: Int = 80) -> String {
    if lines.isEmpty { return "Nothing was tried yet.\n" }
    var page = ""
    if lines.count > limit { page += "The last \(limit) of \(lines.count) edits.\n\n" }
    for line in lines.suffix(limit) {
      let verdicts = line.verdicts.map { "\($0.gate) \($0.word.rawValue)" }
      page += "- \(line.id) \(line.state) on \(line.components.map(name).joined(separator: ", "))"
      page += ": \(Fence.line(line.summary))"
      if let effect = line.effect {
        page += "; on dev \(signed(effect)) logits"
        if let error = line.error { page += " ± \(plain(error))" }
      }
      if !verdicts.isEmpty { page += "; \(verdicts.joined(separator: ", "))" }
      page += "\n"
    }
    return page
  }

  /// The dev tasks and how often they are solved.
  public static func tasks(_ pack: EvidencePack) -> String {
    pack.tasks.map { task in
      "- \(name(task.name))\(task.category.map { " (\($0.printable()))" } ?? ""): "
        + (task.trials == 0 ? "not tried" : "\(task.passes) of \(task.trials) passed")
    }.joined(separator: "\n") + "\n"
  }

  static func name(_ text: String) -> String { "`\(text.printable().replacing("`", with: "'"))`" }

  /// `1 trial`, `2 trials`.
  public static func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }

  /// Two places after the point, with a sign.
  public static func signed(_ value: Double) -> String {
    "\(value < 0 ? "−" : "+")\(plain(abs(value)))"
  }

  /// Two places after the point.
  public static func plain(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e6 else { return "?" }
    let hundredths = Int((abs(value) * 100).rounded())
    let places = hundredths % 100
    return "\(value < 0 ? "−" : "")\(hundredths / 100).\(places < 10 ? "0" : "")\(places)"
  }
}
