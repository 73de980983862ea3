internal import Facts
internal import Gateway
package import Harness
package import Model

/// Which of the models that are known a night asks, and which of these its trials can reach.
package struct NightModels: Sendable, Hashable {
  /// What trials reach: none of those who propose and judge edits but, where a step says so, the judge.
  package let trials: [String: ModelName]
  /// All that the night asks.
  package let all: [String: ModelName]

  /// Of all models by alias those of a night; `named` ones were named for it and do not only stand in the models
  /// file. Without a harness there are no trials.
  package init(
    _ known: [String: ModelName], named: [String: ModelName], trialsOf harness: Harness?,
    proposers: [String]
  ) {
    trials =
      switch harness?.kind {
      case .native: harness.map { ModelFlags.ofTrials(known, of: [$0]) } ?? [:]
      case .program: ModelFlags.reach(known, named: named)
      case .oracle, .nop, nil: [:]
      }
    let asks = proposers.contains { $0 == "model" || $0.hasPrefix("command:") }
    let own = known.filter { $0.key == "judge" && harness != nil || $0.key == "propose" && asks }
    all = trials.merging(own) { $1 }
  }
}

extension ModelFlags {
  /// Of a night's models those that its trials can ask, whatever of these harnesses they are trials of.
  ///
  /// A model that shortens what was said is asked by the agent, and so is the judge of a step that is done
  /// several times: without them the trials would not be those of the night.
  package static func ofTrials(_ models: [String: ModelName], of harnesses: [Harness])
    -> [String: ModelName]
  {
    models.filter { alias, _ in harnesses.contains { asks($0, alias) } }
  }

  private static func asks(_ harness: Harness, _ alias: String) -> Bool {
    guard let native = harness.native else { return !RunFact.nightRoles.contains(alias) }
    let steps = native.orchestration.steps
    return alias == "summarize" || alias == "judge" && steps.contains { $0.pick == .judge }
      || steps.contains {
        $0.models.isEmpty ? alias == ServedModels.usual : $0.models.contains(alias)
      }
  }

  /// What a program is let through to: what is meant for it, and not all that the models file knows.
  static func reach(_ known: [String: ModelName], named: [String: ModelName])
    -> [String: ModelName]
  {
    let meant = named.filter { !RunFact.nightRoles.contains($0.key) }
    return meant.isEmpty ? known.filter { $0.key == ServedModels.usual } : meant
  }
}
