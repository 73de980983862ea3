internal import Base
public import Climb
public import Components
public import Dialect
public import Harness

/// A model of another family than the proposer's that says whether an edit is general.
public struct Judge: Sendable {
  /// Asks a model and gives its text and what it cost.
  public typealias Asking =
    @Sendable (ModelRequest) async throws -> (text: String, spending: Spending)

  /// The judge's model, `provider/model`.
  public let model: String
  /// The models and programs that propose.
  public let proposers: [String]
  /// What the tasks are about, without a word of any of them.
  public let domain: String
  private let isOfATask: @Sendable (String) -> Bool
  private let asking: Asking

  /// A judge; `isOfATask` says whether a passage holds something that only single tasks have.
  public init(
    model: String, proposers: [String], domain: String,
    isOfATask: @escaping @Sendable (String) -> Bool, asking: @escaping Asking
  ) {
    self.model = model
    self.proposers = proposers
    self.domain = domain
    self.isOfATask = isOfATask
    self.asking = asking
  }

  /// Asks about an edit. An answer that cannot be read is asked for once more; after that it is a doubt, and
  /// so it is where the judge cannot be reached: nobody is refused for what nobody said.
  public func verdict(on patch: ComponentPatch, base: Harness) async throws -> (
    verdict: GateVerdict, spending: Spending
  ) {
    var spending = Spending()
    let prompt = JudgePrompt(patch, base: base, domain: domain)
    guard prompt.isWhole else {
      return (
        verdict(.undecided, 5, "The edit is too long for a judge to read."), spending
      )
    }
    for _ in 0..<2 {
      let answer: (text: String, spending: Spending)
      do {
        answer = try await asking(prompt.request())
      } catch {
        if error is CancellationError || Task.isCancelled { throw error }
        return (
          verdict(.undecided, 2, "The judge could not be asked: \(Self.reason(error))."), spending
        )
      }
      spending += answer.spending
      guard let opinion = JudgeOpinion(answer.text) else { continue }
      return (settle(opinion, patch, base), spending)
    }
    return (
      verdict(.undecided, 2, "The judge gave no answer that could be read."), spending
    )
  }

  private static func reason(_ error: any Error) -> String {
    let text = (error as? BelayError)?.message ?? "\(error)"
    return text.count <= 200 ? text : "\(text.prefix(197))..."
  }

  private func settle(_ opinion: JudgeOpinion, _ patch: ComponentPatch, _ base: Harness)
    -> GateVerdict
  {
    let added = Self.flat(patch.added)
    let known = Self.flat(
      base.files.map { String(decoding: $0.content, as: UTF8.self) }.joined(separator: "\n"))
    // Only what truly stands in the added lines, is new, and is of single tasks counts against the edit.
    let quotes = opinion.quotes.filter { quote in
      let flat = Self.flat(quote)
      return flat.utf8.count >= 8 && added.contains(flat) && !known.contains(flat)
        && isOfATask(quote)
    }
    let why = opinion.why.isEmpty ? "" : " It says: \(opinion.why)"
    if Self.speaksToTheJudge(patch.added) {
      return verdict(
        .undecided, 5, "The edit speaks to its judge, who said '\(opinion.group.rawValue)'.\(why)")
    }
    switch opinion.group {
    case .general: return verdict(.pass, 1, "The judge finds the edit general.\(why)")
    case .unsure:
      return verdict(.undecided, 2, "The judge is unsure whether the edit is general.\(why)")
    case .specific where quotes.isEmpty:
      return verdict(
        .undecided, 5, "The judge finds the edit specific, without a passage that shows it.\(why)")
    case .specific:
      return verdict(
        .fail, 5, "The judge finds the edit made for single tasks.\(why)", Array(quotes.prefix(5)))
    }
  }

  private func verdict(
    _ word: GateVerdict.Word, _ prior: Double, _ sentence: String, _ quotes: [String] = []
  ) -> GateVerdict {
    var figures = ["prior": prior]
    var sentence = sentence.printable()
    if let family = Self.family(model), proposers.contains(where: { Self.family($0) == family }) {
      figures["same_family"] = 1
      sentence += " The judge is of the proposer's own family (\(family))."
    }
    return GateVerdict(
      gate: "judge", word: word, figures: figures, sentence: sentence, quotes: quotes)
  }

  /// One line in lower case.
  private static func flat(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Whether an added text is addressed to whoever judges it.
  static func speaksToTheJudge(_ added: String) -> Bool {
    let text = flat(added)
    let phrases = [
      "\"class\": \"general\"", "\"class\":\"general\"", "class: general", "end edit ",
      "end harness ", "begin edit ",
      "ignore previous instructions", "ignore all previous", "ignore the above",
      "disregard the above",
      "disregard previous", "answer general", "answer \"general\"", "classify this edit",
      "classify this as",
      "classify it as general", "this edit is general", "this change is general", "dear judge",
      "note to the judge", "note to judge", "to the reviewer of this edit", "you are the judge",
      "if you are judging", "when judging this edit",
    ]
    return phrases.contains { text.contains($0) }
  }

  /// Whose models they are: of one family are those that were trained by one house.
  public static func family(_ name: String) -> String? {
    let text = name.lowercased()
    let families: [(String, [String])] = [
      ("rehearsal", ["rehearsal"]), ("claude", ["claude", "anthropic"]),
      ("openai", ["gpt", "openai/", "codex", "o1", "o3", "o4", "chatgpt"]),
      ("gemini", ["gemini", "gemma", "google/"]), ("llama", ["llama", "meta/"]),
      ("qwen", ["qwen", "qwq"]),
      ("mistral", ["mistral", "mixtral", "codestral", "devstral"]), ("deepseek", ["deepseek"]),
      ("grok", ["grok", "xai/"]), ("kimi", ["kimi", "moonshot"]), ("glm", ["glm", "zhipu"]),
      ("phi", ["phi-"]),
      ("command-r", ["cohere", "command-r"]), ("nova", ["amazon/nova", "nova-"]),
    ]
    // The model says more than the provider through which it is reached.
    let model = text.split(separator: "/", maxSplits: 1).last.map(String.init) ?? text
    for candidate in [model, text] {
      if let found = families.first(where: { $0.1.contains { candidate.contains($0) } }) {
        return found.0
      }
    }
    return nil
  }
}

/// A judge's answer, read strictly.
struct JudgeOpinion: Equatable {
  enum Group: String {
    case general, unsure, specific
  }

  let group: Group
  let quotes: [String]
  let why: String

  /// One JSON object, alone or in one fence; anything else is no answer.
  init?(_ text: String) {
    var body = text[...]
    while body.first?.isWhitespace == true { body.removeFirst() }
    while body.last?.isWhitespace == true { body.removeLast() }
    if body.hasPrefix("```"), body.hasSuffix("```"), let line = body.firstIndex(of: "\n") {
      body = body[body.index(after: line)...].dropLast(3)
    }
    guard let json = try? JSON.parse(Array(body.utf8)), case .object(let members) = json,
      Set(members.keys).isSubset(of: ["class", "helps", "quotes", "why"]),
      let group = json["class"].string.flatMap(Group.init(rawValue:)),
      let list = json["quotes"].array
    else { return nil }
    let quotes = list.compactMap(\.string)
    guard quotes.count == list.count else { return nil }
    self.group = group
    self.quotes = quotes
    why = json["why"].string ?? ""
  }
}
