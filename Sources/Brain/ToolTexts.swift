internal import Base
internal import Dialect

/// Tools as requests and traces tell of them, held once for all trials that have the same: thousands wait at
/// once.
struct ToolTexts: Sendable {
  /// What a request says.
  let declarations: [ToolDeclaration]
  /// What a trace says: functions of OpenAI's schema.
  let functions: [JSON]
  /// About how many bytes they add to a request.
  let bytes: Int

  private static let known = Locked<[[ToolDeclaration]: ToolTexts]>([:])

  /// The texts of these tools.
  static func of(_ declarations: [ToolDeclaration]) -> ToolTexts {
    if let known = known.withLock({ $0[declarations] }) { return known }
    let texts = ToolTexts(declarations)
    known.withLock { known in
      // Harnesses of a run are few; edits of a long night are many.
      if known.count >= 512 { known = [:] }
      known[declarations] = texts
    }
    return texts
  }

  private init(_ declarations: [ToolDeclaration]) {
    self.declarations = declarations
    functions = declarations.map(\.function)
    bytes = functions.reduce(0) { $0 + $1.utf8().count }
  }
}
