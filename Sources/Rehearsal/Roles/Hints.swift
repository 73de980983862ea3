/// What one who looked tells others, so that they do not slip: sentences that mean the same to a model as
/// to a person, whoever wrote them.
enum Hints {
  static func sentence(_ kind: SlipKind) -> String {
    switch kind {
    case .look: "Look at the input files before you write anything, at real lines of them."
    case .quote: "Names of files may contain spaces and other odd characters, so quote every path."
    case .edge: "Think of the edge cases such as empty values, ties, and the first and last line."
    case .forget: "Go through every requirement of the instruction one by one."
    case .flag: "Read the manual of a tool before you rely on one of its options."
    case .scope: "Change nothing but what the task asks for."
    case .encoding: "Check the encoding and the line ends of the text files."
    case .output: "Keep the output of commands short and do not print whole files."
    }
  }

  /// What is said of how the result is checked.
  static let check = "Check the result against each of these points before you finish."

  /// The kinds of slips that a text warns of in these words.
  static func kinds(in texts: [String]) -> Set<SlipKind> {
    Set(SlipKind.allCases.filter { kind in texts.contains { $0.contains(sentence(kind)) } })
  }
}
