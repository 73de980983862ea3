public import Base
internal import Climbs
internal import Glibc
public import Layout

/// The audit of a claimed climb as a page.
public struct AuditPage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.audit/1"

  private let audit: ClimbAudit
  private let place: String
  private let limit: Int

  /// A page of an audit; `place` is what was read, and at most `limit` keeps are listed.
  public init(_ audit: ClimbAudit, place: String, limit: Int = .max) {
    self.audit = audit
    self.place = place
    self.limit = limit
  }

  private var shown: ArraySlice<KeepJudgement> { audit.keeps.prefix(limit) }

  /// Whether there are more keeps.
  public var isTruncated: Bool { shown.count < audit.keeps.count }

  /// How many attempts and keeps there are of each kind.
  public var counts: [String: Int] {
    var counts = [
      "attempts": audit.climb.steps.count, "keeps": audit.keeps.count,
      "below_noise": audit.keeps.count { $0.isBelowNoise == true && $0.gain > 0 },
      "failed": audit.climb.steps.count { $0.fate == .failed },
    ]
    for word in KeepJudgement.Word.allCases { counts[word.rawValue] = audit.count(word) }
    return counts
  }

  /// The keeps, in their order.
  public var items: [JSON] {
    shown.map { keep in
      let step = audit.climb.steps[keep.step]
      return [
        "attempt": .int(keep.step + 1), "name": .string(step.name),
        "description": .string(step.description),
        "over": .string(audit.climb.steps[keep.base].name),
        "score": .number(step.score), "gain": .number(keep.gain), "noise": .number(keep.deviation),
        "believed": .number(keep.shrunk), "pairs": .optional(keep.pairs),
        "log_e": .number(keep.logE), "log_bar": .number(log(keep.threshold)),
        "word": .string(keep.word.rawValue), "below_noise": .optional(keep.isBelowNoise),
      ]
    }
  }

  /// The verdict and the figures that it rests on.
  public var fields: [String: JSON] {
    let climb = audit.climb
    return [
      "place": .string(place), "origin": .string(climb.origin.rawValue),
      "metric": .string(climb.metric), "lower_is_better": .bool(climb.lowerIsBetter),
      "verdict": .string(audit.verdict), "settled": .optional(climb.settled),
      "climb": [
        "from": .number(audit.baseline.flatMap { climb.steps[$0].score }),
        "to": .number(climb.claimed.flatMap { climb.steps[$0].score }),
        "claimed": .number(audit.claimed), "believed": .number(audit.believed?.gain),
        "error": .number(audit.believed?.error),
        "overstated": .number(
          audit.claimed.flatMap { claimed in audit.believed.map { claimed - $0.gain } }),
        "by_noise_alone": .number(audit.byNoiseAlone),
      ],
      "noise": [
        "deviation": .number(audit.noise?.deviation),
        "source": .optional(audit.noise?.source.rawValue),
        "degrees": .optional(audit.noise?.degrees ?? nil),
        "upper_bound": .optional(audit.noise?.isUpperBound),
      ],
      "needs": .array(audit.needs.map(JSON.string)),
      "cost_usd": .number(Self.cost(climb)), "notes": .array(climb.notes.map(JSON.string)),
    ]
  }

  // Unknown as soon as one attempt's is.
  private static func cost(_ climb: ClaimedClimb) -> Double? {
    let costs = climb.steps.compactMap(\.costUSD)
    return costs.count == climb.steps.count && !costs.isEmpty ? costs.reduce(0, +) : nil
  }

  /// The page as lines: the verdict first.
  public func text(width: Int) -> String {
    let climb = audit.climb
    var lines = Prose.wrap(
      "Audit  \(place)  \(climb.origin.rawValue), \(climb.metric)"
        + (climb.lowerIsBetter ? " (lower is better)" : ""), width: width, indent: 2)
    func line(_ label: String, _ text: String) {
      lines += Labelled.line(label, text, width: width)
    }
    if let settled = climb.settled {
      line("verdict", settled)
      line("aside", "By the trials that chose, which are no result: \(audit.verdict)")
    } else {
      line("verdict", audit.verdict)
    }
    if let from = audit.baseline.flatMap({ climb.steps[$0].score }),
      let to = climb.claimed.flatMap({ climb.steps[$0].score }), let claimed = audit.claimed,
      !audit.keeps.isEmpty
    {
      line(
        "climb",
        "\(audit.figure(from)) -> \(audit.figure(to)), claimed \(audit.figure(claimed, signed: true))"
          + (audit.believed.map {
            "; believed \(audit.figure($0.gain, signed: true)) ± \(audit.figure($0.error)); overstated by about \(audit.size(claimed - $0.gain))"
          } ?? ""))
    }
    line("keeps", audit.keepWords.joined(separator: "; "))
    line("noise", audit.noiseWords)
    if !audit.keeps.isEmpty { line("gate", audit.gateWords) }
    for need in audit.needs { line("to settle", need) }
    for note in climb.notes.prefix(8) { line("note", note) }
    if !shown.isEmpty {
      lines.append("")
      lines += table.lines(width: width)
      if isTruncated { lines += ["\(audit.keeps.count - shown.count) more keeps: --all"] }
    }
    return Prose.text(lines)
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: "#"), .init(title: "keep"), .init(title: "gain", right: true),
      .init(title: "noise", right: true), .init(title: "believed", right: true),
      .init(title: "e-value", right: true), .init(title: ""), .init(title: ""),
    ])
    for keep in shown {
      let step = audit.climb.steps[keep.step]
      table.add([
        "\(keep.step + 1)", DisplayWidth.cut(step.name.printable(), to: 20),
        audit.figure(keep.gain, signed: true), keep.deviation.map { audit.figure($0) } ?? "-",
        keep.shrunk.map { audit.figure($0, signed: true) } ?? "-",
        keep.logE.map { "\(Self.evidence($0)) of \(Int(keep.threshold.rounded()))" } ?? "-",
        Self.words(keep), step.description,
      ])
    }
    return table
  }

  private static func evidence(_ logE: Double) -> String {
    logE > log(1000.0) ? ">1000" : Figure.fixed(exp(logE), exp(logE) < 10 ? 1 : 0)
  }

  private static func words(_ keep: KeepJudgement) -> String {
    switch keep.word {
    case .survives: "survives"
    case .undecided: "undecided"
    case .noise: keep.isBelowNoise == true ? "below noise" : "within noise"
    case .noGain: "no gain"
    case .unknown: "cannot tell"
    }
  }
}
