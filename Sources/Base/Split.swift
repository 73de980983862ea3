/// Which part of a suite a task belongs to, and so who may see it.
public enum Split: String, Sendable, Hashable, CaseIterable, Comparable, Codable {
  /// The meta-agent sees tasks and traces.
  case dev
  /// Decides; the meta-agent learns verdicts only.
  case gate
  /// Sealed; opened once, at the end, and counted.
  case vault

  /// The order in which they are listed.
  public static func < (left: Self, right: Self) -> Bool {
    allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
  }
}

extension Split? {
  /// What a task is called where it may not be told which one it is.
  public var anonymousTask: String {
    switch self {
    case .dev: "a dev task"
    case .gate: "a gate task"
    case .vault: "a sealed task"
    case nil: "a task"
    }
  }
}
