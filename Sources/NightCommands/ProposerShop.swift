internal import Base
internal import Brain
internal import Fleet
internal import MetaAgent
internal import Model
internal import Proposers

/// Makes proposers out of the words for them.
struct ProposerShop {
  /// Who answers; nil without models.
  let models: RunModels?
  /// Where programs run.
  let place: ProposerPlace
  /// A prepared folder that programs see at `/runtime`; nil for none.
  let runtime: String?
  /// The file that names them.
  let file: String

  func proposers(_ words: [String]) throws(BelayError) -> [String: any Proposing] {
    var made: [String: any Proposing] = [:]
    for word in words where word != "panel" { made[word] = try proposer(word) }
    guard words.contains("panel") else { return made }
    // Who has an opinion: knobs and crossings have none.
    let members = words.filter { $0 == "model" || $0 == "rehearsal" || $0.hasPrefix("command:") }
    guard members.count > 1 else {
      throw BelayError(
        .usage, "a panel needs two proposers that look at the evidence", place: file,
        hint: "name 'model' and a 'command:…' beside it")
    }
    made["panel"] = PanelProposer(members.compactMap { made[$0] })
    return made
  }

  func proposer(_ word: String) throws(BelayError) -> any Proposing {
    if word.hasPrefix("command:") {
      return CommandProposer(
        String(word.dropFirst("command:".count)), name: word, runtime: runtime, in: place)
    }
    switch word {
    case "knobs": return KnobProposer()
    case "merge": return MergeProposer()
    case "rehearsal": return RehearsalProposer()
    case "model":
      guard let models, let name = models.roster.aliases["propose"] else {
        throw BelayError(
          .usage, "the proposer 'model' needs a model", place: file,
          hint: "write propose = \"PROVIDER/MODEL\" into [models], or --model propose=…")
      }
      if name.provider == "rehearsal" { return RehearsalProposer() }
      return ModelProposer(name, asking: models.asking)
    default:
      throw BelayError(.usage, "there is no proposer '\(word.printable())'", place: file)
    }
  }
}
