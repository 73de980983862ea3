internal import Climbs
internal import Glibc
internal import Layout

extension ClimbAudit {
  /// A score or a difference of scores, as fine as what it is compared with.
  func figure(_ value: Double, signed: Bool = false) -> String {
    if climb.isShare {
      return signed ? "\(Figure.percent(value, signed: true)) pp" : Figure.percent(value)
    }
    return Figure.fixed(value, decimals, signed: signed)
  }

  /// The size of a difference.
  func size(_ value: Double) -> String { figure(value) + (climb.isShare ? " pp" : "") }

  // Two digits of the smallest thing that matters.
  private var decimals: Int {
    let sizes =
      keeps.map { abs($0.gain) } + [noise?.deviation, claimed.map(abs)].compactMap(\.self)
    guard let least = sizes.filter({ $0 > 0 }).min() else { return 3 }
    return min(max(1 - Int(log10(least).rounded(.down)), 0), 6)
  }

  /// The verdict in one or two sentences.
  public var verdict: String {
    guard let claimed, !keeps.isEmpty else {
      return "Nothing was kept beside what it began with: there is no climb to judge."
    }
    let climbed = "the claimed climb of \(size(abs(claimed)))"
    guard let noise, let believed, let byNoiseAlone else {
      return
        "How much of \(climbed) is noise cannot be told: the files have one score for each attempt,"
        + " no repeats, and do not say of how many tasks."
    }
    if claimed <= 0 {
      return "There is no climb: what is claimed scored no better than the beginning."
    }
    let most = noise.isUpperBound ? "at most about" : "about"
    let tries = climb.steps.count { $0.score != nil }
    let share = Int((max(0, min(1, believed.gain / claimed)) * 100).rounded())
    if claimed <= byNoiseAlone, count(.survives) == 0 {
      return "All of \(climbed) may be noise: the best of \(tries) equal attempts scores \(most)"
        + " \(size(byNoiseAlone)) above the first by chance alone."
    }
    var words =
      "Of \(climbed) about \(size(max(0, believed.gain))) is to be believed (\(share)%, standard error"
      + " \(size(believed.error))); the rest is what choosing among noisy scores adds."
    if !isSettled, climb.settled == nil {
      words += " That it is above 0 at all is not settled."
    }
    return words
  }

  /// What the noise is taken from.
  var noiseWords: String {
    guard let noise else {
      return
        "unknown: no attempt was run twice, and there are neither results of tasks nor their number"
    }
    let size = "one run varies by \(size(noise.deviation)) (standard deviation)"
    switch noise.source {
    case .given: return size + ", as given"
    case .repeats:
      return size
        + ", from \(Figure.plural(noise.degrees ?? 0, "repeat")) of the same thing in the files"
        + ((noise.degrees ?? 0) < 5 ? "; so few say it roughly" : "")
    case .trials: return size + ", from repeated trials of the same tasks"
    case .tasks:
      return size + " at most, as a share of its number of tasks; repeats would say it better"
    }
  }

  /// How many keeps are of which kind.
  var keepWords: [String] {
    var words = [
      "\(Figure.plural(keeps.count, "keep")) of \(Figure.plural(climb.steps.count, "attempt"))"
    ]
    let below = keeps.count { $0.isBelowNoise == true && $0.gain > 0 }
    if keeps.contains(where: { $0.isBelowNoise != nil }) {
      words.append("\(below) smaller than what two runs of the same thing differ by")
    }
    for (word, text) in [
      (KeepJudgement.Word.survives, "would have survived Belay's gate"),
      (.undecided, "more than noise, less than the gate asks for"), (.noise, "within noise"),
      (.noGain, "scored no better than what they replaced"), (.unknown, "cannot be told"),
    ] where count(word) > 0 {
      words.append("\(count(word)) \(text)")
    }
    return words
  }

  /// What would settle it.
  var needs: [String] {
    guard !keeps.isEmpty, climb.settled == nil else { return [] }
    let condition = isSettled || noise == nil ? "" : ", if it is as large as claimed"
    if let pairs = pairsToSettle {
      return [
        "about \(pairs) pairs of fresh trials, the beginning against the end on the same tasks and seeds"
          + condition
      ]
    }
    if let runs = runsToSettle {
      return [
        "\(runs) fresh runs of the beginning and \(runs) of the end, each with a seed of its own"
          + condition
      ]
    }
    if noise == nil {
      return [
        "5 runs of the very same thing with seeds of their own say the noise: then --noise SD",
        climb.isShare ? "or the number of tasks behind a score: --tasks N" : "",
      ].filter { !$0.isEmpty }
    }
    return []
  }

  var gateWords: String {
    if climb.steps.contains(where: { $0.gate != nil }) {
      return "the e-values of the night's own races, over the pairs that were evidence there"
    }
    return keeps.contains { $0.pairs != nil }
      ? "the e-process over pairs of trials of the same tasks, which here also chose the step: the most that it could have shown"
      : "an e-value for a single difference of known noise: a gate that sees tasks and trials tells more"
  }
}
