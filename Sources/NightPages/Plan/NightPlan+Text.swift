public import Base
internal import Climb
internal import Layout
internal import NightReading
internal import Stats

extension NightPlan {
  /// The plan as fields of a record.
  public var fields: [String: JSON] {
    func gain(_ power: Double) -> JSON { .number(detectable(at: power)) }
    return [
      "trials": .int(trials),
      "limits": .array(limits.map { ["limit": .string($0.word), "trials": .int($0.trials)] }),
      "baseline": baseline.map {
        [
          "score": .number($0.mean), "low": .number($0.interval.low),
          "high": .number($0.interval.high), "tasks": .int($0.tasks),
        ]
      } ?? .null,
      "noise": noise.map {
        [
          "trial_variance": .number($0.variance), "pair_variance": .number($0.ofPair),
          "tasks": .int($0.tasks), "volatile_tasks": .int($0.volatile),
        ]
      } ?? .null,
      "a_a_difference": halves.map {
        [
          "mean": .number($0.difference.mean), "low": .number($0.difference.interval.low),
          "high": .number($0.difference.interval.high),
        ]
      } ?? .null,
      "screening_trials": .int(screening), "race_pairs": .int(pairs),
      "report_trials": .int(reserve),
      "edits": .int(edits), "error_of_edit": .number(errorOfEdit),
      "detectable_gain": ["0.5": gain(0.5), "0.8": gain(0.8), "0.95": gain(0.95)],
      "pairs_for_gain": [
        "0.05": .optional(race?.pairs(for: 0.05, at: 0.8)),
        "0.1": .optional(race?.pairs(for: 0.1, at: 0.8)),
        "0.2": .optional(race?.pairs(for: 0.2, at: 0.8)),
      ],
      "cost": [
        "each_usd": .number(costEach), "expected_usd": .number(expectedCost),
        "worst_usd": .number(worstCost),
      ],
      "seconds": .number(seconds), "hopeless": .optional(hopeless),
      "cautions": .array(cautions.map(JSON.string)),
    ]
  }

  /// The plan for a person.
  public func text(width: Int) -> String {
    var lines: [String] = []
    if let hopeless {
      lines += Labelled.line("HOPELESS", "\(hopeless).", width: width)
    } else if let gain = detectable(at: 0.8) {
      lines += Labelled.line(
        "finds",
        "a gain of \(Figure.points(gain)) in 8 nights of 10"
          + (detectable(at: 0.5).map { ", of \(Figure.points($0)) in 5 of 10" } ?? "")
          + (detectable(at: 0.95).map { ", of \(Figure.points($0)) in 19 of 20" } ?? "")
          + ", if edits that are worth so much together are proposed.",
        width: width)
    }
    if let baseline {
      lines += Labelled.line(
        "baseline",
        "\(Figure.percent(baseline.mean)) on dev tasks, 95% interval over \(baseline.tasks) tasks "
          + Figure.range(baseline.interval.low, baseline.interval.high),
        width: width)
    }
    if let noise {
      var text =
        "\(noise.volatile) of \(Figure.plural(noise.tasks, "task")) solved sometimes; a pair differs with "
        + "variance \(Figure.fixed(noise.ofPair, 3))"
      if let halves {
        let range = halves.difference.interval
        text +=
          "; A against A \(Figure.points(halves.difference.mean)) "
          + Figure.range(range.low, range.high, signed: true)
      }
      lines += Labelled.line("noise", text, width: width)
    }
    lines += Labelled.line(
      "budget",
      "\(Figure.grouped(trials)) trials, by \(limits.first?.word ?? "trials"): "
        + "\(Figure.grouped(screening)) to screen edits, \(Figure.grouped(pairs)) pairs to race, "
        + "\(Figure.grouped(reserve)) for the report and the vault",
      width: width)
    lines += Labelled.line(
      "edits",
      "as many as \(edits) can be judged"
        + (errorOfEdit.map { "; each one's worth will be known to ± \(Figure.percent($0)) pp" }
          ?? ""),
      width: width)
    if let race {
      let needs = [0.05, 0.1, 0.2].map { gain in
        "\(Figure.points(gain)): \(race.pairs(for: gain, at: 0.8).map { "\($0)" } ?? "never")"
      }
      lines += Labelled.line(
        "pairs", "that a race needs for 8 of 10: \(needs.joined(separator: ", "))", width: width)
    }
    let costs = [
      "expected \(expectedCost.map { Figure.dollars($0) } ?? "unknown") without proposers and judges",
      "at worst \(worstCost.map { Figure.dollars($0) } ?? "unbounded")",
      seconds.map { "about \(Figure.duration(milliseconds: Int($0 * 1000))) of wall clock" } ?? "",
    ]
    lines += Labelled.parts("cost", costs, width: width)
    lines += Labelled.list("caution", cautions, width: width)
    return Labelled.page(lines, width: width)
  }
}
