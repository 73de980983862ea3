extension HarnessTrait {
  /// By how much it makes slips of each kind less likely in a task, in logits.
  func protection(_ kind: SlipKind, in task: RehearsalTask) -> Double {
    switch self {
    case .lookFirst: [.look: 1.5, .output: 0.2, .encoding: 0.3][kind] ?? 0
    case .requirements: [.forget: 1.2, .edge: 0.3][kind] ?? 0
    case .notes: [.forget: 0.7, .output: 0.3][kind] ?? 0
    case .quoteNames: [.quote: 1.9, .edge: 0.25][kind] ?? 0
    case .edgeCases: [.edge: 1.1][kind] ?? 0
    case .readManual: [.flag: 1.6, .look: 0.4, .edge: 0.2][kind] ?? 0
    case .touchNothingElse: [.scope: 1.8, .forget: 0.25][kind] ?? 0
    case .mindBytes: [.encoding: 1.8, .look: 0.4, .output: 0.4][kind] ?? 0
    // Who sees less overlooks more: a little of what it gives is paid for by looking less closely.
    case .shortOutput: [.output: 1.5, .look: -0.25][kind] ?? 0
    case .useParser:
      ["tabular", "json", "text"].contains(task.category)
        ? [.edge: 0.5, .quote: 0.9, .encoding: 0.4][kind] ?? 0 : 0
    case .gitState:
      task.category == "git" ? [.look: 0.9, .flag: 0.6, .scope: 0.6, .edge: 0.5][kind] ?? 0 : 0
    case .instants: task.tags.contains("time") ? [.edge: 0.9, .look: 0.7][kind] ?? 0 : 0
    case .mergeRules:
      task.tags.contains("merge")
        ? [.edge: 1.6, .forget: 1.2, .look: 1.2, .encoding: 0.8][kind] ?? 0
        : [.forget: -0.2, .edge: -0.05][kind] ?? 0
    case .checksumRules:
      task.tags.contains("checksums")
        ? [.look: 1.2, .quote: 1, .edge: 1, .encoding: 0.8][kind] ?? 0
        : [.forget: -0.15, .edge: -0.1][kind] ?? 0
    case .hurry: [.look: -0.7, .forget: -0.5, .edge: -0.3][kind] ?? 0
    case .blind: [.look: -1.3, .output: 0.3][kind] ?? 0
    case .ritual: [.forget: -0.3, .edge: -0.2][kind] ?? 0
    case .checkResult, .noCheck, .budgetTurns, .askFirst: 0
    case .stepByStep, .expertRole, .stakes, .tone: 0
    }
  }

  /// By how much it makes checking more likely, in logits.
  var checking: Double {
    switch self {
    case .checkResult: 2.4
    case .requirements: 0.3
    case .hurry: -1.2
    case .noCheck: -2.6
    default: 0
    }
  }

  /// By how much it makes finding a fault in a check more likely, in logits.
  var noticing: Double {
    switch self {
    case .checkResult: 0.3
    case .requirements: 0.5
    case .edgeCases: 0.3
    case .notes: 0.2
    case .hurry: -0.5
    default: 0
    }
  }

  /// By how much it makes printing whole files more likely, in logits.
  var printing: Double {
    switch self {
    case .shortOutput: -2.4
    case .hurry, .blind: -0.6
    default: 0
    }
  }

  /// Turns that it costs before the work begins.
  var turnsBefore: Int {
    switch self {
    case .notes, .readManual: 1
    case .ritual: 4
    default: 0
    }
  }
}
