internal import Dialect

/// Who a model is asked to be.
enum Role: Sendable, Hashable {
  /// Does a task.
  case worker
  /// Looks at what was done and ends with a verdict.
  case judge
  /// Ends with a verdict on what is only planned.
  case reviewer
  /// Looks at what was done and says what is wrong with it.
  case critic
  /// Looks at the task and says what another should do.
  case adviser
  /// Hands the work to others.
  case delegator
  /// Shortens a record.
  case summarizer
  /// Chooses one of several.
  case chooser
  /// Says of an edit of a harness whether it is general.
  case editJudge
  /// Nothing that a rehearsal knows.
  case stranger

  /// The role that a request asks for.
  init(_ request: ModelRequest, _ voice: Voice, knowsTask: Bool) {
    let system = TextSentence.all(in: request.system ?? "").map(\.words)
    func says(_ phrases: [Phrase]) -> Bool {
      system.contains { words in phrases.contains { $0.isMet(in: words) } }
    }
    if request.tools.isEmpty, says(Self.judgingEdits) {
      self = .editJudge
    } else if request.tools.isEmpty, says(Self.shortening) {
      self = .summarizer
    } else if request.tools.isEmpty, says(Self.choosing) {
      self = .chooser
    } else if !knowsTask {
      self = .stranger
    } else if voice.submits?.verdict != nil, says(Self.deciding) {
      self = says(Self.reviewing) ? .reviewer : .judge
    } else if voice.delegates != nil {
      self = .delegator
    } else if says(Self.refuting) {
      self = .critic
    } else if says(Self.advising) || !voice.canAct && says(Self.planning) {
      self = .adviser
    } else if voice.canAct {
      self = .worker
    } else {
      self = says(Self.deciding) || says(Self.judging) ? .judge : .stranger
    }
  }

  private static let judgingEdits = [
    Phrase("you judge|review|assess|classify edit|change|patch harness")
  ]
  private static let shortening = [
    Phrase(
      "shorten*|summari*|condens*|compress*|compact* record*|conversation|history|context|work|transcript|turns"
    )
  ]
  private static let choosing = [
    Phrase(
      "choose|pick|select|decide|rank among|best|between|candidate*|which|several candidate*|several|workers|solutions|handed|best"
    )
  ]
  private static let deciding = [
    Phrase(
      "verdict pass|passes|approve*|accept* fail*|reject*|only|when|else"),
    Phrase(
      "answer|reply|respond|say|end|write|print pass|yes|approved|accept fail|no|rejected|reject"),
  ]
  private static let judging = [
    Phrase(
      "you judge|decide|audit|grade|validate|verify|check result|whether|work|task|output|it")
  ]
  private static let reviewing = [Phrase("you review contract|plan|points|criteria|proposal")]
  private static let refuting = [
    Phrase("you paid|asked|want|job|here|adversary|critic refut*|disprove|attack*|faults|wrong")
  ]
  private static let advising = [
    Phrase("you only look|looks|plan|read"),
    Phrase("plan task|work another|others|somebody agent|do|builder|one"),
    Phrase("explor* task|problem copy|copies|thrown"),
    Phrase(
      "! carry|implement|execute|perform out|plan|it|task|anything|yourself plan|only|it|out|now"),
  ]
  private static let planning = [
    Phrase("plan|outline|draft|propose|write task|work|steps|plan|approach|contract")
  ]
}
