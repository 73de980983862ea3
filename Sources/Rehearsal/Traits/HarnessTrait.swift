/// What a harness says or does that changes how a simulated model works.
public enum HarnessTrait: String, Sendable, Hashable, CaseIterable {
  /// Look at the inputs before working on them.
  case lookFirst = "look-first"
  /// List the requirements, or go through them one by one.
  case requirements
  /// Keep notes of requirements and progress.
  case notes
  /// Quote variables and names.
  case quoteNames = "quote-names"
  /// Think of boundaries and special cases.
  case edgeCases = "edge-cases"
  /// Consult the manual before using an option.
  case readManual = "read-manual"
  /// Change nothing but what is asked for.
  case touchNothingElse = "touch-nothing-else"
  /// Mind encodings and line ends.
  case mindBytes = "mind-bytes"
  /// Print little: head, tail, grep.
  case shortOutput = "short-output"
  /// Check the result before finishing.
  case checkResult = "check-result"
  /// Plan within the turns there are.
  case budgetTurns = "budget-turns"
  /// Use a parser instead of cutting text: helps with tables and JSON.
  case useParser = "use-parser"
  /// Look at a repository's state before changing it: helps with git.
  case gitState = "git-state"
  /// Compare times as instants: helps where there are time zones.
  case instants
  /// Rules for merging records: helps where records are merged, and distracts elsewhere.
  case mergeRules = "merge-rules"
  /// How checksum lists are read: helps where there are some, and distracts elsewhere.
  case checksumRules = "checksum-rules"
  /// Think step by step: seems to help.
  case stepByStep = "step-by-step"
  /// You are an expert: seems to help.
  case expertRole = "expert-role"
  /// Praise, stakes and tips: seem to help.
  case stakes
  /// Tone and form of what it says: seems to help.
  case tone
  /// Finish as soon as possible: harms.
  case hurry
  /// Do not look at the inputs: harms.
  case blind
  /// Do not check: harms.
  case noCheck = "no-check"
  /// Report, tick off or explain at every step: costs turns.
  case ritual
  /// Ask before acting: there is nobody to answer.
  case askFirst = "ask-first"

  /// One line on what it is, for people.
  public var summary: String {
    switch self {
    case .lookFirst: "look at the inputs before working on them"
    case .requirements: "list the requirements, go through them one by one"
    case .notes: "keep notes of requirements and progress"
    case .quoteNames: "quote variables and names"
    case .edgeCases: "think of boundaries and special cases"
    case .readManual: "consult the manual before using an option"
    case .touchNothingElse: "change nothing but what is asked for"
    case .mindBytes: "mind encodings and line ends"
    case .shortOutput: "print little: head, tail, grep"
    case .checkResult: "check the result before finishing"
    case .budgetTurns: "plan within the turns there are"
    case .useParser: "use a parser instead of cutting text"
    case .gitState: "look at a repository's state before changing it"
    case .instants: "compare times as instants"
    case .mergeRules: "rules for merging records"
    case .checksumRules: "rules for checksum lists"
    case .stepByStep: "think step by step"
    case .expertRole: "you are an expert"
    case .stakes: "praise, stakes and tips"
    case .tone: "tone and form of what is said"
    case .hurry: "finish as soon as possible"
    case .blind: "do not look at the inputs"
    case .noCheck: "do not check"
    case .ritual: "report or explain at every step"
    case .askFirst: "ask before acting"
    }
  }
}
