internal import Base
internal import Climb
internal import Stats

/// What a bundle says was found, always derived in the same way from trials and facts.
struct BundleClaims {
  private let run: JSON
  private let trials: [JSON]
  private let replay: NightReplay?
  private let costs: BundleCosts

  init(
    run: JSON, trials: [JSON], replay: NightReplay?,
    costs: BundleCosts = BundleCosts(calls: [], lists: [])
  ) {
    self.run = run
    self.trials = trials
    self.replay = replay
    self.costs = costs
  }

  var json: JSON {
    var claims: JSON = ["run": run["run"], "scores": scores, "night": night]
    let money = costs.json
    if !money.isNull { claims["money"] = money }
    if !run["candidate"].isNull { claims["candidate"] = candidate }
    return claims
  }

  /// The one candidate that a bundle is made for: what it is, and what its races came to; an evaluation's scores
  /// stand above.
  private var candidate: JSON {
    let name = run["candidate"]
    let listed = (run["candidates"].array ?? []).first { $0["candidate"] == name }
    var claims: JSON = ["candidate": name, "harness": listed?["harness"] ?? .null]
    if let replay {
      let verdicts = name.string.flatMap(CandidateID.init).flatMap { replay.verdicts[$0] } ?? []
      claims["verdicts"] = .array(
        verdicts.map { verdict in
          var said: JSON = ["verdict": .string(verdict.word)]
          if let race = verdict.race { said["race"] = Self.race(race) }
          return said
        })
    }
    return claims
  }

  private static func race(_ race: RaceFigures) -> JSON {
    [
      "race": .int(race.race), "pairs": .int(race.pairs), "log_e": .double(race.logE),
      "log_bar": .double(race.bar),
    ]
  }

  /// Mean over tasks of the mean of their trials, with the interval that every screen shows; a night's scores
  /// chose candidates, so that there only fresh figures count.
  private var scores: JSON {
    guard replay == nil else { return .array([]) }
    var means: [String: [String: [String: [Double]]]] = [:]
    for trial in trials where trial["final"] == true {
      guard let score = trial["score"].double, let candidate = trial["candidate"].string else {
        continue
      }
      means[candidate, default: [:]][trial["split"].string ?? "", default: [:]][
        trial["digest"].string ?? "", default: []
      ].append(score)
    }
    var rows: [JSON] = []
    for candidate in means.keys.sorted() {
      for (split, tasks) in (means[candidate] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let each = tasks.sorted { $0.key < $1.key }.map {
          $0.value.reduce(0, +) / Double($0.value.count)
        }
        guard let score = TaskMeans.score(each) else { continue }
        rows.append([
          "candidate": .string(candidate), "split": .string(split),
          "trials": .int(tasks.values.reduce(0) { $0 + $1.count }), "tasks": .int(score.tasks),
          "mean": .double(score.mean), "low": .double(score.interval.low),
          "high": .double(score.interval.high),
        ])
      }
    }
    return .array(rows)
  }

  private var night: JSON {
    guard let replay else { return .null }
    func outside(_ number: CandidateID) -> JSON {
      .string("\(replay.candidates[number] ?? number)")
    }
    let report = replay.report
    let races = replay.races.map(Self.race)
    var night: [String: JSON] = [
      "baseline": outside(CandidateID(1)), "adoptions": .int(replay.adoptions),
      "races": .array(races), "champion": .null, "gate": .null, "vault": .null,
      "unverified": .optional(report?.unverified),
    ]
    if let report {
      night["champion"] = outside(report.candidate)
      night["gate"] = Self.gate(report)
      night["vault"] = report.vault.map(Self.vault) ?? .null
    }
    return .object(night)
  }

  private static func gate(_ report: NightReport) -> JSON {
    [
      "score": .number(report.score), "low": .number(report.interval?.low),
      "high": .number(report.interval?.high), "trials": .int(report.trials),
      "baseline": .number(report.baseline?.score),
    ]
  }

  private static func vault(_ vault: VaultFigures) -> JSON {
    [
      "mean": .double(vault.mean), "low": .number(vault.interval?.low),
      "high": .number(vault.interval?.high), "baseline": .double(vault.baseline),
      "champion": .double(vault.champion), "tasks": .int(vault.tasks.count),
      "trials": .int(vault.trials),
    ]
  }
}
