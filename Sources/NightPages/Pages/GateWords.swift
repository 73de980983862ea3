internal import Climb
internal import Glibc
internal import Layout
internal import NightReading

/// What the figures of a check come to, as a person would say it; for checks whose figures speak for themselves
/// there are none.
enum GateWords {
  static func figures(_ verdict: GateVerdict) -> String? {
    let figures = verdict.figures
    func points(_ name: String) -> String? { figures[name].map { Figure.points($0) } }
    func error(_ name: String) -> String {
      figures[name].map { " ± \(Figure.percent($0))" } ?? ""
    }
    func count(_ name: String, _ word: String) -> String? {
      figures[name].map { Figure.plural(Int($0), word) }
    }
    switch verdict.gate {
    case "race":
      guard let pairs = figures["pairs"], let won = figures["won"], let lost = figures["lost"]
      else {
        return nil
      }
      return RaceWords.pairs(Int(pairs), won: Int(won), lost: Int(lost))
        + (pairs > 0 ? "; they chose, so that their mean is no result" : "")
    case "concentration":
      guard let all = points("gain"), let few = points("gain_of_few"),
        let rest = points("gain_of_rest"), let dropped = count("dropped", "task")
      else {
        return count("tasks", "task").map { "\($0) with two pairs or more; eight are needed" }
      }
      return
        "\(all) over \(count("tasks", "task") ?? "all tasks") in the pairs of the race; \(few)\(error("se_of_few")) on the "
        + "\(dropped) where it gains most, \(rest)\(error("se_of_rest")) on the others, each told by "
        + "pairs that had no part in choosing these tasks"
    case "train-only":
      guard let dev = points("dev"), let gate = points("gate") else { return nil }
      let apart = figures["z"].map { ", \(Figure.fixed($0, 1)) standard errors apart" } ?? ""
      return
        "\(dev) on dev tasks, as the pooled model believes; \(gate) on gate tasks in the pairs of the race"
        + apart
    case "regrade":
      guard let again = figures["regraded"].map({ "\(Int($0)) of its passes" }) else { return nil }
      let unclear = figures["unclear"].map { Int($0) } ?? 0
      return "\(again) judged again on its files alone, \(Int(figures["lost"] ?? 0)) lost"
        + (unclear > 0 ? ", \(unclear) could not be judged again" : "")
    case "twins":
      guard let trials = count("trials", "trial"), let tasks = count("tasks", "task") else {
        return nil
      }
      let evidence = figures["log_e"].map {
        "; evidence \(RaceWords.eValue($0)) of \(RaceWords.eValue(figures["log_bar"] ?? 0)) that "
          + "would refuse it"
      }
      return
        "\(count("comparisons", "comparison") ?? "no comparison") with \(trials), \(tasks) with "
        + "a twin"
        + (points("difference").map { "; on tasks its gain is \($0) larger than on twins" } ?? "")
        + (evidence ?? "")
    case "tamper":
      guard let flagged = count("flagged", "trial"), let share = figures["share"] else {
        return nil
      }
      return "\(flagged) with such marks (\(Figure.percent(share))%), "
        + "\(Figure.percent(figures["usual"] ?? 0))% of the incumbent's"
    case "suspicious":
      guard let passes = figures["passes"].map({ "\(Int($0)) of its passes" }) else { return nil }
      return
        "\(passes) looked at: \(Int(figures["short"] ?? 0)) of less than a quarter of the usual "
        + "steps, \(Int(figures["reaching"] ?? 0)) that named the judge's files"
    case "smoke":
      guard let trials = count("trials", "trial"), let solved = figures["solved"],
        let usual = figures["usual"]
      else { return nil }
      return "\(Figure.fixed(solved, 1)) of \(trials) solved; the incumbent is expected to solve "
        + Figure.fixed(usual, 1)
    case "judge":
      return figures["prior"].flatMap { prior in
        prior > 1
          ? "a candidate with it has to show \(Figure.fixed(prior, 0)) times the evidence" : nil
      }
    case "harmful", "inert", "concentrated":
      guard let effect = figures["effect"], let error = figures["error"] else { return nil }
      let elsewhere = figures["elsewhere"].map {
        "; \(Figure.fixed($0, 2)) without the tasks where it gains most"
      }
      return "effect \(Figure.fixed(effect, 2)) ± \(Figure.fixed(error, 2)) logits by "
        + "\(count("trials", "trial") ?? "its trials")\(elsewhere ?? "")"
    default: return nil
    }
  }
}
