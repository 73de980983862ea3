internal import Base
internal import Dialect

/// How tokens are counted: a fixed rule over the text, the same for all models.
enum TokenRule {
  static let bytesPerToken = 4

  static func tokens(_ text: String) -> Int {
    (text.utf8.count + bytesPerToken - 1) / bytesPerToken
  }

  /// The tokens that a request is read as.
  static func tokens(_ request: ModelRequest) -> Int {
    var total = tokens(request.system ?? "")
    for tool in request.tools {
      total += tokens(tool.name) + tokens(tool.description) + tokens(tool.parameters.text()) + 8
    }
    for turn in request.turns { total += 4 + turn.parts.reduce(0) { $0 + tokens($1) } }
    return total
  }

  static func tokens(_ part: Part) -> Int {
    switch part {
    case .text(let text): tokens(text)
    case .image: 1_000
    case .toolUse(let use): tokens(use.name) + tokens(use.arguments) + 8
    case .toolAnswer(let answer): tokens(answer.text) + 8
    case .reasoning(let reasoning): tokens(reasoning.text)
    }
  }

  /// What is said, at the length at which this model says it.
  static func lengthened(
    _ words: String, _ model: RehearsalModel, _ reading: TraitReading
  ) -> String {
    let isLong = model.name == "verbose" || reading.traits.contains(.ritual)
    guard isLong else { return words }
    return words + """
       To be clear about what I do and why: the instruction asks for a certain state of the files, \
      each command brings me nearer to it, and I say at every step what I expect to see, so that \
      anybody who reads this later can follow how the result came about and where it might differ \
      from what was expected at first.
      """
  }
}
